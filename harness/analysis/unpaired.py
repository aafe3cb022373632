"""Ratios of two runs: nothing pairs their blocks, so each run's spread counts on its own.

The interval of a ratio is made of the two runs' own intervals by the "method of variance estimates recovery":
G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures" (Statistics in Medicine 27,
2008). So it is as asymmetric, and as careful with few blocks, as those are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from harness.analysis.intervals import FEWEST, geometric_means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from harness.analysis.intervals import Estimates


_ROUNDING = 1e-12
"""Logarithms that are nearer to one another than this are equal."""


@dataclass(frozen=True)
class Ratios:
    """One ratio of geometric means a column, the second run's over the first's."""

    before: Estimates
    after: Estimates
    ratio: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """NaN, like ``low``, where one of the runs has no interval."""
    p: NDArray[np.float64]
    """Of "the ratio is 1", two-sided; NaN where one of the runs has fewer than ``FEWEST`` values."""


def ratios(before: NDArray[np.float64], after: NDArray[np.float64]) -> Ratios:
    """Compare two runs' logarithms (blocks x columns, NaN: not measured) column by column."""
    first, second = geometric_means(before), geometric_means(after)
    ratio = second.mean / first.mean
    down = np.hypot(np.log(second.mean / second.low), np.log(first.high / first.mean))
    up = np.hypot(np.log(second.high / second.mean), np.log(first.mean / first.low))
    return Ratios(first, second, ratio, ratio * np.exp(-down), ratio * np.exp(up), welch(before, after))


def welch(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two-sided p of Welch's t test on each pair of columns, against equal means.

    Columns that don't vary at all differ for certain, or not at all.
    """
    first, second = _moments(before), _moments(after)
    with np.errstate(divide="ignore", invalid="ignore"):
        tested = stats.ttest_ind_from_stats(
            *(first.mean, first.deviation, first.count),
            *(second.mean, second.deviation, second.count),
            equal_var=False,
        )
    enough = np.minimum(first.count, second.count) >= FEWEST
    equal = np.abs(first.mean - second.mean) < _ROUNDING
    return np.where(enough, np.where(equal, 1.0, tested.pvalue), np.nan)


@dataclass(frozen=True)
class _Moments:
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    count: NDArray[np.intp]


def _moments(logs: NDArray[np.float64]) -> _Moments:
    """Of each column's values; NaN where there are too few."""
    real = np.isfinite(logs)
    count = real.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(real, logs, 0.0).sum(axis=0) / count
        squares = (np.where(real, logs - mean, 0.0) ** 2).sum(axis=0)
        return _Moments(mean, np.sqrt(squares / (count - 1)), count)
