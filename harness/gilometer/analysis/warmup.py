"""Compare the first iterations of each cell with its steady time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.frames import cell_columns
from gilometer.analysis.steady import SteadyState
from gilometer.model import Outcome, Role

if TYPE_CHECKING:
    from gilometer.analysis.frames import Measurements


def first_iterations(measurements: Measurements) -> pd.DataFrame:
    """Tabulate the relative time of each iteration, of cells with enough iterations for a class.

    Columns: the cell's, iteration (from 1), relative (its time over the invocation's steady time, or over the
    median of the second half where there is none; the median over the measured invocations that were ok),
    relative_low, relative_high (the quartiles), steady (the share of the invocations that had reached their
    steady state by then). A row for each iteration of each such cell.
    """
    rows, walls = measurements.invocations, measurements.walls
    good = (rows["role"] == Role.MEASURE.value) & (rows["outcome"] == Outcome.OK.value)
    good &= rows["steady_state"] != SteadyState.UNKNOWN.value
    begins = rows["steady_from"].to_numpy()
    steady = walls.medians(np.where(np.isnan(begins), walls.lengths // 2, begins).astype(np.intp))
    owners = walls.owners()
    counted = good.to_numpy()[owners] & (steady[owners] > 0)
    of = owners[counted]
    values = pd.DataFrame(
        {
            "cell": rows["cell"].to_numpy()[of],
            "iteration": walls.places()[counted] + 1,
            "relative": walls.seconds[counted] / steady[of],
            "steady": walls.places()[counted] >= begins[of],
        }
    )
    grouped = values.groupby(["cell", "iteration"], sort=True)
    found = pd.DataFrame(
        {
            "relative": grouped["relative"].median(),
            "relative_low": grouped["relative"].quantile(0.25),
            "relative_high": grouped["relative"].quantile(0.75),
            "steady": grouped["steady"].mean(),
        }
    ).reset_index()
    names = cell_columns(measurements.cells, found["cell"].to_list()).drop(columns="cell")
    return pd.concat([names, found.drop(columns="cell")], axis=1)
