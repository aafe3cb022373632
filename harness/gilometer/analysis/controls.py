"""Which group's controls say how noisy a group is, and what the machine could have given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Group, Role
from gilometer.plan.groups import baseline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.model import Plan

CONTROLS = frozenset({Role.TWIN, Role.CAPACITY})


def stand_ins(plan: Plan) -> Mapping[Group, Group]:
    """Find the groups whose controls stand for others: the baseline's, in a run that has none but these.

    That is so in runs of schema 2. A group that is not among the keys is judged by its own.
    """
    baseline = baseline_of(plan)
    controlled = {one.cell.interpreter_label for one in plan.controls if one.role in CONTROLS}
    if controlled != {baseline.label}:
        return {}
    groups = {cell.group for cell in plan.cells}
    return {group: Group(baseline.name, baseline.variant, group.workload) for group in groups}
