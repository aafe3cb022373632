from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.model import Cell, Entry, Finished, Lack, Outcome, Role, Slot, Strategy
from gilometer.plan.given_up import GivenUp
from tests import records

PLAN = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
CELL = Cell("cpython-3.13", "", "fib", Strategy.THREADS, 2)


def after(story: str, role: Role = Role.MEASURE) -> bool:
    """Whether the cell is given_up after it was ok (o), crashed (x), or took no time (0)."""
    entries: list[Entry] = []
    for block, ending in enumerate(story):
        slot = Slot(block, CELL, role)
        if ending == "x":
            entries.append(records.failed(slot, Outcome.CRASHED, "signal 11"))
        else:
            entries.append(records.sample(slot, [1.0 if ending == "o" else 0.0]))
    given_up = GivenUp(PLAN)
    given_up.learn([*entries, Finished(1, "")])
    return CELL in given_up


@pytest.mark.parametrize(
    ("story", "is_given_up"),
    [("", False), ("o", False), ("x", True), ("0", True), ("ox", False), ("oxx", True), ("ooxoxx", False)],
)
def test_a_cell_is_given_up_when_it_failed_more_often_than_it_worked(story, is_given_up):
    assert after(story) is is_given_up


def test_a_control_says_nothing_of_its_cell():
    assert not after("xx", Role.CAPACITY)


def test_what_an_interpreter_lacks_is_not_tried():
    lack = Lack("cpython-3.13", "", Strategy.THREADS, "has no threads")
    given_up = GivenUp(replace(PLAN, lacks=(lack,)))
    assert [cell.strategy for cell in PLAN.cells if cell in given_up] == ["threads"]
    given_up.learn([records.sample(Slot(0, CELL), [1.0])])
    assert CELL in given_up


def test_a_variant_may_lack_what_its_binary_has():
    lack = Lack("cpython-3.13", "+gil", Strategy.THREADS, "has no threads")
    assert not any(cell in GivenUp(replace(PLAN, lacks=(lack,))) for cell in PLAN.cells)
