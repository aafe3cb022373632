"""Compute how many cores each cell had, over those that serial had: the most that running at once can gain.

The rule is that of ``plan.decisions``, which the planner uses during a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.cores import short_loads
from gilometer.analysis.grid import mean_table, ok_rows
from gilometer.model import Role, Strategy
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
    logs = _log_cores(measurements, measured)
    short = short_loads(plan, capacities)
    logs[np.pad(short, ((0, 0), (0, 2)))[:, capacities.places(measured.cells)]] = np.nan
    kinds = {work.label: work.kind for work in plan.works}
    logs[:, [kinds.get(cell.workload) not in BUSY_KINDS for cell in measured.cells]] = np.nan
    serial = {
        cell.group: column for column, cell in enumerate(measured.cells) if cell.strategy is Strategy.SERIAL
    }
    padded = np.column_stack([logs, np.full(len(logs), np.nan)])
    relative: NDArray[np.float64] = logs - padded[:, [serial.get(cell.group, -1) for cell in measured.cells]]
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
