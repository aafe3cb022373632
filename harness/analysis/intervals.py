"""Geometric means with bootstrap intervals over blocks.

The percentile bootstrap of a mean is too narrow for few values; it is widened as in Hesterberg, "What
Teachers Should Know About the Bootstrap" (2015), section 3.3: the expanded percentile interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.95
FEWEST = 3
"""Blocks under which no interval is given: two values say next to nothing of their spread."""
RESAMPLES = 5000
SEED = 20070
"""Fixed, so that a report drawn again is the same report."""
_COLUMNS_AT_ONCE = 512
"""Bounds memory: resamples x columns x 8 bytes."""


@dataclass(frozen=True)
class Estimates:
    """One geometric mean a column, its interval and how many values it rests on."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.intp]


def geometric_means(logs: NDArray[np.float64]) -> Estimates:
    """Estimate exp(mean) of each column of ``logs`` (blocks x columns; NaN: not measured).

    Without any value a mean is NaN; with fewer than ``FEWEST`` its interval is.
    """
    present = ~np.isnan(logs)
    count = present.sum(axis=0)
    total = np.where(present, logs, 0.0).sum(axis=0)
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    low = np.full(len(count), np.nan)
    high = np.full(len(count), np.nan)
    packed = np.take_along_axis(logs - mean, np.argsort(~present, axis=0, kind="stable"), axis=0)
    for n in np.unique(count[count >= FEWEST]):
        weights = _weights(int(n))
        columns = np.flatnonzero(count == n)
        for start in range(0, len(columns), _COLUMNS_AT_ONCE):
            some = columns[start : start + _COLUMNS_AT_ONCE]
            below, above = _spread(weights, packed[:n, some])
            low[some] = mean[some] + below
            high[some] = mean[some] + above
    return Estimates(np.exp(mean), np.exp(low), np.exp(high), count)


def expanded_alpha(n: int, level: float = LEVEL) -> float:
    """Tail area at which to cut the bootstrap distribution of a mean of ``n`` values.

    Phi(-sqrt(n / (n - 1)) * t), where t is the Student quantile with n - 1 degrees of freedom.
    """
    t = stdtrit(n - 1, 1 - (1 - level) / 2)
    return float(ndtr(-np.sqrt(n / (n - 1)) * t))


def _weights(n: int) -> NDArray[np.float64]:
    """Resampling ``n`` values is weighting them by a multinomial draw (resamples x n, rows add up to 1).

    Seeded by ``n`` alone, so a cell's interval does not depend on which other cells there are.
    """
    draws = np.random.default_rng([SEED, n]).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    return draws / n


def _spread(
    weights: NDArray[np.float64], centred: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper end, as distances from the mean, for each column of ``centred`` (n x columns).

    The mean is always inside: 0 is kept between the ends against rounding.
    """
    tail = expanded_alpha(len(centred))
    below, above = np.quantile(weights @ centred, [tail, 1 - tail], axis=0)
    return np.minimum(below, 0.0), np.maximum(above, 0.0)
