from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.analysis import analyse
from gilometer.analysis.outcomes import BUDGET_SPENT, ENDED, INTERRUPTED, MILDEST_FIRST
from gilometer.model import (
    Calibration,
    Cell,
    Choice,
    Extended,
    Finished,
    Group,
    Header,
    Lack,
    Outcome,
    Role,
    Slot,
    Spent,
    Strategy,
)
from tests.records import SERIAL, failed, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gilometer.model import Entry

PLAN = plan([interpreter("cpython-3.13")], [work("fib")])
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)


def failures(entries: Sequence[Entry]) -> pd.DataFrame:
    return analyse(manifest(PLAN), entries).failures


def test_every_outcome_has_its_rank():
    assert sorted(MILDEST_FIRST) == sorted(Outcome)


def test_a_way_to_fail_is_told_once_with_the_first_one_s_words():
    found = failures(
        [
            sample(Slot(0, FIB), [1.0]),
            failed(Slot(1, FIB), Outcome.CRASHED, "exit status 3", "first"),
            failed(Slot(2, FIB), Outcome.CRASHED, "exit status 4", "second"),
            failed(Slot(3, FIB), Outcome.TIMEOUT, "too long"),
        ]
    )
    assert found[["outcome", "reason", "stderr_tail", "times"]].to_numpy().tolist() == [
        ["crashed", "exit status 3", "first", 2],
        ["timeout", "too long", "", 1],
    ]
    assert found[["interpreter", "workload", "strategy", "workers"]].to_numpy().tolist() == [
        ["cpython-3.13", "fib", "serial", 1],
        ["cpython-3.13", "fib", "serial", 1],
    ]


def test_the_loops_of_what_failed_are_those_of_its_calibration():
    calibration = Calibration("cpython-3.13", "", "fib", 12, 0.1, Outcome.OK, "", 1.0)
    crashed = failed(Slot(0, FIB), Outcome.CRASHED, "exit status 3")
    assert failures([calibration, crashed])["loops"].to_list() == [12]
    assert failures([crashed])["loops"].to_list() == [0]


def test_controls_that_fail_are_told_too():
    found = failures([failed(Slot(0, FIB, Role.TWIN), Outcome.KILLED, "gone")])
    assert found["role"].to_list() == ["twin"]


def test_what_an_interpreter_lacks_is_no_failure():
    assert failures([failed(Slot(0, FIB), Outcome.UNSUPPORTED, "no module")]).empty


def endings(*entries: Entry) -> tuple[str, str]:
    """Find the outcome and the reason of ``FIB``."""
    row = analyse(manifest(PLAN), entries).summary.iloc[0]
    return row["outcome"], row["reason"]


def test_a_cell_that_fails_now_and_then_says_how_often():
    good = [sample(Slot(block, FIB), [1.0]) for block in range(3)]
    bad = [failed(Slot(block, FIB), Outcome.CRASHED, "exit status 3") for block in (3, 4)]
    assert endings(*good, *bad) == ("crashed", "in 2 of 5 invocations: exit status 3")


def test_one_that_always_fails_says_only_why():
    assert endings(*[failed(Slot(block, FIB), Outcome.CRASHED, "boom") for block in (0, 1)]) == (
        "crashed",
        "boom",
    )


def test_a_silent_failure_says_how_often_alone():
    assert endings(sample(Slot(0, FIB), [1.0]), failed(Slot(1, FIB), Outcome.KILLED, "")) == (
        "killed",
        "in 1 of 2 invocations",
    )


def test_what_an_interpreter_lacks_now_and_then_is_not_counted():
    lacks = failed(Slot(1, FIB), Outcome.UNAVAILABLE, "its container is gone")
    assert endings(failed(Slot(0, FIB), Outcome.UNSUPPORTED, "no module"), lacks) == (
        "unsupported",
        "no module",
    )


SPENT = Finished(1, "the budget is spent")
DONE = Finished(1, "all is known")


@pytest.mark.parametrize(
    ("schema", "last", "expected"),
    [
        (3, SPENT, ("not_reached", BUDGET_SPENT)),
        (3, DONE, ("not_reached", BUDGET_SPENT)),
        (3, None, ("not_reached", INTERRUPTED)),
        (2, SPENT, ("not_reached", BUDGET_SPENT)),
        (2, DONE, ("unavailable", ENDED)),
        (2, None, ("unavailable", ENDED)),
    ],
)
def test_what_can_run_and_was_not_measured_says_why(schema, last, expected):
    found = endings(Header(schema, "run", "plan"), *([last] if last else []))
    assert found == expected


def test_an_interpreter_lacks_what_the_plan_says_it_does():
    of = replace(PLAN, lacks=(Lack("cpython-3.13", "", Strategy.THREADS, "no module thread"),))
    summary = analyse(manifest(of), [SPENT]).summary.set_index("strategy")
    threads = summary.loc["threads"]
    assert (threads["outcome"], threads["reason"]) == ("unsupported", "no module thread")
    assert summary.loc["processes", "outcome"] == "not_reached"


def test_a_run_that_was_extended_is_not_finished_before_it_says_so_again():
    first = sample(Slot(0, FIB), [1.0])
    more = sample(Slot(1, FIB), [1.0])
    spent = Spent(0, Group("cpython-3.13", "", "fib"), members=5, start_s=0.1, wall_s=1.0, rounds=6)
    assert finished(first, SPENT) == SPENT
    assert finished(first, SPENT, Extended(60.0)) is None
    assert finished(first, SPENT, Header(3, "run", "plan"), spent) == SPENT
    assert finished(first, SPENT, Extended(60.0), Choice(1, (), "more")) is None
    assert finished(first, SPENT, Extended(60.0), more) is None
    assert finished(first, SPENT, Extended(60.0), more, DONE) == DONE


def finished(*entries: Entry) -> Finished | None:
    return analyse(manifest(PLAN), entries).finished


def test_too_short_for_its_clock_is_a_reason_of_what_was_ok():
    """The time is half a microsecond, and the clock has ten ticks in one."""
    assert endings(sample(Slot(0, FIB), [5e-7])) == (
        "ok",
        "too short for its clock: an iteration lasts 5 ticks, and a ratio needs 20",
    )


def test_a_failure_outweighs_being_too_short():
    entries = sample(Slot(0, FIB), [5e-7]), failed(Slot(1, FIB), Outcome.CRASHED, "boom")
    assert endings(*entries) == ("crashed", "in 1 of 2 invocations: boom")
