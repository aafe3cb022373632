"""Means, and geometric means, with 95% intervals over blocks.

Two intervals are made of the values, which of a geometric mean are logarithms, and each end is where the
further of the two puts it:

- Student's t, which is right for few values, and careful where a few of many lie far off on either side;
- the expanded percentile bootstrap (Hesterberg, "What Teachers Should Know About the Bootstrap", 2015,
  section 3.3), which follows values that lie further off on one side than on the other.

Of less than about 6 values no bootstrap reaches beyond the values themselves, so there the first decides.
``benchmarks/proof_coverage.py`` shows what each of them covers.
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
    """One mean a column, its interval and how many values it rests on."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.intp]


def geometric_means(logs: NDArray[np.float64]) -> Estimates:
    """Estimate exp(mean) of each column of ``logs``, as ``means`` does.

    Values so absurd that no number can hold the ends of an interval have none.
    """
    found = means(logs)
    return Estimates(np.exp(found.mean), *_ratios(found.low, found.high), found.count)


def means(given: NDArray[np.float64]) -> Estimates:
    """Estimate the mean of each column of values (blocks x columns; what is not finite was not measured).

    Without any value a mean is NaN; with fewer than ``FEWEST`` its interval is. Equal values have an
    interval of no width.
    """
    present = np.isfinite(given)
    values = np.where(present, given, 0.0)
    count = present.sum(axis=0)
    mean = np.divide(values.sum(axis=0), count, out=np.full(len(count), np.nan), where=count > 0)
    low = np.full(len(count), np.nan)
    high = np.full(len(count), np.nan)
    packed = np.take_along_axis(values - mean, np.argsort(~present, axis=0, kind="stable"), axis=0)
    for n in np.unique(count[count >= FEWEST]):
        weights = _weights(int(n))
        columns = np.flatnonzero(count == n)
        for start in range(0, len(columns), _COLUMNS_AT_ONCE):
            some = columns[start : start + _COLUMNS_AT_ONCE]
            reach = _reach(weights, packed[:n, some])
            low[some] = mean[some] - reach.below
            high[some] = mean[some] + reach.above
    return Estimates(mean, low, high, count)


def _ratios(
    low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both ends of intervals, from logarithms; NaN where either would be 0 or infinite."""
    least, greatest = np.log([np.finfo(float).tiny, np.finfo(float).max])
    is_number = (low > least) & (high < greatest)
    return np.exp(np.where(is_number, low, np.nan)), np.exp(np.where(is_number, high, np.nan))


def expanded_alpha(n: int, level: float = LEVEL) -> float:
    """Tail area at which to cut the bootstrap distribution of a mean of ``n`` values.

    Phi(-sqrt(n / (n - 1)) * t), where t is the Student quantile with n - 1 degrees of freedom.
    """
    return float(ndtr(-np.sqrt(n / (n - 1)) * _t(n, level)))


def _t(n: int, level: float = LEVEL) -> float:
    return float(stdtrit(n - 1, (1 + level) / 2))


def _weights(n: int) -> NDArray[np.float64]:
    """Resampling ``n`` values is weighting them by how often each is drawn (resamples x n, rows add up to 1).

    Seeded by ``n`` alone, so a cell's interval does not depend on which other cells there are.
    """
    drawn = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    places = drawn + n * np.arange(RESAMPLES)[:, None]
    return np.bincount(places.ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n) / n


@dataclass(frozen=True)
class _Reach:
    """How far an interval goes to either side of the mean, for each column; not negative."""

    below: NDArray[np.float64]
    above: NDArray[np.float64]


def _reach(weights: NDArray[np.float64], centred: NDArray[np.float64]) -> _Reach:
    """The further of Student's t and the bootstrap, for each column of ``centred`` (n x columns)."""
    n = len(centred)
    student = _t(n) * centred.std(axis=0, ddof=1) / np.sqrt(n)
    tail = expanded_alpha(n)
    least, greatest = np.quantile(weights @ centred, [tail, 1 - tail], axis=0)
    return _Reach(np.maximum(student, -least), np.maximum(student, greatest))
