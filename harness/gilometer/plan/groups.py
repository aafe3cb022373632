"""The groups of a plan, and the baseline that others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Cell, Group, Interpreter, Plan, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPUTING, WAITING = "computing", "waiting"
"""The kinds of a function of the user's: it only works, or it waits, too."""
OWN_KINDS = frozenset({COMPUTING, WAITING})
BUSY_KINDS = frozenset({"cpu", "native", COMPUTING})
"""Kinds that only work, and so need a core for each worker."""
COMPARABLE_KINDS = BUSY_KINDS | {WAITING}
"""Kinds by which interpreters are compared: those that only work, as waiting takes all of them as long.

A function of the user's is compared in any case.
"""
OBSERVED_KINDS = frozenset({"semantics"})
"""Kinds that are measured for their observations: a ratio of their times has no meaning."""


def groups_of(plan: Plan) -> Mapping[Group, tuple[Cell, ...]]:
    """Return the cells by group, in the order of the plan, without those of missing interpreters."""
    runnable = {one.label for one in plan.interpreters}
    found: dict[Group, list[Cell]] = {}
    for cell in plan.cells:
        if cell.interpreter_label in runnable:
            found.setdefault(cell.group, []).append(cell)
    return {group: tuple(cells) for group, cells in found.items()}


def baseline_of(plan: Plan) -> Interpreter:
    """Return the interpreter that others are compared with: a variant only if the plan has no other of it."""
    named = [one for one in plan.interpreters if one.name == plan.baseline]
    return min(named, key=lambda one: bool(one.variant))


def baseline_serial(plan: Plan, workload: str) -> Cell:
    """Return the serial cell of the baseline, which one thread of others is compared with."""
    baseline = baseline_of(plan)
    return Cell(baseline.name, baseline.variant, workload, Strategy.SERIAL, 1)
