"""Remove the times that are too short for the resolution of their clock."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.grid import ok_rows
from gilometer.model import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gilometer.analysis.frames import Measurements
    from gilometer.model import Plan

FEWEST_TICKS = 20
"""The fewest ticks of a usable time. One tick is 5% of them, which is the margin of equivalence."""


def resolved(plan: Plan, measurements: Measurements) -> Measurements:
    """Remove the times of cells whose iterations are shorter than ``FEWEST_TICKS`` of their clock.

    All of a cell's times are removed: without its shorter invocations alone, it would look slower.
    """
    rows = measurements.invocations
    short = is_short(ticks(plan, measurements))[rows["cell"].to_numpy()]
    masked = {name: rows[name].mask(short) for name in ("wall_s", "effective_cores")}
    return dataclasses.replace(measurements, invocations=rows.assign(**masked))


def ticks(plan: Plan, measurements: Measurements) -> NDArray[np.float64]:
    """Count the ticks of its interpreter's clock that an iteration of each cell lasts.

    It is the median over the measured invocations that were ok; NaN without any, or without a known clock.
    """
    clocks = tick_lengths(plan, measurements)
    good = ok_rows(measurements.invocations, Role.MEASURE).index
    settled_from = measurements.invocations["settled_from"].to_numpy()
    lasted = pd.Series(measurements.walls.medians(settled_from))[good]
    cells = measurements.invocations.loc[good, "cell"]
    seconds = lasted.groupby(cells).median().reindex(range(len(measurements.cells))).to_numpy()
    found: NDArray[np.float64] = np.full(len(clocks), np.nan)
    np.divide(seconds, clocks, out=found, where=clocks > 0)
    return found


def tick_lengths(plan: Plan, measurements: Measurements) -> NDArray[np.float64]:
    """Look up the length of a tick in seconds for each cell; NaN for interpreters that the plan lacks."""
    ticks_s = {one.label: one.facts.clock.tick_s for one in plan.interpreters}
    return np.asarray(
        [ticks_s.get(cell.interpreter_label, np.nan) for cell in measurements.cells], dtype=float
    )


def is_short(lengths: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each number of ticks whether it is too small for a ratio; NaN is not."""
    short: NDArray[np.bool_] = lengths < FEWEST_TICKS
    return short
