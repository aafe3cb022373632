"""Compare the figures of two runs, and tell which of them changed.

A time depends on how fast the machine was on that day. A speedup, and a speed over another interpreter's, are
ratios within blocks, in which the speed of the machine cancels.
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
    """The quantities that are compared, the most reliable first."""

    SPEEDUP = "speedup"
    """Serial time over this time, of the same interpreter."""
    SPEED = "speed"
    """Serial time of the reference over serial time."""
    TIME = "time"
    """Seconds for one pass."""


class Change(StrEnum):
    """The conclusion from a ratio of two runs."""

    CHANGED = "changed"
    SAME = "same"
    """The interval lies within the margin of equivalence."""
    OPEN = "not established"


@dataclass(frozen=True)
class RunPair:
    """The times of two runs, for the cells that can be compared; both have the same columns."""

    before: Grid
    after: Grid


def compare(
    pair: RunPair, plan: Plan, reference: Interpreter | None, bands: Mapping[Group, float]
) -> pd.DataFrame:
    """Compare each quantity of each cell that has it; serial has no speedup, and the reference no speed.

    Args:
        pair: Logarithms of both runs' times.
        plan: The plan of one of the runs, for the kinds of its workloads.
        reference: The interpreter that speeds are relative to; None: there are no speeds.
        bands: The A/A band of each group, the wider one of both runs.

    Returns:
        Columns: interpreter, variant, workload, strategy, workers, figure, before, after, ratio (the second
        run's over the first's), ratio_low, ratio_high, p, q, band (what a changed ratio exceeds), change.

    """
    return _with_conclusions(pd.concat(_tables(pair, plan, reference), ignore_index=True), bands)


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
    quantity: Quantity, pair: RunPair, columns: Sequence[int], logs_of: Callable[[Grid], NDArray[np.float64]]
) -> pd.DataFrame:
    """Compare one quantity of some columns; those without a block in either run are left out."""
    chosen = list(columns)
    found = ratios(logs_of(pair.before)[:, chosen], logs_of(pair.after)[:, chosen])
    names = cell_columns(pair.before.cells, chosen).drop(columns="cell")
    rows = names.assign(
        figure=quantity.value,
        before=found.before.mean,
        after=found.after.mean,
        ratio=found.ratio,
        ratio_low=found.low,
        ratio_high=found.high,
        p=found.p,
    )
    return rows[rows["ratio"].notna()]


def _with_conclusions(figures: pd.DataFrame, bands: Mapping[Group, float]) -> pd.DataFrame:
    """Add the conclusion from each ratio: by its interval, the A/A band and its false discovery rate."""
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
