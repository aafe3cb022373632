from __future__ import annotations

import pytest

from harness.model import Cell, Entry, Finished, Outcome, Role, Slot, Strategy
from harness.plan.hopeless import Hopeless
from tests import records

CELL = Cell("cpython-3.13", "", "fib", Strategy.THREADS, 2)


def after(story: str, role: Role = Role.MEASURE) -> bool:
    """Whether the cell is hopeless after it was ok (o), crashed (x), or took no time (0)."""
    entries: list[Entry] = []
    for block, ending in enumerate(story):
        slot = Slot(block, CELL, role)
        if ending == "x":
            entries.append(records.failed(slot, Outcome.CRASHED, "signal 11"))
        else:
            entries.append(records.sample(slot, [1.0 if ending == "o" else 0.0]))
    hopeless = Hopeless()
    hopeless.learn([*entries, Finished(1, "")])
    return CELL in hopeless


@pytest.mark.parametrize(
    ("story", "is_hopeless"),
    [("", False), ("o", False), ("x", True), ("0", True), ("ox", False), ("oxx", True), ("ooxoxx", False)],
)
def test_a_cell_is_given_up_when_it_failed_more_often_than_it_worked(story, is_hopeless):
    assert after(story) is is_hopeless


def test_a_control_says_nothing_of_its_cell():
    assert not after("xx", Role.CAPACITY)
