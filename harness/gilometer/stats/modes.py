"""Tell whether values fall into separate modes, by the best partition into two or three parts.

W. D. Fisher: On Grouping for Maximum Homogeneity. Journal of the American Statistical Association
53(284), 1958.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.stats.trimming import ONE_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

FEWEST = 8
"""With fewer values nothing can be told."""
LEAST_IN_A_MODE = 3
LEAST_SHARE = 1 / ONE_OF
"""The least share of the values in a mode: the trimmed mean sets fewer aside too, as of disturbed blocks."""
LEAST_RATIO = 1.25
"""The least ratio of two neighbouring modes."""
MOST_MODES = 3
SEPARATION = {2: (3.1, 27.0), 3: (3.3, 18.0)}
"""For so many parts a and b of a + b / n: the least distance of neighbouring means, in standard deviations
within parts. Of n normal values, which have no modes, at most 1% have more (docs/method.md)."""


@dataclass(frozen=True)
class Mode:
    """One of several separate speeds: its geometric mean, and the share of the values in it."""

    ratio: float
    share: float


def modes(logs: Iterable[float]) -> tuple[Mode, ...]:
    """Find the modes of ratios, given as logarithms, the highest first; none where there are not several.

    Values that are not finite were not measured.
    """
    values = np.sort([one for one in logs if math.isfinite(one)])
    if len(values) < FEWEST:
        return ()
    for count in range(MOST_MODES, 1, -1):
        parts = _best_parts(values, count)
        if parts and _are_separate(parts):
            found = [Mode(math.exp(part.mean()), len(part) / len(values)) for part in parts]
            return tuple(reversed(found))
    return ()


def _best_parts(values: NDArray[np.float64], count: int) -> list[NDArray[np.float64]]:
    """Cut ordered values into so many parts with the least squares within them; empty if they are too few."""
    least = max(LEAST_IN_A_MODE, math.ceil(LEAST_SHARE * len(values)))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    squares = np.concatenate([[0.0], np.cumsum(values**2)])

    def within(edges: tuple[int, ...]) -> float:
        pairs = itertools.pairwise(edges)
        return math.fsum(
            squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)
            for start, end in pairs
        )

    inner = itertools.combinations(range(least, len(values) - least + 1), count - 1)
    all_edges = [(0, *cuts, len(values)) for cuts in inner]
    possible = [
        edges for edges in all_edges if min(end - start for start, end in itertools.pairwise(edges)) >= least
    ]
    if not possible:
        return []
    best = possible[int(np.argmin([within(edges) for edges in possible]))]
    return [values[start:end] for start, end in itertools.pairwise(best)]


def _are_separate(parts: Sequence[NDArray[np.float64]]) -> bool:
    """Tell whether neighbouring means are far apart, as ratios and for the spread within parts.

    The gap at each cut must be wider than that spread: else outliers and a value from the edge of all others
    would make a mode.
    """
    count = sum(map(len, parts))
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    spread = math.sqrt(squares / (count - len(parts)))
    pairs = list(itertools.pairwise(parts))
    distance = min(float(after.mean() - before.mean()) for before, after in pairs)
    gap = min(float(after[0] - before[-1]) for before, after in pairs)
    least, more = SEPARATION[len(parts)]
    return distance >= max(math.log(LEAST_RATIO), (least + more / count) * spread) and gap > spread
