"""How well a ratio is known from the blocks so far, and how many more of them it is likely to take.

The interval is Student's t for a trimmed mean: of the few values after which a planner must decide, a
bootstrap knows no more.
"""

from __future__ import annotations

import functools
import math
from bisect import insort
from typing import TYPE_CHECKING

from harness.model import Record
from harness.plan.edges import MARGIN
from harness.plan.trimming import set_aside, surely_aside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model import Effort

LEVEL = 0.95
NORMAL_QUANTILE = 1.96
"""What Student's quantile falls to when values are many."""
FEWEST = 2
"""Values under which there is no spread."""
EDGE = math.log(MARGIN)
LOOKS = 3
"""Values in a row after each of which the interval must be narrow. One that looks narrow once may be so by
chance: to stop at the first look makes 95% intervals miss more often than they say."""


def percent(share: float) -> str:
    """``2%``."""
    return f"{100 * share:g}%"


class Running:
    """Trimmed mean of values that come one by one, and how well it is known.

    As well as ``analysis.trimmed`` has it, or as if only so many had been set aside as a bootstrap surely
    leaves out, whichever is worse: about the interval of the report, without the time of its bootstrap.
    """

    __slots__ = ("_ordered", "half_width", "mean", "spread")

    def __init__(self) -> None:
        """Begin with no value."""
        self._ordered: list[float] = []
        self.mean = 0.0
        self.half_width = math.inf
        """Half of the 95% interval of the mean; infinite under two values, 0 if all are equal."""
        self.spread = 0.0
        """The standard deviation with which a plain mean would be known as well; 0 under two values."""

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self._ordered)

    def add(self, value: float) -> None:
        """Take in one value."""
        insort(self._ordered, value)
        aside = set_aside(self.count)
        self.mean = _mean(self._middle(aside))
        if self.count >= FEWEST:
            asides = {aside, surely_aside(self.count)}
            errors = {one: _standard_error(self._middle(one), one) for one in asides}
            reaches = {one: t_quantile(self.count - 2 * one) * error for one, error in errors.items()}
            widest = max(reaches, key=lambda one: reaches[one])
            self.half_width = reaches[widest]
            self.spread = errors[widest] * math.sqrt(self.count)

    def _middle(self, aside: int) -> list[float]:
        return self._ordered[aside : self.count - aside]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _standard_error(middle: Sequence[float], aside: int) -> float:
    """Standard error of the mean of two or more ordered values, with so many set aside at either end.

    Those count as if they were the nearest of the middle (Winsorised): K. K. Yuen, The two-sample trimmed t
    for unequal population variances, Biometrika 61(1), 1974.
    """
    left, ends = len(middle), (middle[0], middle[-1])
    mean = (math.fsum(middle) + aside * sum(ends)) / (left + 2 * aside)
    squares = math.fsum([(value - mean) ** 2 for value in middle])
    squares += aside * sum([(end - mean) ** 2 for end in ends])
    return math.sqrt(squares / (left * (left - 1)))


@functools.cache
def t_quantile(kept_values: int) -> float:
    """How many standard errors a mean of so many kept values is off at most, in 95 of 100 cases."""
    from scipy.special import stdtrit  # noqa: PLC0415  takes a tenth of a second, and only a run needs it

    return float(stdtrit(kept_values - 1, (1 + LEVEL) / 2))


class Target(Record, frozen=True):
    """When a ratio is known well enough."""

    half_width: float
    """Of the interval of its logarithm, at most."""
    fewest: int
    """Values that it must rest on, since the spread of few is little known."""


def target_of(effort: Effort) -> Target:
    """What an effort aims at: a share of a ratio is a distance between logarithms."""
    return Target(half_width=math.log1p(effort.precision), fewest=max(effort.fewest_blocks, FEWEST))


class Answer:
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
        "urgency",
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
        self.urgency = math.inf
        """Width over the target, at least 1; twice that while the interval contains an edge of a verdict."""

    def add(self, log: float) -> None:
        """Take in what one more block gave."""
        self.running.add(log)
        self.half_width = self.running.half_width
        self._narrow = self._narrow + 1 if self.half_width <= self._target.half_width else 0
        self.below_floor = max(0, self._target.fewest - self.running.count)
        self.is_enough = self._narrow >= LOOKS and not self.below_floor
        self.missing = 0 if self.is_enough else self._missing()
        self.urgency = self._urgency()

    def _missing(self) -> int:
        """Count on from the spread so far.

        The interval of n values is as wide as the target when n is about (1.96 s / target)^2; that Student's
        quantile for n is above 1.96 takes two or three more, and as many are looked at when it is narrow.
        """
        wide = NORMAL_QUANTILE * self.running.spread / self._target.half_width
        by_width = math.ceil(wide**2) + LOOKS if wide else 0
        return max(self._target.fewest, by_width, self.running.count + 1) - self.running.count

    def _urgency(self) -> float:
        excess = max(1.0, self.half_width / self._target.half_width)
        distance = abs(abs(self.running.mean) - EDGE)
        return 2 * excess if distance <= self.half_width else excess
