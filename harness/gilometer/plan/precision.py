"""How well a ratio is known from the blocks so far, and how many more of them it is likely to take.

The interval is Student's t for a trimmed mean. Only once that is narrow enough is the report's asked for.
"""

from __future__ import annotations

import functools
import math
from bisect import insort
from typing import TYPE_CHECKING

from gilometer.model import Record
from gilometer.stats.bootstrap import LEVEL, resampled_ends
from gilometer.stats.equivalence import Interval
from gilometer.stats.trimming import kept, set_aside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Effort

NORMAL_QUANTILE = 1.96
"""What Student's quantile falls to when values are many."""
FEWEST_FOR_A_SPREAD = 2
"""Values under which there is no spread."""
LOOKS = 3
"""Values in a row after each of which the interval must be narrow. One that looks narrow once may be so by
chance: to stop at the first look makes 95% intervals miss more often than they say."""


def percent(share: float) -> str:
    """``2%``."""
    return f"{100 * share:g}%"


class Running:
    """Trimmed mean of values that come one by one, and how well it is known."""

    __slots__ = ("_error", "_ordered", "_reported", "mean")

    def __init__(self) -> None:
        """Begin with no value."""
        self._ordered: list[float] = []
        self._error = 0.0
        self._reported: Interval | None = None
        self.mean = 0.0

    def add(self, value: float) -> None:
        """Take in one value."""
        self._reported = None
        insort(self._ordered, value)
        aside = set_aside(self.count)
        middle = self._ordered[aside : self.count - aside]
        self.mean = math.fsum(middle) / len(middle)
        self._error = _standard_error(middle, aside)

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self._ordered)

    @property
    def spread(self) -> float:
        """The standard deviation with which a plain mean would be known as well; 0 under two values."""
        return self._error * math.sqrt(self.count)

    @property
    def half_width(self) -> float:
        """Half of Student's 95% interval of the mean; infinite under two values, 0 if all are equal."""
        return t_quantile(kept(self.count)) * self._error if self.count >= FEWEST_FOR_A_SPREAD else math.inf

    @property
    def reported(self) -> Interval:
        """The interval that a report has, which follows the bootstrap too; takes milliseconds, once."""
        if self._reported is None:
            student = self.half_width
            least, greatest = map(float, resampled_ends([value - self.mean for value in self._ordered]))
            self._reported = Interval(self.mean - max(student, -least), self.mean + max(student, greatest))
        return self._reported

    def chance_beyond(self, edge: float) -> float:
        """How surprising the mean's side of an edge would be if the true mean were on the edge (one-sided p).

        0 where all values are equal, 1 under two values.
        """
        return _tail(self.count, self.mean - edge, self._error) if self.count >= FEWEST_FOR_A_SPREAD else 1.0


class Outlook:
    """What would be known of a mean if it had so many values, with the mean and the spread that it has."""

    __slots__ = ("_count", "_error", "_mean")

    def __init__(self, running: Running, count: int) -> None:
        """Take in what is known, and how many values there would be."""
        self._mean = running.mean
        self._error = running.spread / math.sqrt(count)
        self._count = count

    @property
    def interval(self) -> Interval:
        """Student's 95% interval."""
        half = t_quantile(kept(self._count)) * self._error
        return Interval(self._mean - half, self._mean + half)

    def chance_beyond(self, edge: float) -> float:
        """Give the one-sided p of its side of an edge, as ``Running`` does."""
        return _tail(self._count, self._mean - edge, self._error)


def _tail(count: int, distance: float, error: float) -> float:
    """How likely a mean of so many values is that far off, to one side; 0 if it has no error."""
    return t_tail(kept(count), abs(distance) / error) if error else 0.0


def _standard_error(middle: Sequence[float], aside: int) -> float:
    """Standard error of the mean of ordered values, with so many set aside at either end; 0 for one alone.

    Those count as if they were the nearest of the middle (Winsorised): K. K. Yuen, The two-sample trimmed t
    for unequal population variances, Biometrika 61(1), 1974.
    """
    left, ends = len(middle), (middle[0], middle[-1])
    if left < FEWEST_FOR_A_SPREAD:
        return 0.0
    mean = (math.fsum(middle) + aside * sum(ends)) / (left + 2 * aside)
    squares = math.fsum([(value - mean) ** 2 for value in middle])
    squares += aside * sum([(end - mean) ** 2 for end in ends])
    return math.sqrt(squares / (left * (left - 1)))


@functools.cache
def t_quantile(kept_values: int) -> float:
    """How many standard errors a mean of so many kept values is off at most, in 95 of 100 cases."""
    from scipy.special import stdtrit  # noqa: PLC0415  takes a tenth of a second, and only a run needs it

    return float(stdtrit(kept_values - 1, (1 + LEVEL) / 2))


def t_tail(kept_values: int, errors: float) -> float:
    """How likely a mean of so many kept values is off by so many standard errors or more, to one side."""
    from scipy.special import stdtr  # noqa: PLC0415  as above

    return float(stdtr(kept_values - 1, -errors))


class Target(Record, frozen=True):
    """When a ratio is known well enough."""

    half_width: float
    """Of the interval of its logarithm, at most."""
    fewest: int
    """Values that it must rest on, since the spread of few is little known."""


def target_of(effort: Effort) -> Target:
    """What an effort aims at: a share of a ratio is a distance between logarithms."""
    return Target(
        half_width=math.log1p(effort.precision), fewest=max(effort.fewest_blocks, FEWEST_FOR_A_SPREAD)
    )


class SequentialEstimate:
    """What is known of one ratio: of the logarithms of it that the blocks gave.

    Judged with each value that comes, since it is asked more often than that.
    """

    __slots__ = (
        "_narrow",
        "_target",
        "below_floor",
        "half_width",
        "is_enough",
        "missing",
        "running",
    )

    def __init__(self, target: Target) -> None:
        """Begin with no value."""
        self._target = target
        self._narrow = 0
        self.running = Running()
        self.half_width = math.inf
        self.below_floor = target.fewest
        """How many values it lacks for any statement."""
        self.is_enough = False
        """Whether no more values are asked for."""
        self.missing = target.fewest
        """How many more values are likely to be enough."""

    def add(self, log: float) -> None:
        """Take in what one more block gave."""
        self.running.add(log)
        self.half_width = self.running.half_width
        if self.half_width <= self._target.half_width and self.running.count >= FEWEST_FOR_A_SPREAD:
            reported = self.running.reported
            self.half_width = (reported.high - reported.low) / 2
        self._narrow = self._narrow + 1 if self.half_width <= self._target.half_width else 0
        self.below_floor = max(0, self._target.fewest - self.running.count)
        self.is_enough = self._narrow >= LOOKS and not self.below_floor
        self.missing = 0 if self.is_enough else self._missing()

    @property
    def count(self) -> int:
        """How many values there are."""
        return self.running.count

    def _missing(self) -> int:
        """Count on from the spread so far.

        The interval of n values is as wide as the target when n is about (1.96 s / target)^2; that Student's
        quantile for n is above 1.96 takes two or three more, and as many are looked at when it is narrow.
        """
        wide = NORMAL_QUANTILE * self.running.spread / self._target.half_width
        by_width = math.ceil(wide**2) + LOOKS if wide else 0
        return max(self._target.fewest, by_width, self.running.count + 1) - self.running.count

    @property
    def excess(self) -> float:
        """Width over the target, at least 1."""
        return max(1.0, self.half_width / self._target.half_width)
