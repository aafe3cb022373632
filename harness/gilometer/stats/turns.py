"""The levels of processes that took turns in the same rounds: as ``levels``, for many groups at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.stats.levels import ONE_OF

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class TurnTimes:
    """The turns of many processes: a value a turn in each array."""

    process: NDArray[np.intp]
    together: NDArray[np.intp]
    """The same number for processes that had their turns in the same rounds."""
    round: NDArray[np.intp]
    """Number of the round, from 0."""
    logs: NDArray[np.float64]
    """Logarithm of seconds."""


def adjusted(turns: TurnTimes) -> NDArray[np.float64]:
    """Subtract the slowness of whole rounds, as ``levels.adjusted`` does; return a logarithm a turn."""
    centred = turns.logs - medians(turns.process, turns.logs)[turns.process]
    rounds = turns.together * (turns.round.max(initial=0) + 1) + turns.round
    _, shared = np.unique(rounds, return_inverse=True)
    slower: NDArray[np.float64] = medians(shared, centred)[shared]
    return turns.logs - slower


def levels(process: NDArray[np.intp], logs: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the interquartile mean of each process's logarithms, as ``levels.level`` does; NaN of none."""
    ordered = _Ordered.of(process, logs, count)
    counts = ordered.counts[ordered.codes]
    places = np.arange(len(logs)) - ordered.begins[ordered.codes]
    aside = counts // ONE_OF
    middle = (places >= aside) & (places < counts - aside)
    of = ordered.codes[middle]
    totals = np.bincount(of, ordered.values[middle], minlength=count)
    kept = np.bincount(of, minlength=count)
    found: NDArray[np.float64] = np.divide(totals, kept, out=np.full(count, np.nan), where=kept > 0)
    return found


def medians(codes: NDArray[np.intp], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of the values of each code, from 0 to the greatest; NaN of none."""
    count = int(codes.max(initial=-1)) + 1
    ordered = _Ordered.of(codes, values, count)
    known = ordered.counts > 0
    begins, counts = ordered.begins[known], ordered.counts[known]
    found = np.full(count, np.nan)
    found[known] = (ordered.values[begins + (counts - 1) // 2] + ordered.values[begins + counts // 2]) / 2
    return found


@dataclass(frozen=True)
class _Ordered:
    """Values sorted by their code, and in ascending order within it."""

    codes: NDArray[np.intp]
    values: NDArray[np.float64]
    counts: NDArray[np.intp]
    """Number of values of each code."""
    begins: NDArray[np.intp]

    @classmethod
    def of(cls, codes: NDArray[np.intp], values: NDArray[np.float64], count: int) -> _Ordered:
        order = np.lexsort((values, codes))
        counts = np.bincount(codes, minlength=count)
        return cls(codes[order], values[order], counts, np.cumsum(counts) - counts)
