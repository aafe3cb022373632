"""Entries of a run's store as one tidy frame: a row an invocation.

The time of an invocation is the median of its steady state (``steady``). With too few iterations to tell
whether there is one, it is the settled time: the median of the second half, so that the first iterations of a
JIT are not averaged in (docs/method.md says what that can't do).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.analysis.runs import Runs
from harness.analysis.steady import SteadyState, judge, of_cell
from harness.model import Finished, Outcome, Role, Sample

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
    """A row a sample; its column ``cell`` is an index into ``cells``. Seconds are for one pass, but for those
    that passed outside the iterations, in all of them (``timed_s``), or before the steady state
    (``warmup_s``).
    """
    walls: Runs
    """Wall seconds of the iterations of each invocation, in the order of its rows."""
    cpus: Runs
    """CPU seconds of the same iterations; NaN where unknown."""
    steady_states: tuple[SteadyState, ...]
    """One for each of ``cells``."""
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
    lines = [sample.line for sample in samples]
    timed = _measurements(lines)
    invocations = pd.concat(
        [
            _slots(samples),
            cell_columns(known, of_sample),
            _outside(samples),
            _inside(samples),
            _times(lines, timed),
        ],
        axis=1,
    )
    states = _states_of_cells(invocations, len(known))
    unsteady = [state is SteadyState.NONE for state in states]
    return Evidence(known, _without_times(invocations, unsteady), timed.walls, timed.cpus, states, finished)


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
            "services_cpu_s": np.asarray([sample.services_cpu_s for sample in samples], dtype=float),
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
        "loops": _numbers([line.loops if line else None for line in lines]),
        "checksum": np.asarray([line.checksum if line else "" for line in lines], dtype=object),
        "gil_before": np.asarray([line.gil.before if line else None for line in lines], dtype=object),
        "gil_after": np.asarray([line.gil.after if line else None for line in lines], dtype=object),
    }
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class _Timed:
    """What the iterations of each invocation took, in seconds; those of no duration at all are left out."""

    walls: Runs
    cpus: Runs
    """NaN where unknown."""


def _measurements(lines: list[Line | None]) -> _Timed:
    """Take what was measured: a clock that stepped back, or reads no number, measured nothing."""
    runs = [line.iterations if line else () for line in lines]
    lengths = np.asarray([len(run) for run in runs], dtype=np.intp)
    walls = Runs(lengths, _numbers([iteration.wall_s for iteration in _chain(runs)]))
    cpu_s = _numbers([iteration.cpu_s for iteration in _chain(runs)])
    cpus = Runs(lengths, np.where(_is_duration(cpu_s), cpu_s, np.nan))
    measured = _is_duration(walls.seconds)
    return _Timed(walls.where(measured), cpus.where(measured))


def _is_duration(seconds: NDArray[np.float64]) -> NDArray[np.bool_]:
    is_duration: NDArray[np.bool_] = np.isfinite(seconds) & (seconds >= 0)
    return is_duration


def _times(lines: list[Line | None], timed: _Timed) -> pd.DataFrame:
    """Seconds for one pass, of the iterations that count, and seconds before these."""
    passes = _positive(_numbers([line.passes if line else None for line in lines]))
    judged = judge(timed.walls, _numbers([line.clock.tick_s if line else 0.0 for line in lines]))
    has_steady = ~np.isin(judged.states, [SteadyState.UNKNOWN.value, SteadyState.NONE.value])
    cpu_s = timed.cpus.means(judged.starts)
    return pd.DataFrame(
        {
            "iterations": timed.walls.lengths,
            "passes": passes,
            "timed_s": _positive(timed.walls.totals_before(timed.walls.lengths)),
            "steady_state": judged.states,
            "steady_from": np.where(has_steady, judged.starts, np.nan),
            "warmup_s": np.where(has_steady, timed.walls.totals_before(judged.starts), np.nan),
            "wall_s": _positive(timed.walls.medians(judged.starts)) / passes,
            "cpu_s": cpu_s / passes,
            "effective_cores": cpu_s / _positive(timed.walls.means(judged.starts)),
        }
    )


def _states_of_cells(invocations: pd.DataFrame, count: int) -> tuple[SteadyState, ...]:
    """Class each cell by its measured invocations that were ok."""
    good = (invocations["role"] == Role.MEASURE.value) & (invocations["outcome"] == Outcome.OK.value)
    told = invocations[good & (invocations["steady_state"] != SteadyState.UNKNOWN.value)]
    found = {code: of_cell(states) for code, states in told.groupby("cell")["steady_state"]}
    return tuple(found.get(code, SteadyState.UNKNOWN) for code in range(count))


def _without_times(invocations: pd.DataFrame, unsteady: list[bool]) -> pd.DataFrame:
    """Take the times from cells that are ``unsteady``: a few of their invocations may have some."""
    figures = ["steady_from", "warmup_s", "wall_s", "cpu_s", "effective_cores"]
    gone = np.asarray(unsteady, dtype=bool)[invocations["cell"].to_numpy()]
    return invocations.assign(**{name: invocations[name].mask(gone) for name in figures})


def _chain(runs: list[tuple[Iteration, ...]]) -> Iterable[Iteration]:
    return itertools.chain.from_iterable(runs)


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """As floats, None as NaN."""
    return np.asarray(values, dtype=float)


def _positive(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN for what can't be divided by or have a logarithm: a clock too coarse reads 0."""
    return np.where(values > 0, values, np.nan)
