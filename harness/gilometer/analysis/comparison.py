"""How much each figure of one run differs from that of another, and which differences are compare.

A time has the machine's day in it. A speedup, and a speed over another interpreter's, are ratios within
blocks already, so a slower machine cancels in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.frames import cell_columns
from gilometer.analysis.relative import comparable
from gilometer.model import Group, Strategy
from gilometer.stats.equivalence import MARGIN
from gilometer.stats.significance import FALSE_DISCOVERIES, q_values
from gilometer.stats.unpaired import ratios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.grid import Grid
    from gilometer.model import Interpreter, Plan


class Quantity(StrEnum):
    """What is compared, the surest first."""

    SPEEDUP = "speedup"
    """Over serial of the same interpreter."""
    SPEED = "speed"
    """Of serial, over that of the reference."""
    TIME = "time"
    """Seconds a pass."""


class Change(StrEnum):
    """What a ratio of two runs says."""

    CHANGED = "changed"
    SAME = "same"
    """Its interval lies within the margin that makes no practical difference."""
    OPEN = "not established"


@dataclass(frozen=True)
class RunPair:
    """The cells that compare, in both runs: columns of one are those of the other."""

    before: Grid
    after: Grid


def compare(
    pair: RunPair, plan: Plan, reference: Interpreter | None, bands: Mapping[Group, float]
) -> pd.DataFrame:
    """Compare each figure of each cell that has it; serial has no speedup, and the reference no speed.

    Args:
        pair: Logarithms of both runs' times.
        plan: Of one of the runs, for the kinds of its workloads.
        reference: What speeds are over; None: there are no speeds.
        bands: How far from 1 noise alone takes a ratio in either run.

    Returns:
        Columns: interpreter, variant, workload, strategy, workers, figure, before, after, ratio (the second
        run's over the first's), ratio_low, ratio_high, p, q, band (what a changed ratio exceeds), change.

    """
    return _judged(pd.concat(_tables(pair, plan, reference), ignore_index=True), bands)


def _tables(pair: RunPair, plan: Plan, reference: Interpreter | None) -> Iterator[pd.DataFrame]:
    cells = pair.before.cells
    spread = [column for column, cell in enumerate(cells) if cell.strategy is not Strategy.SERIAL]
    yield _table(Quantity.SPEEDUP, pair, spread, lambda grid: grid.serial_logs() - grid.logs)
    if reference:
        serial = comparable(plan, pair.before)
        others = [column for column in serial if cells[column].interpreter_label != reference.label]
        yield _table(Quantity.SPEED, pair, others, lambda grid: grid.reference_logs(reference) - grid.logs)
    yield _table(Quantity.TIME, pair, range(len(cells)), lambda grid: grid.logs)


def _table(
    figure: Quantity, pair: RunPair, columns: Sequence[int], logs_of: Callable[[Grid], NDArray[np.float64]]
) -> pd.DataFrame:
    """One figure of some columns; without those that no block of one of the runs gave."""
    some = list(columns)
    found = ratios(logs_of(pair.before)[:, some], logs_of(pair.after)[:, some])
    names = cell_columns(pair.before.cells, some).drop(columns="cell")
    rows = names.assign(
        figure=figure.value,
        before=found.before.mean,
        after=found.after.mean,
        ratio=found.ratio,
        ratio_low=found.low,
        ratio_high=found.high,
        p=found.p,
    )
    return rows[rows["ratio"].notna()]


def _judged(figures: pd.DataFrame, bands: Mapping[Group, float]) -> pd.DataFrame:
    """Say of each what its ratio carries: the interval, the noise and the number of questions asked."""
    ratio, low, high, p = (
        figures[name].to_numpy(float) for name in ("ratio", "ratio_low", "ratio_high", "p")
    )
    groups = map(Group, *(figures[name] for name in ("interpreter", "variant", "workload")))
    band = np.asarray([max(MARGIN, bands.get(group, MARGIN)) for group in groups])
    q = q_values(p)
    changed = ((low > 1) | (high < 1)) & (np.maximum(ratio, 1 / ratio) > band) & (q <= FALSE_DISCOVERIES)
    same = ~changed & (low > 1 / MARGIN) & (high < MARGIN) & (band <= MARGIN)
    change = np.select([changed, same], [Change.CHANGED.value, Change.SAME.value], Change.OPEN.value)
    return figures.assign(q=q, band=band, change=change)
