"""Ratios of two samples whose values are not paired, such as the blocks of two runs.

The interval of a ratio is computed from the intervals of both samples by the "method of variance estimates
recovery": G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures" (Statistics in
Medicine 27, 2008). So it is as asymmetric as those, and as wide with few blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL, typical_ratios
from gilometer.stats.trimmed import trimmed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gilometer.stats.intervals import Estimates


_ROUNDING = 1e-12
"""Logarithms that differ by less than this are equal."""


@dataclass(frozen=True)
class RunRatios:
    """One ratio of typical values a column, the second sample's over the first's."""

    before: Estimates
    after: Estimates
    ratio: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """NaN, like ``low``, where one of the samples has no interval."""
    p: NDArray[np.float64]
    """Two-sided, of "the ratio is 1"; NaN where one of the samples has too few values for an interval."""


def ratios(before: NDArray[np.float64], after: NDArray[np.float64]) -> RunRatios:
    """Compare two samples of logarithms (blocks x columns, NaN: not measured) column by column."""
    first, second = typical_ratios(before), typical_ratios(after)
    ratio = second.mean / first.mean
    down = np.hypot(np.log(second.mean / second.low), np.log(first.high / first.mean))
    up = np.hypot(np.log(second.high / second.mean), np.log(first.mean / first.low))
    return RunRatios(first, second, ratio, ratio * np.exp(-down), ratio * np.exp(up), yuen(before, after))


def yuen(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the two-sided p of Yuen's t test on each pair of columns, against equal trimmed means.

    It is Welch's test with Winsorised variances. For columns without any variation, p is 0 or 1.
    ``scipy.stats.ttest_ind(trim=...)`` trims both samples alike; here one may be too short for that.
    """
    first, second = trimmed(before), trimmed(after)
    distance = np.abs(first.mean - second.mean)
    squares = first.error**2 + second.error**2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = first.error**4 / (first.kept - 1) + second.error**4 / (second.kept - 1)
        p = 2 * special.stdtr(squares**2 / parts, -distance / np.sqrt(squares))
    certain = np.where(distance > _ROUNDING, 0.0, 1.0)
    p = np.where(np.sqrt(squares) > _ROUNDING, p, certain)
    enough = np.minimum(first.count, second.count) >= FEWEST_FOR_AN_INTERVAL
    return np.where(enough, p, np.nan)
