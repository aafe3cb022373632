"""A block: one randomised pass over the cells that were chosen for it, with their controls."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec

from harness.model import Choice, Group, Plan, Slot
from harness.plan.groups import baseline_serial, group_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def slots_of(plan: Plan, choice: Choice) -> tuple[Slot, ...]:
    """The slots of a block, in the order that the plan's seed gives it.

    What is compared stands together: the strategies of one workload on one interpreter, in random order,
    then those of the next, in random order. The machine's speed then has seconds to drift between the two
    sides of a ratio, not the minutes of a whole block.

    Ratios and controls hold within a block, so a workload's controls and the baseline's serial cell are in
    each block that measures it.
    """
    order = random.Random(f"{plan.seed}/{choice.block}")  # noqa: S311  for order, not for secrets
    groups = _together(_slots(plan, choice))
    order.shuffle(groups)
    for group in groups:
        order.shuffle(group)
    return tuple(slot for group in groups for slot in group)


def _slots(plan: Plan, choice: Choice) -> Iterable[Slot]:
    chosen = frozenset(choice.groups)
    workloads = {group.workload for group in chosen}
    baselines = {baseline_serial(plan, workload) for workload in workloads}
    for cell in plan.cells:
        if group_of(cell) in chosen or cell in baselines:
            yield Slot(block=choice.block, cell=cell)
    for control in plan.controls:
        if control.cell.workload in workloads:
            yield msgspec.structs.replace(control, block=choice.block)


def _together(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Those of one group together; controls go with the cell that they repeat."""
    groups: dict[Group, list[Slot]] = {}
    for slot in slots:
        groups.setdefault(group_of(slot.cell), []).append(slot)
    return list(groups.values())
