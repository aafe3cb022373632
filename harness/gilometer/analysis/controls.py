"""Find the group whose controls give the A/A band and the capacity of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Group, Role
from gilometer.plan.groups import baseline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.model import Plan

CONTROLS = frozenset({Role.TWIN, Role.CAPACITY})


def stand_ins(plan: Plan) -> Mapping[Group, Group]:
    """Map each group to the baseline's group of the same workload, if only the baseline has controls.

    That is so in runs of schema 2. In others the map is empty, and each group has controls of its own.
    """
    baseline = baseline_of(plan)
    controlled = {slot.cell.interpreter_label for slot in plan.controls if slot.role in CONTROLS}
    if controlled != {baseline.label}:
        return {}
    groups = {cell.group for cell in plan.cells}
    return {group: Group(baseline.name, baseline.variant, group.workload) for group in groups}
