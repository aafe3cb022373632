"""Entries of a run's store as one tidy frame: a row an invocation.

The settled value of an invocation is the median of the second half of its iterations, so that the first
iterations of a JIT are not averaged in (docs/method.md says what that can't do).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.model import Finished, Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from harness.model import Cell, Entry, Iteration, Line


@dataclass(frozen=True)
class Evidence:
    """All that a run's store holds, ready for statistics."""

    cells: tuple[Cell, ...]
    """The plan's cells, and after them any other that a sample names."""
    invocations: pd.DataFrame
    """A row a sample; its column ``cell`` is an index into ``cells``. Seconds are for one pass."""
    finished: Finished | None


def gather(cells: tuple[Cell, ...], entries: Iterable[Entry]) -> Evidence:
    """Lay the samples among the entries out as a frame."""
    samples: list[Sample] = []
    finished = None
    for entry in entries:
        if isinstance(entry, Sample):
            samples.append(entry)
        elif isinstance(entry, Finished):
            finished = entry
    codes = {cell: code for code, cell in enumerate(cells)}
    of_sample = [codes.setdefault(sample.slot.cell, len(codes)) for sample in samples]
    known = tuple(codes)
    invocations = pd.concat(
        [_slots(samples), cell_columns(known, of_sample), _outside(samples), _inside(samples)], axis=1
    )
    return Evidence(known, invocations, finished)


def cell_columns(cells: Sequence[Cell], rows: Sequence[int]) -> pd.DataFrame:
    """The five names of a cell, and its index in ``cells``, for each of ``rows``."""
    index = np.asarray(rows, dtype=np.intp)
    return pd.DataFrame(
        {
            "cell": index,
            "interpreter": _take([cell.interpreter for cell in cells], index),
            "variant": _take([cell.variant for cell in cells], index),
            "workload": _take([cell.workload for cell in cells], index),
            "strategy": _take([cell.strategy.value for cell in cells], index),
            "workers": np.asarray([cell.workers for cell in cells], dtype=np.int64)[index],
        }
    )


def _take(names: list[str], index: NDArray[np.intp]) -> NDArray[np.object_]:
    return np.asarray(names, dtype=object)[index]


def _slots(samples: list[Sample]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "block": np.asarray([sample.slot.block for sample in samples], dtype=np.int64),
            "role": np.asarray([sample.slot.role.value for sample in samples], dtype=object),
            "copies": np.asarray([sample.slot.copies for sample in samples], dtype=np.int64),
            "copy": np.asarray([sample.copy for sample in samples], dtype=np.int64),
        }
    )


def _outside(samples: list[Sample]) -> pd.DataFrame:
    """What the harness saw of each process."""
    return pd.DataFrame(
        {
            "outcome": np.asarray([sample.outcome.value for sample in samples], dtype=object),
            "reason": np.asarray([sample.reason for sample in samples], dtype=object),
            "process_s": np.asarray([sample.wall_s for sample in samples], dtype=float),
            "process_cpu_s": np.asarray([sample.cpu_s for sample in samples], dtype=float),
            "peak_rss": _positive(_numbers([sample.peak_rss for sample in samples])),
            "stderr_tail": np.asarray([sample.stderr_tail for sample in samples], dtype=object),
        }
    )


def _inside(samples: list[Sample]) -> pd.DataFrame:
    """What each process said of itself; NaN, None or empty where it left no line."""
    lines = [sample.line for sample in samples]
    script_s = _numbers([line.script_s if line else None for line in lines])
    columns = {
        "startup_s": _numbers([sample.wall_s for sample in samples]) - script_s,
        "pool_start_s": _numbers([line.pool_start_s if line else None for line in lines]),
        "checksum": np.asarray([line.checksum if line else "" for line in lines], dtype=object),
        "gil_before": np.asarray([line.gil.before if line else None for line in lines], dtype=object),
        "gil_after": np.asarray([line.gil.after if line else None for line in lines], dtype=object),
    }
    return pd.concat([pd.DataFrame(columns), _times(lines)], axis=1)


def _times(lines: list[Line | None]) -> pd.DataFrame:
    """Seconds for one pass: settled wall and CPU, and the first iteration's wall."""
    runs = [line.iterations if line else () for line in lines]
    passes = _positive(_numbers([line.passes if line else None for line in lines]))
    lengths = np.asarray([len(run) for run in runs], dtype=np.intp)
    wall = Runs(lengths, _numbers([iteration.wall_s for iteration in _chain(runs)]))
    cpu = Runs(lengths, _numbers([iteration.cpu_s for iteration in _chain(runs)]))
    cpu_s = cpu.settled_mean()
    return pd.DataFrame(
        {
            "iterations": lengths,
            "wall_s": _positive(wall.settled_median()) / passes,
            "first_s": wall.first() / passes,
            "cpu_s": cpu_s / passes,
            "effective_cores": cpu_s / _positive(wall.settled_mean()),
        }
    )


@dataclass(frozen=True)
class Runs:
    """The iterations of many invocations end to end: row i has ``lengths[i]`` of ``values``."""

    lengths: NDArray[np.intp]
    values: NDArray[np.float64]

    def first(self) -> NDArray[np.float64]:
        """The first value of each row; NaN for an empty one."""
        found = np.full(len(self.lengths), np.nan)
        some = self.lengths > 0
        found[some] = self.values[self._starts()[some]]
        return found

    def settled_median(self) -> NDArray[np.float64]:
        """The median of the second half of each row (the middle one belongs to it)."""
        found = np.full(len(self.lengths), np.nan)
        for rows, values in self._second_halves():
            found[rows] = np.median(values, axis=1)
        return found

    def settled_mean(self) -> NDArray[np.float64]:
        """The mean of the second half, for clocks (of CPU time) whose tick is coarse."""
        found = np.full(len(self.lengths), np.nan)
        for rows, values in self._second_halves():
            found[rows] = values.mean(axis=1)
        return found

    def _starts(self) -> NDArray[np.intp]:
        return np.cumsum(self.lengths) - self.lengths

    def _second_halves(self) -> Iterable[tuple[NDArray[np.intp], NDArray[np.float64]]]:
        starts = self._starts()
        for length in np.unique(self.lengths[self.lengths > 0]):
            rows = np.flatnonzero(self.lengths == length)
            yield rows, self.values[starts[rows, None] + np.arange(length // 2, length)]


def _chain(runs: list[tuple[Iteration, ...]]) -> Iterable[Iteration]:
    return itertools.chain.from_iterable(runs)


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """As floats, None as NaN."""
    return np.asarray(values, dtype=float)


def _positive(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN for what can't be divided by or have a logarithm: a clock too coarse reads 0."""
    return np.where(values > 0, values, np.nan)
