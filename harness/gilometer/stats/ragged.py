"""Many short series of unequal lengths in two arrays, with statistics of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Alike:
    """All series of one length."""

    rows: NDArray[np.intp]
    """The numbers of the series."""
    seconds: NDArray[np.float64]
    """Their values: a row a series, a column an iteration."""


@dataclass(frozen=True)
class Ragged:
    """The values of many series end to end: row i has ``lengths[i]`` of ``seconds``."""

    lengths: NDArray[np.intp]
    seconds: NDArray[np.float64]

    def owners(self) -> NDArray[np.intp]:
        """Return the row of each value."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def places(self) -> NDArray[np.intp]:
        """Return the place of each value in its row, from 0."""
        return np.arange(len(self.seconds)) - np.repeat(self._begins(), self.lengths)

    def where(self, kept: NDArray[np.bool_]) -> Ragged:
        """Return only the values that are ``kept``."""
        lengths = np.bincount(self.owners()[kept], minlength=len(self.lengths))
        return Ragged(lengths, self.seconds[kept])

    def by_length(self) -> Iterator[Alike]:
        """Yield the rows of one length at a time, as a matrix; empty rows are left out."""
        begins = self._begins()
        for length in np.unique(self.lengths[self.lengths > 0]):
            rows = np.flatnonzero(self.lengths == length)
            yield Alike(rows, self.seconds[begins[rows, None] + np.arange(length)])

    def medians(self, starts: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the median of each row from its start on; NaN where nothing is left. Values are not NaN."""
        found = np.full(len(self.lengths), np.nan)
        for alike in self.by_length():
            length = alike.seconds.shape[1]
            counts = length - starts[alike.rows]
            ordered = np.sort(np.where(_since(alike, starts), alike.seconds, np.inf), axis=1)
            middles = np.column_stack([np.maximum(counts - 1, 0) // 2, np.minimum(counts // 2, length - 1)])
            medians = np.take_along_axis(ordered, middles, axis=1).mean(axis=1)
            found[alike.rows] = np.where(counts > 0, medians, np.nan)
        return found

    def means(self, starts: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the mean of each row from its start on; NaN where nothing is left, or a value is NaN."""
        found = np.full(len(self.lengths), np.nan)
        for alike in self.by_length():
            since = _since(alike, starts)
            counts = since.sum(axis=1)
            totals = np.where(since, alike.seconds, 0.0).sum(axis=1)
            nothing = np.full(len(counts), np.nan)
            found[alike.rows] = np.divide(totals, counts, out=nothing, where=counts > 0)
        return found

    def totals_before(self, starts: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the sum of each row before its start."""
        before = self.places() < starts[self.owners()]
        totals: NDArray[np.float64] = np.bincount(
            self.owners()[before], self.seconds[before], minlength=len(self.lengths)
        ).astype(float)
        return totals

    def _begins(self) -> NDArray[np.intp]:
        return np.cumsum(self.lengths) - self.lengths


def _since(alike: Alike, starts: NDArray[np.intp]) -> NDArray[np.bool_]:
    since: NDArray[np.bool_] = np.arange(alike.seconds.shape[1]) >= starts[alike.rows, None]
    return since
