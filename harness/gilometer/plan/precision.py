"""When a ratio is known precisely enough, and how many more blocks that is likely to take.

The interval is Student's t for a trimmed mean. Only once that is narrow enough, the report's is computed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Record
from gilometer.stats.running import FEWEST_FOR_A_SPREAD, NORMAL_QUANTILE, RunningMean

if TYPE_CHECKING:
    from gilometer.model import Effort

LOOKS = 3
"""The interval must be narrow after so many values in a row. Once may be by chance: if a run stopped then,
fewer than 95% of its 95% intervals would hold the truth."""


def percent(share: float) -> str:
    """Write a share as a percentage: ``2%``."""
    return f"{100 * share:g}%"


class Target(Record, frozen=True):
    """The precision at which a ratio is known well enough."""

    half_width: float
    """The largest half-width of the interval of its logarithm."""
    fewest: int
    """The fewest values, as a spread of fewer is too uncertain."""


def target_of(effort: Effort) -> Target:
    """Return the target of an effort: a share of a ratio is a distance between logarithms."""
    return Target(
        half_width=math.log1p(effort.precision), fewest=max(effort.fewest_blocks, FEWEST_FOR_A_SPREAD)
    )


class SequentialEstimate:
    """One ratio, estimated block by block until it is precise enough.

    Everything is computed when a value is added, as it is read more often than that.
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
        self.running = RunningMean()
        self.half_width = math.inf
        self.below_floor = target.fewest
        """Number of values that are missing to the fewest of the target."""
        self.is_enough = False
        """True if it is precise enough."""
        self.missing = target.fewest
        """Number of values that are likely to be needed still."""

    def add(self, log: float) -> None:
        """Add the logarithm of the ratio in one more block."""
        self.running.add(log)
        self.half_width = self.running.half_width
        if self.half_width <= self._target.half_width and self.running.count >= FEWEST_FOR_A_SPREAD:
            interval = self.running.interval
            self.half_width = (interval.high - interval.low) / 2
        self._narrow = self._narrow + 1 if self.half_width <= self._target.half_width else 0
        self.below_floor = max(0, self._target.fewest - self.running.count)
        self.is_enough = self._narrow >= LOOKS and not self.below_floor
        self.missing = 0 if self.is_enough else self._missing()

    @property
    def count(self) -> int:
        """The number of values."""
        return self.running.count

    def _missing(self) -> int:
        """Estimate from the spread so far how many more values are needed.

        The interval of n values is as wide as the target when n is about (1.96 s / target)^2. Student's
        quantile is larger than 1.96, which takes two or three more; ``LOOKS`` covers that.
        """
        wide = NORMAL_QUANTILE * self.running.spread / self._target.half_width
        by_width = math.ceil(wide**2) + LOOKS if wide else 0
        return max(self._target.fewest, by_width, self.running.count + 1) - self.running.count

    @property
    def excess(self) -> float:
        """The width of the interval over that of the target, at least 1."""
        return max(1.0, self.half_width / self._target.half_width)
