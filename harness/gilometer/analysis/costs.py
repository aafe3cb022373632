"""Compare the times of each interpreter, by one thread and by several, with one thread of the baseline.

A gain from threads says how much an interpreter is faster than itself. Whoever chooses an interpreter asks
something else: is it faster than the usual one?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from gilometer.analysis.frames import cell_columns
from gilometer.model import Cell, Strategy
from gilometer.plan.groups import COMPARABLE_KINDS, OWN_KINDS, baseline_of
from gilometer.stats.intervals import typical_ratios

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan

STRATEGIES = (Strategy.SERIAL, Strategy.THREADS, Strategy.PROCESSES)
"""The strategies whose costs are compared; of a function of the user's own those of all are."""
COLUMNS = (
    "interpreter",
    "variant",
    "workload",
    "kind",
    "strategy",
    "workers",
    "cost",
    "cost_low",
    "cost_high",
)


def costs(plan: Plan, measured: Grid) -> pd.DataFrame:
    """Divide the time of each cell by the serial time of the baseline, within blocks; below 1 is faster.

    Columns: ``COLUMNS``. A row for each cell of a comparable kind, serial or of threads or processes, that
    was measured beside the baseline. The baseline's own serial cost is 1 by definition, without an interval.
    """
    baseline = baseline_of(plan)
    kinds = {work.label: work.kind for work in plan.works}
    columns = [
        column
        for column, cell in enumerate(measured.cells)
        if kinds.get(cell.workload) in COMPARABLE_KINDS
        and (cell.strategy in STRATEGIES or kinds[cell.workload] in OWN_KINDS)
    ]
    found = typical_ratios((measured.logs - measured.reference_logs(baseline))[:, columns])
    cells = [measured.cells[column] for column in columns]
    one_thread = Cell(baseline.name, baseline.variant, "", Strategy.SERIAL, 1)
    own = np.asarray([replace(cell, workload="") == one_thread for cell in cells], bool)
    rows = cell_columns(measured.cells, columns).assign(
        kind=[kinds[cell.workload] for cell in cells],
        cost=found.mean,
        cost_low=np.where(own, np.nan, found.low),
        cost_high=np.where(own, np.nan, found.high),
    )
    return rows.loc[rows["cost"].notna(), list(COLUMNS)].reset_index(drop=True)
