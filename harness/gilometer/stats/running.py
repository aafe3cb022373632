"""The trimmed mean of values that come one by one, and what it would be with more of them.

Imports neither numpy nor scipy until a number needs them: a run starts with this module.
"""

from __future__ import annotations

import functools
import math
from bisect import insort
from typing import TYPE_CHECKING

from gilometer.model import Estimate
from gilometer.stats.bootstrap import LEVEL, resampled_ends
from gilometer.stats.equivalence import Interval
from gilometer.stats.trimming import kept, set_aside

if TYPE_CHECKING:
    from collections.abc import Sequence

NORMAL_QUANTILE = 1.96
"""The limit of Student's quantile for many values."""
FEWEST_FOR_A_SPREAD = 2
"""The fewest values that have a standard deviation."""


class RunningMean:
    """The trimmed mean of values that come one by one, with its standard error and its 95% interval."""

    __slots__ = ("_error", "_interval", "_ordered", "mean")

    def __init__(self) -> None:
        """Begin with no value."""
        self._ordered: list[float] = []
        self._error = 0.0
        self._interval: Interval | None = None
        self.mean = 0.0

    def add(self, value: float) -> None:
        """Add one value."""
        self._interval = None
        insort(self._ordered, value)
        aside = set_aside(self.count)
        middle = self._ordered[aside : self.count - aside]
        self.mean = math.fsum(middle) / len(middle)
        self._error = _standard_error(middle, aside)

    @property
    def count(self) -> int:
        """The number of values."""
        return len(self._ordered)

    @property
    def spread(self) -> float:
        """The standard deviation that would give a plain mean the same standard error; 0 under two values."""
        return self._error * math.sqrt(self.count)

    @property
    def half_width(self) -> float:
        """Half of Student's 95% interval of the mean; infinite under two values, 0 if all are equal."""
        return t_quantile(kept(self.count)) * self._error if self.count >= FEWEST_FOR_A_SPREAD else math.inf

    @property
    def interval(self) -> Interval:
        """The 95% interval of ``intervals.typical_ratios``, as logarithms.

        Each end is the further of Student's and the bootstrap's. It takes milliseconds after each new value.
        """
        if self._interval is None:
            student = self.half_width
            least, greatest = map(float, resampled_ends([value - self.mean for value in self._ordered]))
            self._interval = Interval(self.mean - max(student, -least), self.mean + max(student, greatest))
        return self._interval

    def p_beyond(self, edge: float) -> float:
        """Return the one-sided p of the mean's side of an edge, against a true mean on the edge.

        0 where all values are equal, 1 under two values.
        """
        return _p(self.count, self.mean - edge, self._error) if self.count >= FEWEST_FOR_A_SPREAD else 1.0


class ProjectedMean:
    """A running mean as it would be with more values, if its mean and its spread stay as they are."""

    __slots__ = ("_count", "_error", "mean")

    def __init__(self, running: RunningMean, count: int) -> None:
        """Project it to ``count`` values in all."""
        self.mean = running.mean
        self._error = running.spread / math.sqrt(count)
        self._count = count

    @property
    def interval(self) -> Interval:
        """Student's 95% interval."""
        half = t_quantile(kept(self._count)) * self._error
        return Interval(self.mean - half, self.mean + half)

    def p_beyond(self, edge: float) -> float:
        """Return the one-sided p of the mean's side of an edge, as ``RunningMean.p_beyond`` does."""
        return _p(self._count, self.mean - edge, self._error)


def as_ratio(mean: float, interval: Interval) -> Estimate:
    """Undo the logarithms of a mean and its interval."""
    return Estimate(exp(mean), exp(interval.low), exp(interval.high))


def exp(log: float) -> float:
    """Undo a logarithm; infinite where no float is large enough."""
    try:
        return math.exp(log)
    except OverflowError:
        return math.inf


def _p(count: int, distance: float, error: float) -> float:
    """Return the one-sided p of a mean of ``count`` values at this distance; 0 if it has no error."""
    return t_tail(kept(count), abs(distance) / error) if error else 0.0


def _standard_error(middle: Sequence[float], aside: int) -> float:
    """Return the standard error of a trimmed mean; 0 for one value alone.

    The values that were set aside count as the nearest that was kept (Winsorised): K. K. Yuen, The two-sample
    trimmed t for unequal population variances, Biometrika 61(1), 1974.

    Args:
        middle: The values that were kept, in ascending order.
        aside: How many were set aside at either end.

    """
    left, ends = len(middle), (middle[0], middle[-1])
    if left < FEWEST_FOR_A_SPREAD:
        return 0.0
    mean = (math.fsum(middle) + aside * sum(ends)) / (left + 2 * aside)
    squares = math.fsum([(value - mean) ** 2 for value in middle])
    squares += aside * sum((end - mean) ** 2 for end in ends)
    return math.sqrt(squares / (left * (left - 1)))


@functools.cache
def t_quantile(kept_values: int) -> float:
    """Return half of Student's 95% interval of a mean of so many kept values, in standard errors."""
    from scipy.special import stdtrit  # noqa: PLC0415  takes a tenth of a second, and only a run needs it

    return float(stdtrit(kept_values - 1, (1 + LEVEL) / 2))


def t_tail(kept_values: int, errors: float) -> float:
    """Return the one-sided p of a mean of so many kept values, ``errors`` standard errors off."""
    from scipy.special import stdtr  # noqa: PLC0415  as above

    return float(stdtr(kept_values - 1, -errors))
