"""Typical ratios with 95% intervals over blocks: trimmed means on a logarithmic scale.

Two intervals are computed from the logarithms, and each end is that of the wider one:

- Student's t for trimmed means (``trimmed``), which is right for few values;
- the percentile bootstrap (``bootstrap``), which is asymmetric where the values are.

A bootstrap never reaches beyond the values themselves, so of less than about 6 values the first is the wider
one. ``benchmarks/proof_coverage.py`` shows the coverage of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from gilometer.model import Estimate
from gilometer.stats.bootstrap import LEVEL, resampled_ends
from gilometer.stats.trimmed import trimmed
from gilometer.stats.trimming import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_FOR_AN_INTERVAL = 3
"""The fewest values with an interval, as two values say next to nothing of their spread."""
_COLUMNS_AT_ONCE = 512
"""A limit for memory: resamples x columns x 8 bytes."""


@dataclass(frozen=True)
class Estimates:
    """One typical ratio a column, its interval, and its number of values."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.intp]

    def of(self, column: int) -> Estimate:
        """Look up one of them."""
        return Estimate(float(self.mean[column]), float(self.low[column]), float(self.high[column]))


def typical_ratios(logs: NDArray[np.float64]) -> Estimates:
    """Estimate exp(trimmed mean) of each column of ``logs`` (blocks x columns; not finite: not measured).

    Without any value a mean is NaN; with fewer than ``FEWEST_FOR_AN_INTERVAL`` its interval is. Equal values
    have an interval of no width; values so absurd that no number can hold its ends have none.
    """
    found = trimmed(logs)
    mean, count = found.mean, found.count
    low = np.full(len(count), np.nan)
    high = np.full(len(count), np.nan)
    for n in np.unique(count[count >= FEWEST_FOR_AN_INTERVAL]):
        columns = np.flatnonzero(count == n)
        for start in range(0, len(columns), _COLUMNS_AT_ONCE):
            some = columns[start : start + _COLUMNS_AT_ONCE]
            reach = _reach(found.ordered[:n, some] - mean[some], found.error[some])
            low[some] = mean[some] - reach.below
            high[some] = mean[some] + reach.above
    return Estimates(np.exp(mean), *_ratios(low, high), count)


def _ratios(
    low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both ends of intervals, from logarithms; NaN where either would be 0 or infinite."""
    least, greatest = np.log([np.finfo(float).tiny, np.finfo(float).max])
    is_number = (low > least) & (high < greatest)
    return np.exp(np.where(is_number, low, np.nan)), np.exp(np.where(is_number, high, np.nan))


@dataclass(frozen=True)
class _Reach:
    """The distance from the mean to either end of the interval, for each column; not negative."""

    below: NDArray[np.float64]
    above: NDArray[np.float64]


def _reach(centred: NDArray[np.float64], error: NDArray[np.float64]) -> _Reach:
    """Return the wider of Student's t and the bootstrap, for each column of ``centred`` (n x columns)."""
    student = stdtrit(kept(len(centred)) - 1, (1 + LEVEL) / 2) * error
    least, greatest = resampled_ends(centred)
    return _Reach(np.maximum(student, -least), np.maximum(student, greatest))
