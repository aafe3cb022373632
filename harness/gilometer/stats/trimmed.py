"""Trimmed means and their standard errors.

K. K. Yuen: The two-sample trimmed t for unequal population variances. Biometrika 61(1), 1974.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.stats.trimming import FEWEST_TO_TRIM, ONE_OF

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Trimmed:
    """The trimmed mean of each column, and its standard error."""

    ordered: NDArray[np.float64]
    """The values in ascending order, followed by infinities (blocks x columns)."""
    mean: NDArray[np.float64]
    """The mean of the values that were kept; NaN without any."""
    error: NDArray[np.float64]
    """The standard error of that mean; NaN under two values."""
    count: NDArray[np.intp]
    """The number of values."""
    kept: NDArray[np.intp]
    """The number of values that were kept; there is one degree of freedom less."""


def trimmed(logs: NDArray[np.float64]) -> Trimmed:
    """Take the trimmed mean of each column (blocks x columns; what is not finite was not measured).

    With n values, of which g are set aside at either end and h are left,

        error = sqrt(SSW / (h (h - 1)))

    where SSW is the sum of squares of the Winsorised values around their own mean: each value that is set
    aside counts as the nearest that is kept.
    """
    present = np.isfinite(logs)
    ordered = np.sort(np.where(present, logs, np.inf), axis=0)
    count = present.sum(axis=0)
    aside = np.where(count >= FEWEST_TO_TRIM, count // ONE_OF, 0)
    left = count - 2 * aside
    rank = np.arange(len(logs))[:, None]
    is_kept = (rank >= aside) & (rank < count - aside)
    mean = _mean(ordered, is_kept)
    least = np.min(ordered, axis=0, where=is_kept, initial=np.inf)
    greatest = np.max(ordered, axis=0, where=is_kept, initial=-np.inf)
    squares = _squares(np.clip(ordered, least, greatest), rank < count)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(squares / (left * (left - 1)))
    return Trimmed(ordered, mean, error, count, left)


def _mean(values: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean of the chosen values of each column; NaN without any."""
    count = chosen.sum(axis=0)
    total = np.where(chosen, values, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return mean


def _squares(values: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the sum of squares of the chosen values of each column around their mean."""
    squares: NDArray[np.float64] = (np.where(chosen, values - _mean(values, chosen), 0.0) ** 2).sum(axis=0)
    return squares
