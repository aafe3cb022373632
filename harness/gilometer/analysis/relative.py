"""Compare the single-thread speed of each interpreter with the baseline's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.frames import cell_columns
from gilometer.model import Strategy
from gilometer.plan.groups import COMPARABLE_KINDS, baseline_of
from gilometer.stats.intervals import typical_ratios
from gilometer.stats.significance import p_differs, q_values

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan


def relative_speeds(plan: Plan, measured: Grid) -> pd.DataFrame:
    """Divide the baseline's serial time by each interpreter's, within blocks; above 1 is faster than it.

    Columns: interpreter, variant, workload, kind, speed, speed_low, speed_high, speed_q (of "differs from 1",
    across the table). A row for each serial cell of a comparable kind that was measured beside the baseline;
    the baseline's own speed is 1 by definition, and has neither interval nor q.
    """
    baseline = baseline_of(plan)
    columns = comparable(plan, measured)
    speeds = (measured.reference_logs(baseline) - measured.logs)[:, columns]
    found = typical_ratios(speeds)
    kinds = {work.label: work.kind for work in plan.works}
    names = cell_columns(measured.cells, columns)[["interpreter", "variant", "workload"]]
    own = np.asarray([measured.cells[column].interpreter_label == baseline.label for column in columns], bool)
    rows = names.assign(
        kind=[kinds[workload] for workload in names["workload"]],
        speed=found.mean,
        speed_low=np.where(own, np.nan, found.low),
        speed_high=np.where(own, np.nan, found.high),
        speed_q=q_values(np.where(own, np.nan, p_differs(speeds, 1.0))),
    )
    return rows[rows["speed"].notna()].reset_index(drop=True)


def comparable(plan: Plan, measured: Grid) -> list[int]:
    """List the columns of the serial cells of work that never waits."""
    kinds = {work.label: work.kind for work in plan.works}
    return [
        column
        for column, cell in enumerate(measured.cells)
        if cell.strategy is Strategy.SERIAL and kinds.get(cell.workload) in COMPARABLE_KINDS
    ]
