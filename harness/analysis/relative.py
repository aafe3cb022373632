"""Single-thread speed of each interpreter, relative to the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.analysis.frames import cell_columns
from harness.analysis.intervals import geometric_means
from harness.model import Strategy

if TYPE_CHECKING:
    import pandas as pd

    from harness.analysis.grid import Grid
    from harness.model import Interpreter, Plan

COMPARABLE_KINDS = frozenset({"cpu", "native"})
"""Kinds whose time is work alone. Where a workload also waits, the waiting is the same for all."""


def relative_speeds(plan: Plan, measured: Grid) -> pd.DataFrame:
    """Time of the baseline's serial over time of this one's, within blocks; above 1 is faster.

    Columns: interpreter, variant, workload, kind, speed, speed_low, speed_high. A row for each serial cell
    of a comparable kind that was measured beside the baseline.
    """
    baseline = baseline_of(plan)
    columns = comparable(plan, measured)
    speeds = measured.baselines(baseline.name, baseline.variant) - measured.logs
    found = geometric_means(speeds[:, columns])
    kinds = {work.label: work.kind for work in plan.works}
    names = cell_columns(measured.cells, columns)[["interpreter", "variant", "workload"]]
    rows = names.assign(
        kind=[kinds[workload] for workload in names["workload"]],
        speed=found.mean,
        speed_low=found.low,
        speed_high=found.high,
    )
    return rows[rows["speed"].notna()].reset_index(drop=True)


def baseline_of(plan: Plan) -> Interpreter:
    """Find what others are compared with; it is a variant only where the plan has it as nothing else."""
    named = [one for one in plan.interpreters if one.name == plan.baseline]
    return min(named, key=lambda one: bool(one.variant))


def comparable(plan: Plan, measured: Grid) -> list[int]:
    """List the columns of serial cells whose time is work alone."""
    kinds = {work.label: work.kind for work in plan.works}
    return [
        column
        for column, cell in enumerate(measured.cells)
        if cell.strategy is Strategy.SERIAL and kinds.get(cell.workload) in COMPARABLE_KINDS
    ]
