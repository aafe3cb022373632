"""The one time that each process of a group gives to a block, from the turns that they took in its rounds.

A neighbour, or a change of the processor's frequency, slows all turns of a round alike. What a whole round
was slower by is therefore taken off before the rounds are put together, so that the difference between the
levels of two processes is taken within rounds.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_OF = 4
"""A quarter of the rounds is set aside at either end: the middle half counts."""


def adjusted(walls: Sequence[Sequence[float]]) -> list[list[float]]:
    """Take off what whole rounds were slower by; give logarithms of seconds, shaped as ``walls``.

    A round was slower by the median over processes of how far its time lies above the process's own median.

    Args:
        walls: Seconds above 0, a row a process, in the order of the rounds; rows may differ in length.

    """
    logs = [[math.log(wall) for wall in row] for row in walls]
    centred = [[log - statistics.median(row) for log in row] for row in logs]
    rounds = max(map(len, centred), default=0)
    slower = [statistics.median([row[at] for row in centred if at < len(row)]) for at in range(rounds)]
    return [[log - slower[at] for at, log in enumerate(row)] for row in logs]


def level(logs: Sequence[float]) -> float:
    """Give the mean of the middle half of some logarithms (the interquartile mean); NaN of none."""
    aside = len(logs) // ONE_OF
    middle = sorted(logs)[aside : len(logs) - aside]
    return math.fsum(middle) / len(middle) if middle else math.nan
