"""A block: one randomised pass over all cells, with its controls."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from harness.model import Plan, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable


def slots_of(plan: Plan, block: int) -> tuple[Slot, ...]:
    """The slots of a block, in the order that the plan's seed gives it.

    What is compared stands together: the strategies of one workload on one interpreter, in random order,
    then those of the next, in random order. The machine's speed then has seconds to drift between the two
    sides of a ratio, not the minutes of a whole block.

    Cells of missing interpreters have no slot: nothing can be started for them.
    """
    order = random.Random(f"{plan.seed}/{block}")  # noqa: S311  for order, not for secrets
    groups = _groups(_slots(plan, block))
    order.shuffle(groups)
    for group in groups:
        order.shuffle(group)
    return tuple(slot for group in groups for slot in group)


def _slots(plan: Plan, block: int) -> Iterable[Slot]:
    runnable = {(interpreter.name, interpreter.variant) for interpreter in plan.interpreters}
    for cell in plan.cells:
        if (cell.interpreter, cell.variant) in runnable:
            yield Slot(block=block, cell=cell)
    for control in plan.controls:
        yield msgspec.structs.replace(control, block=block)


def _groups(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Those of one workload on one interpreter together; controls go with the cell that they repeat."""
    groups: defaultdict[tuple[str, str, str], list[Slot]] = defaultdict(list)
    for slot in slots:
        groups[slot.cell.interpreter, slot.cell.variant, slot.cell.workload].append(slot)
    return list(groups.values())
