"""A block: one randomised pass over all cells, with its controls."""

from __future__ import annotations

import random

import msgspec

from harness.model import Plan, Slot


def slots_of(plan: Plan, block: int) -> tuple[Slot, ...]:
    """The slots of a block, in the order that the plan's seed gives it.

    Cells of missing interpreters have no slot: nothing can be started for them.
    """
    runnable = {(interpreter.name, interpreter.variant) for interpreter in plan.interpreters}
    slots = [
        Slot(block=block, cell=cell) for cell in plan.cells if (cell.interpreter, cell.variant) in runnable
    ]
    slots += [msgspec.structs.replace(control, block=block) for control in plan.controls]
    random.Random(f"{plan.seed}/{block}").shuffle(slots)  # noqa: S311  for order, not for secrets
    return tuple(slots)
