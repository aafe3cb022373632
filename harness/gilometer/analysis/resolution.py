"""Which times are too short for the clock that took them."""

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
"""A time is read to one tick, so to 5% of this many: the margin under which a ratio makes no difference."""


def resolved(plan: Plan, evidence: Measurements) -> Measurements:
    """Take the times from cells whose iterations are shorter than ``FEWEST_TICKS`` of their clock.

    It is the whole cell or nothing: were its shorter invocations left out, the rest would look slower.
    """
    rows = evidence.invocations
    short = is_short(ticks(plan, evidence))[rows["cell"].to_numpy()]
    masked = {name: rows[name].mask(short) for name in ("wall_s", "effective_cores")}
    return dataclasses.replace(evidence, invocations=rows.assign(**masked))


def ticks(plan: Plan, evidence: Measurements) -> NDArray[np.float64]:
    """How many ticks of its interpreter's clock an iteration of each of ``evidence.cells`` lasts.

    The median over the measured invocations that were ok; NaN where there is none, or no clock is known.
    """
    clocks = tick_lengths(plan, evidence)
    good = ok_rows(evidence.invocations, Role.MEASURE).index
    settled_from = evidence.invocations["settled_from"].to_numpy()
    lasted = pd.Series(evidence.walls.medians(settled_from))[good]
    cells = evidence.invocations.loc[good, "cell"]
    seconds = lasted.groupby(cells).median().reindex(range(len(evidence.cells))).to_numpy()
    found: NDArray[np.float64] = np.full(len(clocks), np.nan)
    np.divide(seconds, clocks, out=found, where=clocks > 0)
    return found


def tick_lengths(plan: Plan, evidence: Measurements) -> NDArray[np.float64]:
    """Seconds of a tick, as the probe saw it, for each of ``evidence.cells``; NaN: not of the plan."""
    found = {one.label: one.facts.clock.tick_s for one in plan.interpreters}
    return np.asarray([found.get(cell.interpreter_label, np.nan) for cell in evidence.cells], dtype=float)


def is_short(lengths: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether so many ticks are too few for a ratio; of NaN nothing is known, so it isn't."""
    short: NDArray[np.bool_] = lengths < FEWEST_TICKS
    return short
