"""Find where the steady state of an invocation begins, if it has one.

The classes are those of Barrett, Bolz-Tereick, Killick, Mount and Tratt, "Virtual Machine Warmup Blows Hot
and Cold" (OOPSLA 2017): changepoints split the times of an invocation's iterations into segments, and it
matters which of these are equivalent to the last one. Their series have 2000 iterations on a quiet machine.
Those here are short and noisy, so the changes are of the mean of the logarithm, the noise is estimated from
the series, and an outlier is what departs from a median of five. docs/method.md has the rules, and how often
they are right.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from ruptures import KernelCPD
from scipy.ndimage import median_filter
from scipy.stats import median_abs_deviation

from gilometer.stats.equivalence import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gilometer.stats.ragged import Ragged

FEWEST_ITERATIONS = 20
"""The fewest iterations by which a series that still changes differs from one that has settled."""
LAST = 0.25
"""The least share of the iterations that a steady state has."""
LEAST_NOISE = 0.01
"""The least noise that is assumed: the standard deviation of a logarithm."""
SURE = 3.0
"""The number of standard errors beyond which a difference is more than noise."""
WINDOW = 5
"""The length of the running median: two slow iterations in a row are outliers, three are a change."""


class SteadyState(StrEnum):
    """The class of an invocation's times, or of a cell's invocations."""

    FLAT = "flat"
    WARMUP = "warmup"
    """The times get shorter, and then stay so."""
    SLOWDOWN = "slowdown"
    """The times get longer, and then stay so."""
    NONE = "no steady state"
    INCONSISTENT = "inconsistent"
    """The invocations of a cell differ."""
    UNKNOWN = ""
    """Too few iterations to tell."""


@dataclass(frozen=True)
class ClassifiedInvocations:
    """The class of each invocation, and where its steady state starts."""

    states: NDArray[np.object_]
    """Values of ``SteadyState``."""
    starts: NDArray[np.intp]
    """Index of the first iteration that counts.

    It is the middle one where the steady state is unknown, and behind the last one where there is none.
    """


def classify(walls: Ragged, ticks: NDArray[np.float64]) -> ClassifiedInvocations:
    """Classify each invocation by the wall times of its iterations, which are finite and not negative.

    ``ticks`` has the tick of each invocation's clock, in the same unit. A time under a tick counts as one
    tick, and times that differ by less than a tick count as equal.
    """
    states = np.full(len(walls.lengths), SteadyState.UNKNOWN.value, dtype=object)
    starts = walls.lengths // 2
    for alike in walls.by_length():
        if alike.seconds.shape[1] >= FEWEST_ITERATIONS:
            found = _classify_alike(alike.seconds, ticks[alike.rows])
            states[alike.rows] = [one.state.value for one in found]
            starts[alike.rows] = [one.start for one in found]
    return ClassifiedInvocations(states, starts)


def state_of_cell(states: Iterable[str]) -> SteadyState:
    """Classify a cell: no steady state if half of its invocations have none, else their common class."""
    counts = Counter(state for state in states if state != SteadyState.UNKNOWN)
    if not counts:
        return SteadyState.UNKNOWN
    if 2 * counts[SteadyState.NONE.value] >= counts.total():
        return SteadyState.NONE
    return SteadyState(next(iter(counts))) if len(counts) == 1 else SteadyState.INCONSISTENT


@dataclass(frozen=True)
class _Series:
    """The logarithms of one invocation's times, and the bounds that a difference among them must exceed."""

    logs: NDArray[np.float64]
    noise: float
    """Standard deviation."""
    tolerance: float
    """The difference that is ignored, however significant."""


@dataclass(frozen=True)
class _Class:
    state: SteadyState
    start: int


def _classify_alike(values: NDArray[np.float64], ticks: NDArray[np.float64]) -> list[_Class]:
    """Classify invocations of one length: ``values`` has a row for each."""
    least = np.maximum(ticks, np.finfo(float).tiny)[:, None]
    coarse = least[:, 0] / np.maximum(np.median(values, axis=1), least[:, 0])
    tolerance = np.log1p(np.maximum(MARGIN - 1, coarse))
    # A time is the difference of two readings, each rounded to a tick: a variance of tick^2 / 12 for each.
    least_noise = np.maximum(LEAST_NOISE, coarse / math.sqrt(6))
    logs = np.log(np.maximum(values, least))
    logs = _without_outliers(logs, np.maximum(SURE * np.maximum(_noise(logs), least_noise), tolerance))
    noise = np.maximum(_noise(logs), least_noise)
    return [
        _classify_series(_Series(*one)) for one in zip(logs, noise.tolist(), tolerance.tolist(), strict=True)
    ]


def _noise(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Estimate the standard deviation of each row around a level that may change and drift.

    That of the differences of neighbours, by their median absolute deviation: a few changes, outliers and a
    slope don't show in it.
    """
    noise: NDArray[np.float64] = np.asarray(
        median_abs_deviation(np.diff(logs, axis=1), axis=1, scale="normal") / math.sqrt(2)
    )
    return noise


def _without_outliers(logs: NDArray[np.float64], limits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace values that are further from the running median than the row's limit by that median.

    A slow first iteration is a warm-up, and stays; the second is compared with its neighbours alone. At the
    end the window stays whole, so that one or two slow last iterations are outliers too.
    """
    medians = median_filter(logs, size=(1, WINDOW))
    medians[:, 0] = logs[:, 0]
    medians[:, 1] = np.median(logs[:, :3], axis=1)
    medians[:, -2:] = medians[:, [-3]]
    return np.where(np.abs(logs - medians) > limits[:, None], medians, logs)


def _classify_series(series: _Series) -> _Class:
    """Classify one invocation.

    The steady state begins behind the last segment that differs from the final one. It must begin before the
    last quarter, and that quarter must be like the rest of it: a slope is no steady state, even where too few
    iterations lie on it for a changepoint.
    """
    ends = _segments(series)
    begins = np.concatenate([[0], ends[:-1]])
    sizes = ends - begins
    above = np.add.reduceat(series.logs, begins) / sizes
    above -= above[-1]
    other = np.flatnonzero(np.abs(above) > _allowed(series, sizes, sizes[-1]))
    start = int(ends[other[-1]]) if len(other) else 0
    if _still_changes(series, start):
        return _Class(SteadyState.NONE, len(series.logs))
    if not len(other):
        return _Class(SteadyState.FLAT, 0)
    state = SteadyState.SLOWDOWN if above[other].min() < 0 else SteadyState.WARMUP
    return _Class(state, start)


def _segments(series: _Series) -> NDArray[np.intp]:
    """Find where segments of one level each end: indices behind their last iterations.

    The penalty for a changepoint is 3 ln(n) squares of the noise, about that of Zhang and Siegmund's modified
    BIC (Biometrics 63, 2007), and more for few iterations, from which the noise is poorly known.
    """
    n = len(series.logs)
    penalty = 3 * (1 + 10 / n) * series.noise**2 * math.log(n)
    found = KernelCPD(kernel="linear", min_size=1).fit(series.logs).predict(pen=penalty)
    return np.asarray(found, dtype=np.intp)


def _allowed(series: _Series, sizes: NDArray[np.intp], size: int) -> NDArray[np.float64]:
    """Compute how far the means of segments of ``sizes`` may be from that of a segment of ``size``."""
    errors = series.noise * np.sqrt(1 / sizes + 1 / size)
    return np.maximum(SURE * errors, series.tolerance)


def _still_changes(series: _Series, start: int) -> bool:
    """Tell whether the part from ``start`` on is too short, or its last quarter differs from the rest."""
    last = math.ceil((1 - LAST) * len(series.logs))
    if start >= last:
        return True
    before, after = series.logs[start:last], series.logs[last:]
    allowed = _allowed(series, np.asarray([len(before)]), len(after))[0]
    return bool(abs(before.mean() - after.mean()) > allowed)
