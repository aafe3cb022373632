from __future__ import annotations

import io
import json

import pytest
from msgspec.structs import replace

from gilometer.cli.output.check import print_check, print_document, summary
from gilometer.model import Cell, Outcome, Plan, Strategy
from gilometer.plan.effort import CHECK
from gilometer.report.terminal.console import Terminal
from gilometer.run.checking import CheckedCell
from tests import records

MINE = records.interpreter("cpython-3.13")
LACK = "can't start a process: ImportError: no fork"
WORKS = (records.work("fib"), replace(records.work("http_api", "io"), services=("http",)))


def plan_of(*missing: str) -> Plan:
    absent = [records.missing(name) for name in missing]
    return replace(records.plan([MINE], WORKS, absent), effort=CHECK)


def cell(workload: str, strategy: Strategy, outcome: Outcome, reason: str = "", *ms: float) -> CheckedCell:
    at = Cell("cpython-3.13", "", workload, strategy, 1 if strategy is Strategy.SERIAL else 2)
    first_s, settled_s = (one / 1e3 for one in ms) if ms else (float("nan"), float("nan"))
    return CheckedCell(at, outcome, reason, first_s, settled_s)


GOOD = [
    cell("fib", Strategy.SERIAL, Outcome.OK, "", 931.4, 99.96),
    cell("fib", Strategy.THREADS, Outcome.OK, "", 12.34, 0.5),
    cell("fib", Strategy.PROCESSES, Outcome.UNSUPPORTED, LACK),
]
BAD = [
    cell("http_api", Strategy.SERIAL, Outcome.OK, "", 20, 20),
    cell("http_api", Strategy.THREADS, Outcome.CRASHED, "died of SIGSEGV"),
    cell("http_api", Strategy.PROCESSES, Outcome.UNSUPPORTED, LACK),
]


def printed(checked: list[CheckedCell], plan: Plan | None = None) -> list[str]:
    """The lines, their columns one space apart."""
    output = io.StringIO()
    print_check(Terminal(file=output, width=80), plan or plan_of(), checked)
    return [" ".join(line.split()) for line in output.getvalue().splitlines()]


def test_a_table_has_a_row_for_each_workload_and_the_reasons_below():
    assert printed(GOOD + BAD)[:5] == [
        "cpython-3.13: first iteration / settled, in ms",
        "workload serial threads processes",
        "fib 931/100.0 12.3/0.50 no (1)",
        "http_api 20.0/20.0 X crash no (1)",
        f"no (1): {LACK}",
    ]


def test_what_failed_has_its_reason_and_the_command_that_repeats_it():
    lines = printed(GOOD + BAD)
    start = lines.index("X crashed: died of SIGSEGV")
    command = "/opt/cpython-3.13/bin/python workloads/http_api.py"
    words = "--strategy threads --workers 2 --loops 1 --iterations 3"
    assert lines[start + 1] == "in http_api threads 2"
    assert lines[start + 2] == f"by hand (with what `gilometer serve` prints): {command} {words}"


@pytest.mark.parametrize(
    ("checked", "sentence"),
    [
        (GOOD, "2 ok, 1 unsupported (can't start a process 1), 0 failed"),
        (GOOD + BAD, "3 ok, 2 unsupported (can't start a process 2), 1 failed"),
        (GOOD[:1], "1 ok, 0 unsupported, 0 failed"),
        (
            [*GOOD[:1], cell("http_api", Strategy.SERIAL, Outcome.UNAVAILABLE, "no server")],
            "1 ok, 0 unsupported, 1 unavailable, 0 failed",
        ),
    ],
)
def test_a_line_counts_the_outcomes_of_each_interpreter(checked, sentence):
    assert printed(checked)[-1] == f"cpython-3.13: {sentence}"


def test_of_many_reasons_the_most_frequent_are_named():
    lacks = [cell("fib", Strategy.THREADS, Outcome.UNSUPPORTED, f"no {name}: x") for name in "aabcde"]
    assert summary("mine", lacks) == (
        "mine: 0 ok, 6 unsupported (no a 2, no b 1, no c 1, no d 1, ...), 0 failed"
    )


def test_a_table_of_all_strategies_fits_80_columns():
    plan = records.plan([MINE], [records.work("large_temporaries", strategies=tuple(Strategy))])
    slow = [cell("large_temporaries", strategy, Outcome.OK, "", 9999, 9999) for strategy in Strategy]
    assert "large_temporaries 9999/9999 9999/9999 9999/9999 9999/9999 9999/9999 9999/9999" in printed(
        slow, plan
    )


def test_what_is_not_here_is_named_with_what_adds_it():
    lines = printed(GOOD, plan_of("jython-2.7"))
    assert "can't run jython-2.7: no jython on this machine" in lines
    assert "add it with: gilometer provision jython" in lines


def test_json_has_every_cell_with_null_for_what_is_not_known():
    output = io.StringIO()
    print_document(Terminal(file=output, width=80), plan_of("jython-2.7"), GOOD + BAD)
    document = json.loads(output.getvalue())
    (one,) = document["interpreters"]
    assert (one["interpreter"], one["summary"]) == ("cpython-3.13", printed(GOOD + BAD)[-1])
    assert one["cells"][0] == {
        "workload": "fib",
        "strategy": "serial",
        "workers": 1,
        "outcome": "ok",
        "reason": "",
        "first_s": 0.9314,
        "settled_s": 0.09996,
        "repeat": "",
    }
    assert (one["cells"][2]["first_s"], one["cells"][2]["reason"]) == (None, LACK)
    assert one["cells"][4]["repeat"].startswith("/opt/cpython-3.13/bin/python workloads/http_api.py")
    assert document["missing"][0]["name"] == "jython-2.7"
