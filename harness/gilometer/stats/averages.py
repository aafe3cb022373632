"""Plain means with 95% intervals, of observations that are no ratios of times.

They are not trimmed, as rare values are the point: an update that gets lost, for example. Each end of an
interval is that of the wider of two methods: Student's t, which is right for few values, and the percentile
bootstrap, which is asymmetric where the values are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from gilometer.stats.bootstrap import LEVEL, RESAMPLES, SEED
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL, Estimates

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 500
"""A limit for memory: resamples at a time."""


def averages(given: NDArray[np.float64]) -> Estimates:
    """Estimate the mean of each column (invocations x columns; what is not finite was not measured).

    Without any value a mean is NaN; with fewer than ``FEWEST_FOR_AN_INTERVAL`` its interval is. Equal values
    have an interval of no width.
    """
    is_told = np.isfinite(given)
    values = np.where(is_told, given, 0.0)
    count = is_told.sum(axis=0)
    mean = np.divide(values.sum(axis=0), count, out=np.full(len(count), np.nan), where=count > 0)
    packed = np.take_along_axis(values, np.argsort(~is_told, axis=0, kind="stable"), axis=0)
    low, high = np.full((2, len(count)), np.nan)
    for n in np.unique(count[count >= FEWEST_FOR_AN_INTERVAL]):
        some = np.flatnonzero(count == n)
        low[some], high[some] = _ends(packed[:n, some])
    return Estimates(mean, low, high, count)


def _ends(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both ends of the interval of the mean of each column."""
    reach = stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values, axis=0)
    mean = values.mean(axis=0)
    drawn = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng([SEED, len(values)]),
    ).confidence_interval
    return np.minimum(mean - reach, drawn.low), np.maximum(mean + reach, drawn.high)


def p_beyond(given: NDArray[np.float64], threshold: float, side: Literal["greater", "less"]) -> float:
    """Return the one-sided p of Student's t test against a mean on the other side of a threshold.

    NaN with fewer than ``FEWEST_FOR_AN_INTERVAL`` finite values. For values that are all equal, p is 0 or 1.
    """
    told = given[np.isfinite(given)]
    if len(told) < FEWEST_FOR_AN_INTERVAL:
        return math.nan
    beyond = (told - threshold) if side == "greater" else (threshold - told)
    if np.ptp(beyond) == 0:
        return float(beyond[0] <= 0)
    return float(stats.t.sf(beyond.mean() / stats.sem(beyond), len(beyond) - 1))
