from __future__ import annotations

from typing import TYPE_CHECKING

from harness.analysis import analyse
from harness.analysis.outcomes import MILDEST_FIRST
from harness.model import Cell, Outcome, Role, Slot
from tests.records import SERIAL, failed, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from harness.model import Sample

PLAN = plan([interpreter("cpython-3.13")], [work("fib")])
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)


def failures(entries: Sequence[Sample]) -> pd.DataFrame:
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


def test_controls_that_fail_are_told_too():
    found = failures([failed(Slot(0, FIB, Role.TWIN), Outcome.KILLED, "gone")])
    assert found["role"].to_list() == ["twin"]


def test_what_an_interpreter_lacks_is_no_failure():
    assert failures([failed(Slot(0, FIB), Outcome.UNSUPPORTED, "no module")]).empty
