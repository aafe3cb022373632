from __future__ import annotations

import itertools

import msgspec

from harness.model import Role, Slot
from harness.plan.blocks import slots_of
from tests import records

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("jython-2.7")],
    [records.work("fib"), records.work("sleep", "io")],
    absent=[records.missing("pypy-3.11")],
)


def test_a_block_holds_every_runnable_cell_and_every_control_once():
    slots = slots_of(PLAN, 3)
    runnable = [cell for cell in PLAN.cells if cell.interpreter != "pypy-3.11"]
    measured = [slot.cell for slot in slots if slot.role is Role.MEASURE]
    assert sorted(measured) == sorted(runnable)
    assert len(slots) == len(set(slots)) == len(runnable) + len(PLAN.controls)
    assert {slot.block for slot in slots} == {3}


def test_the_seed_decides_the_order():
    again = slots_of(PLAN, 0)
    other_seed = slots_of(msgspec.structs.replace(PLAN, seed=PLAN.seed + 1), 0)
    assert slots_of(PLAN, 0) == again
    assert other_seed != again
    assert sorted(other_seed) == sorted(again)


def test_what_is_compared_stands_together():
    groups = [(slot.cell.interpreter, slot.cell.workload) for slot in slots_of(PLAN, 0)]
    changes = sum(before != after for before, after in itertools.pairwise(groups))
    assert changes == len(set(groups)) - 1


def test_each_block_has_an_order_of_its_own():
    def order(block: int) -> list[Slot]:
        return [msgspec.structs.replace(slot, block=0) for slot in slots_of(PLAN, block)]

    assert order(0) != order(1)
