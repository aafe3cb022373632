"""The base of all records, and the terms that they share."""

from __future__ import annotations

import math
from enum import StrEnum

import msgspec


class Record(msgspec.Struct, frozen=True):
    """The base of all records."""


class Estimate(Record, frozen=True):
    """A value with both ends of its 95% interval; NaN where there is none."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def has_interval(self) -> bool:
        """True if there were enough values for an interval."""
        return not math.isnan(self.low)

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of the interval; without one, the value twice."""
        return (self.low, self.high) if self.has_interval else (self.value, self.value)


class Outcome(StrEnum):
    """The outcome of a cell, or of one invocation of it."""

    OK = "ok"
    UNSUPPORTED = "unsupported"
    UNAVAILABLE = "unavailable"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    WRONG_CHECKSUM = "wrong_checksum"
    KILLED = "killed"
    NOT_REACHED = "not_reached"
    """The budget was spent before the cell."""

    @property
    def is_failure(self) -> bool:
        """True if it makes the run's exit status 1."""
        return self not in {Outcome.OK, Outcome.UNSUPPORTED, Outcome.UNAVAILABLE, Outcome.NOT_REACHED}

    @property
    def words(self) -> str:
        """Name for readers, such as ``wrong checksum``."""
        return self.value.replace("_", " ")


class Strategy(StrEnum):
    """A way to spread the work."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"
    HYBRID = "hybrid"
    ASYNCIO = "asyncio"
    SUBINTERPRETERS = "subinterpreters"

    def at_once(self, workers: int) -> int:
        """Return how many threads, processes or tasks of so many workers can be at work at once.

        Under ``hybrid`` a worker is two: a thread that fetches, and a process that transforms.
        """
        return 2 * workers if self is Strategy.HYBRID else workers


class Role(StrEnum):
    """The purpose of a slot in its block."""

    MEASURE = "measure"
    TWIN = "twin"
    """The same cell a second time; the ratio of this A/A pair is the noise."""
    CAPACITY = "capacity"
    """As many independent serial processes as a strategy has workers: the most that it could reach."""
    REFERENCE = "reference"
    """The serial cell of another interpreter, in the rounds of a group whose serial is compared with it."""


class Alternative(StrEnum):
    """The place of a ratio relative to the margin, or of an observation relative to a threshold."""

    ABOVE = "above"
    NOT_ABOVE = "not above"
    BELOW = "below"
    NOT_BELOW = "not below"
    EQUAL = "equal"
    UNEQUAL = "unequal"

    @property
    def contrary(self) -> Alternative:
        """The alternative that refutes it."""
        return _CONTRARY[self]


_CONTRARY = {
    one: other
    for pair in (
        (Alternative.ABOVE, Alternative.NOT_ABOVE),
        (Alternative.BELOW, Alternative.NOT_BELOW),
        (Alternative.EQUAL, Alternative.UNEQUAL),
    )
    for one, other in (pair, pair[::-1])
}
