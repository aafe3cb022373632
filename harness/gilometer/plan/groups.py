"""Which cells belong together, and which of them others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Cell, Group, Interpreter, Plan, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPARABLE_KINDS = frozenset({"cpu", "native"})
"""Kinds whose time is work alone. Where a workload also waits, the waiting is the same for all."""
OBSERVED_KINDS = frozenset({"semantics"})
"""Kinds that are there for what their lines observe: no ratio of their times says anything."""


def group_of(cell: Cell) -> Group:
    """The group that a cell is measured with."""
    return Group(cell.interpreter, cell.variant, cell.workload)


def groups_of(plan: Plan) -> Mapping[Group, tuple[Cell, ...]]:
    """Cells by group, in the order of the plan; nothing can be started for those of missing interpreters."""
    runnable = {(one.name, one.variant) for one in plan.interpreters}
    found: dict[Group, list[Cell]] = {}
    for cell in plan.cells:
        if (cell.interpreter, cell.variant) in runnable:
            found.setdefault(group_of(cell), []).append(cell)
    return {group: tuple(cells) for group, cells in found.items()}


def baseline_of(plan: Plan) -> Interpreter:
    """Find what others are compared with; it is a variant only where the plan has it as nothing else."""
    named = [one for one in plan.interpreters if one.name == plan.baseline]
    return min(named, key=lambda one: bool(one.variant))


def baseline_serial(plan: Plan, workload: str) -> Cell:
    """The cell that the time of one thread is compared with, and that the controls repeat."""
    baseline = baseline_of(plan)
    return Cell(baseline.name, baseline.variant, workload, Strategy.SERIAL, 1)
