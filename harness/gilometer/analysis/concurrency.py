"""Compute how many cores each cell had, over those that serial had: the most that running at once can gain.

The rule is that of ``plan.decisions``, which the planner uses during a run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.cores import short_cells
from gilometer.analysis.grid import mean_table, ok_rows
from gilometer.model import Role
from gilometer.plan.groups import BUSY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gilometer.analysis.capacity import Capacities
    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan


def concurrency(
    plan: Plan, measurements: Measurements, measured: Grid, capacities: Capacities
) -> NDArray[np.float64]:
    """Divide the cores of each cell by those of serial, within blocks: logarithms (blocks x cells).

    Only of work that never waits, by processes that took turns, in blocks that had enough cores; elsewhere
    it is NaN, as it is without CPU times.
    """
    kinds = {work.label: work.kind for work in plan.works}
    waits = np.asarray([kinds.get(cell.workload) not in BUSY_KINDS for cell in measured.cells], dtype=bool)
    logs = _log_cores(measurements, measured)
    logs[short_cells(plan, measured.cells, capacities) | waits] = np.nan
    relative: NDArray[np.float64] = logs - replace(measured, logs=logs).serial_logs()
    return relative


def _log_cores(measurements: Measurements, measured: Grid) -> NDArray[np.float64]:
    """Arrange the logarithms of the cores of each cell (blocks x cells)."""
    rows = ok_rows(measurements.invocations, Role.MEASURE)
    rows = rows[rows["turns_from"].notna() & (rows["effective_cores"] > 0)]
    return mean_table(
        np.searchsorted(measured.blocks, rows["block"].to_numpy()),
        rows["cell"].to_numpy(),
        np.log(rows["effective_cores"].to_numpy(dtype=float)),
        measured.logs.shape,
    )
