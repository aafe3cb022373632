from __future__ import annotations

import itertools

import msgspec
import pytest

from harness.model import Choice, Group, Plan, Role, Slot
from harness.plan.blocks import slots_of
from harness.plan.groups import group_of, groups_of
from tests import records

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("jython-2.7")],
    [records.work("fib"), records.work("sleep", "io")],
    absent=[records.missing("pypy-3.11")],
)
BASELINE, JYTHON = (Group(name, "", "fib") for name in ("cpython-3.13", "jython-2.7"))


def whole(block: int, plan: Plan = PLAN) -> tuple[Slot, ...]:
    return slots_of(plan, Choice(block, tuple(groups_of(plan)), ""))


def test_a_whole_block_holds_every_runnable_cell_and_every_control_once():
    slots = whole(3)
    runnable = [cell for cell in PLAN.cells if cell.interpreter != "pypy-3.11"]
    measured = [slot.cell for slot in slots if slot.role is Role.MEASURE]
    assert sorted(measured) == sorted(runnable)
    assert len(slots) == len(set(slots)) == len(runnable) + len(PLAN.controls)
    assert {slot.block for slot in slots} == {3}


def test_with_a_group_go_the_baselines_serial_its_twin_and_the_capacity_controls_of_its_workload():
    slots = slots_of(PLAN, Choice(2, (JYTHON,), ""))
    own = [slot for slot in slots if group_of(slot.cell) == JYTHON]
    others = [(slot.cell.interpreter, slot.cell.strategy, slot.role) for slot in slots if slot not in own]
    assert [slot.role for slot in own] == [Role.MEASURE] * 3
    assert sorted(others) == [
        ("cpython-3.13", "serial", role) for role in (Role.CAPACITY, Role.MEASURE, Role.TWIN)
    ]
    assert {slot.cell.workload for slot in slots} == {"fib"}


def test_the_baselines_own_group_has_its_serial_once():
    slots = slots_of(PLAN, Choice(2, (BASELINE,), ""))
    assert len(slots) == len(set(slots)) == 3 + 2


def test_a_block_of_nothing_is_empty():
    assert slots_of(PLAN, Choice(2, (), "the budget is spent")) == ()


def test_the_seed_decides_the_order():
    again = whole(0)
    other_seed = whole(0, msgspec.structs.replace(PLAN, seed=PLAN.seed + 1))
    assert whole(0) == again
    assert other_seed != again
    assert sorted(other_seed) == sorted(again)


@pytest.mark.parametrize("groups", [tuple(groups_of(PLAN)), (BASELINE, JYTHON)])
def test_what_is_compared_stands_together(groups):
    order = [group_of(slot.cell) for slot in slots_of(PLAN, Choice(0, groups, ""))]
    changes = sum(before != after for before, after in itertools.pairwise(order))
    assert changes == len(set(order)) - 1


def test_each_block_has_an_order_of_its_own():
    def order(block: int) -> list[Slot]:
        return [msgspec.structs.replace(slot, block=0) for slot in whole(block)]

    assert order(0) != order(1)
