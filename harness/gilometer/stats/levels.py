"""The level of each process: one time for the turns that it took in the same rounds as others.

Another program, or a change of the processor's frequency, slows all turns of a round alike. So the slowness
of whole rounds is subtracted first. The difference between two levels is then a difference within rounds.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_OF = 4
"""A quarter of the rounds is set aside at either end, so the middle half counts."""


def adjusted(walls: Sequence[Sequence[float]]) -> list[list[float]]:
    """Subtract the slowness of whole rounds; return logarithms of seconds, shaped as ``walls``.

    For each process, a turn's distance is its logarithm less the median of the process. The slowness of a
    round is the median of the distances of its turns.

    Args:
        walls: Seconds above 0, a row a process, in the order of the rounds; rows may differ in length.

    """
    logs = [[math.log(wall) for wall in row] for row in walls]
    centred = [[log - statistics.median(row) for log in row] for row in logs]
    rounds = max(map(len, centred), default=0)
    slower = [statistics.median([row[at] for row in centred if at < len(row)]) for at in range(rounds)]
    return [[log - slower[at] for at, log in enumerate(row)] for row in logs]


def level(logs: Sequence[float]) -> float:
    """Return the interquartile mean of logarithms; NaN of none."""
    aside = len(logs) // ONE_OF
    middle = sorted(logs)[aside : len(logs) - aside]
    return math.fsum(middle) / len(middle) if middle else math.nan


def spread_of_ratios(walls: Sequence[Sequence[float]]) -> float:
    """Return the standard deviation, from round to round, of the logarithm of two processes' ratio.

    It is the median over all pairs with the first process; NaN without a pair.

    Args:
        walls: Seconds above 0, a row a process, in the order of the rounds; at least two in each row.

    """
    spreads = [
        statistics.stdev([math.log(a / b) for a, b in zip(walls[0], row, strict=False)]) for row in walls[1:]
    ]
    return statistics.median(spreads) if spreads else math.nan


def settled(seconds: Sequence[float]) -> float:
    """Return the median of the second half of a series, to which the middle one belongs; NaN of none."""
    half = seconds[len(seconds) // 2 :]
    return statistics.median(half) if half else math.nan
