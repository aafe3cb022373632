"""What is said of observations: as a section, in the verdicts, in their file, and in the terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gilometer.analysis import analyse
from gilometer.report.draw import write_tables
from gilometer.report.export.verdicts import verdicts_json
from gilometer.report.markup import escape
from gilometer.report.results import results_of
from gilometer.report.sections.semantics import TITLE, section_of, sentences
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.summary import print_summary
from tests.records import SERIAL, THREADS, World, interpreter, manifest, plan, run, work
from tests.report.turning import turning, turns
from tests.report.worlds import all_strategies, nothing_timed, semantics, usual
from tests.report.written import report, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.analysis import Analysis
    from gilometer.model import Cell, Interpreter, Manifest
    from gilometer.report.results import Results


def tables(results: Results) -> dict[str, str]:
    """The parts of the section by their workload."""
    parts = written(section_of(results, [])).split("### ")[1:]
    return {name.strip("`"): body for name, _, body in (part.partition("\n") for part in parts)}


def row(table: str, label: str) -> list[str]:
    (found,) = (line for line in table.splitlines() if line.startswith(f"| `{label}` |"))
    return [cell.strip() for cell in found.strip("|").split("|")[1:]]


def said(world: Callable[[], tuple[Manifest, Analysis]]) -> str:
    """What the terminal says."""
    out = io.StringIO()
    print_summary(Terminal(file=out, width=100), results_of(*world()), Path("reports/run"))
    return out.getvalue()


def test_each_workload_that_observes_has_a_table_of_what_every_interpreter_saw():
    found = tables(results_of(*semantics()))
    assert list(found) == ["lost_updates", "convoy", "gil_release", "lifetimes"]
    assert "| interpreter | counter lost | append lost | setdefault lost |" in found["lost_updates"]
    assert row(found["lost_updates"], "jython-2.7")[0].startswith("41% [")
    assert row(found["lost_updates"], "cpython-3.13") == ["none seen in 6 processes"] * 3
    assert row(found["convoy"], "cpython-3.13")[3].startswith("5.1")
    assert row(found["lifetimes"], "cpython-3.13")[0] == "100% [99.88%, 100%]"


def test_what_did_not_end_well_or_was_not_told_says_so():
    found = tables(results_of(*semantics()))
    assert row(found["lost_updates"], "pypy-3.11") == ["crashed"] * 3
    assert row(found["lifetimes"], "jython-2.7") == ["unsupported"] * 3
    assert row(found["gil_release"], "jython-2.7")[3] == "-"


def test_one_worker_alone_is_the_control_of_lost_updates():
    found = tables(results_of(*semantics()))
    assert "With 2 threads. One worker alone, the control, lost none." in found["lost_updates"]
    assert "control" not in found["convoy"]


def run_of(
    observed: Callable[[Cell], dict[tuple[str, str], float]], workers: tuple[int, ...] = (2,)
) -> Results:
    of = plan(
        [interpreter("cpython-3.13")], [work("lost_updates", "semantics", (SERIAL, THREADS))], workers=workers
    )
    return results_of(manifest(of), analyse(manifest(of), run(of, World(observed=observed), 3)))


def test_a_control_that_loses_is_not_to_be_trusted():
    found = tables(run_of(lambda _: {("counter lost", "share"): 0.2}))
    assert "the control, lost some on cpython-3.13: don't trust these." in found["lost_updates"]


def test_without_a_control_nothing_is_said_of_it():
    found = tables(run_of(lambda cell: {("counter lost", "share"): 0.2} if cell.workers > 1 else {}))
    assert "control" not in found["lost_updates"]


def test_several_counts_of_workers_have_a_row_each():
    found = tables(run_of(lambda _: {("counter lost", "share"): 0.0}, workers=(2, 4)))["lost_updates"]
    assert "| interpreter | spread | counter lost |" in found
    assert found.count("| `cpython-3.13` |") == 2
    assert "| 4 threads |" in found


def test_a_run_that_observes_nothing_has_no_section():
    assert section_of(results_of(*usual()), []) is None
    assert section_of(run_of(lambda _: {}), []) is None


def test_what_is_observed_has_no_column_among_the_times():
    text = report(results_of(*semantics()))
    heads = [line for line in text.splitlines() if line.startswith("| interpreter |")]
    assert "| interpreter | `fib` | `sleep` |" in heads
    assert not [line for line in heads if "lost_updates`" in line or "convoy`" in line]
    assert text.index("## One thread") < text.index(f"## {TITLE}") < text.index("## Everything")
    assert (
        "lost_updates" not in said(semantics).partition("Speedup over serial")[2].partition("The machine")[0]
    )


def test_a_run_of_nothing_but_observations_is_reported_too():
    text = report(results_of(*nothing_timed()))
    assert "- **Nothing was measured for its time.**" in text
    assert "## Time of serial" not in text
    assert "| `cpython-3.13` | 0.069 ms |" in text
    assert "Speedup over serial" not in said(nothing_timed)


def test_a_verdict_tells_what_was_observed():
    assert (
        'in convoy, "wake-up delay beside a CPU-bound thread p95" is 7.04 ms [7.04, 7.04] more than '
        '"wake-up delay alone p95": above 1 ms. (same version; q &lt; 0.001)'
    ) in report(results_of(*semantics()))
    found = json.loads(verdicts_json("run", semantics()[1].verdicts))["verdicts"]
    (one,) = (each for each in found if (each["claim"], each["interpreter"]) == ("C10", "cpython-3.13t"))
    assert (one["verdict"], one["ratio"], one["what"], one["unit"]) == (
        "holds",
        None,
        "counter lost",
        "share",
    )
    assert one["low"] <= one["value"] <= one["high"] == pytest.approx(0.41, abs=0.001)
    assert one["findings"][0]["what"] == "counter lost"


TOLD = """\
2 threads lose updates of an unlocked counter on cpython-2.7 (41% [41%, 41%]), cpython-3.13t (41% \
[41%, 41%]) and jython-2.7 (41% [41%, 41%]); none was seen to be lost on cpython-3.13.
Beside a CPU-bound thread, a thread that waits for I/O wakes up 0.20 ms to 5.10 ms late with a GIL and 0.08 \
ms late without a GIL.
With a GIL, another thread runs beside sleep, socket, file, sqlite, sha256 of 1 MiB and zlib.compress of 1 \
MiB, but not beside pure Python loop, re.search and json.dumps.
Objects that nothing refers to are finalised at once on cpython-2.7, cpython-3.13 and cpython-3.13t; later, \
or never, on pypy-3.11.
"""


def test_each_workload_has_a_sentence_in_the_terminal_and_the_section():
    results = results_of(*semantics())
    found = sentences(results)
    assert found == TOLD.splitlines()
    words, text = " ".join(said(semantics).split()), written(section_of(results, []))
    assert [one for one in found if one not in words or f"- {escape(one)}" not in text] == []


def saying(work_of: str, observed: Callable[[Cell], dict[tuple[str, str], float]], *names: str) -> list[str]:
    """What is said of a run of one workload on interpreters without a GIL."""
    return said_of([interpreter(name, gil=False) for name in names], work_of, observed)


def said_of(
    interpreters: list[Interpreter], work_of: str, observed: Callable[[Cell], dict[tuple[str, str], float]]
) -> list[str]:
    """What is said of a run of one workload."""
    strategies = (SERIAL, THREADS) if work_of in {"lost_updates", "turns"} else (SERIAL,)
    of = plan(interpreters, [work(work_of, "semantics", strategies)])
    analysis = analyse(manifest(of), run(of, World(observed=observed), 3))
    return sentences(results_of(manifest(of), analysis))


def test_where_nothing_is_lost_the_sentence_says_that_none_was():
    said = saying("lost_updates", lambda _: {("counter lost", "share"): 0.0}, "a-1", "b-1")
    assert said == ["2 threads lost no update of an unlocked counter on a-1 and b-1."]
    said = saying("lost_updates", lambda _: {("counter lost", "share"): 0.2}, "a-1")
    assert said[0].startswith("2 threads lose updates of an unlocked counter on a-1 (20% [")
    assert said[0].endswith("]).")


def test_many_that_lose_are_counted():
    names = [f"a-{number}" for number in range(1, 7)]
    shares = {name: 0.05 * (number + 1) for number, name in enumerate(names)}
    said = saying("lost_updates", lambda cell: {("counter lost", "share"): shares[cell.interpreter]}, *names)
    assert said == ["2 threads lose updates of an unlocked counter on 6 interpreters (5.0% to 30%)."]


def test_without_a_gil_the_calls_are_those_of_all():
    unit = "share of its speed alone"
    said = saying("gil_release", lambda _: {("sleep", unit): 0.9}, "a-1")
    assert said == ["Without a GIL, another thread runs beside sleep."]
    said = saying("gil_release", lambda _: {("re", unit): 0.1}, "a-1")
    assert said == ["Without a GIL, no other thread runs beside re."]


def test_where_a_plain_loop_holds_nobody_up_its_progress_tells_nothing_of_calls():
    unit = "share of its speed alone"

    def shares(cell):
        fair = cell.interpreter == "cpython-3.13"
        return {("pure Python loop", unit): 0.0 if fair else 1.1, ("json", unit): 0.0 if fair else 1.0}

    fair, unfair = interpreter("cpython-3.13"), interpreter("pypy-3.11")
    both = said_of([fair, unfair], "gil_release", shares)
    assert both == ["With a GIL, no other thread runs beside pure Python loop and json."]
    assert said_of([unfair], "gil_release", shares) == []


def test_how_much_threads_computed_at_once_is_said_by_group():
    results = results_of(*turns())
    said = ["2 threads computed at once 0% of the time with a GIL and 90% to 96% of the time without a GIL."]
    assert sentences(results) == said
    found = tables(results)["turns"]
    assert "| interpreter | at once | nobody | usual turn |" in found
    assert row(found, "cpython-3.13t") == ["96% [96%, 96%]", "1% [1%, 1%]", "90 ms [90, 90]"]
    assert row(found, "pypy-3.11") == ["crashed"] * 3


def test_little_at_once_without_a_gil_may_be_the_machine_s():
    results = results_of(*turning([interpreter("a-1", gil=False)]))
    assert sentences(results) == [
        "2 threads computed at once 0% of the time without a GIL, or more where two cores are free."
    ]


@pytest.mark.parametrize("name", ["lost_updates", "convoy", "gil_release", "lifetimes", "turns", "stranger"])
def test_what_was_not_seen_is_not_spoken_of(name):
    assert (
        saying(name, lambda _: {("something else", "ms"): 1.0} if name != "gil_release" else {}, "a-1") == []
    )


def test_the_terminal_tells_what_was_observed_where_that_is_refuted():
    words = " ".join(said(semantics).split())
    assert (
        "refuted on pypy-3.11 On pypy-3.11, in convoy, "
        '"wake-up delay beside a CPU-bound thread p95" is 0.18 ms' in words
    )


def test_observations_are_a_table_of_their_own(tmp_path):
    write_tables(tmp_path, results_of(*semantics()))
    lines = (tmp_path / "observations.csv").read_text().splitlines()
    assert lines[0] == (
        "interpreter,variant,workload,strategy,workers,what,unit,value,low,high,invocations,iterations"
    )
    assert "cpython-3.13,,lost_updates,threads,2,append lost,share,0,0,0.459258,6,24" in lines
    write_tables(tmp_path, results_of(*usual()))
    assert (tmp_path / "observations.csv").read_text().splitlines() == lines[:1]


class TestManyStrategies:
    def test_each_has_a_section_with_the_workloads_that_have_it(self):
        text = report(results_of(*all_strategies()))
        titles = [line for line in text.splitlines() if line.startswith("### Speedup of")]
        assert titles == [
            "### Speedup of 2 threads",
            "### Speedup of 2 processes",
            "### Speedup of hybrid with 2 workers",
            "### Speedup of asyncio with 2 workers",
            "### Speedup of 2 subinterpreters",
        ]
        own = text.partition("Speedup of hybrid with 2 workers\n\n")[2]
        assert own.startswith("| interpreter | `fetch_transform` |\n")

    def test_the_terminal_has_a_line_for_each(self):
        tables = said(all_strategies).partition("Speedup over serial")[2].partition("\nClaims\n")[0]
        lines = [line.split() for line in tables.splitlines()]
        names = ["threads", "processes", "hybrid", "asyncio", "subinterpreters"]
        own = [words for words in lines if set(words[:2]) & set(names)]
        assert [next(word for word in words if word in names) for words in own] == names * 2


@pytest.mark.parametrize("world", [semantics, nothing_timed, all_strategies])
def test_the_terminal_fits(world):
    assert max(map(len, said(world).splitlines())) <= 100
