"""Lay the entries of a run out as one tidy frame: a row for each invocation.

The time of an invocation is the median of its steady state (``steady``). With too few iterations to tell
whether there is one, it is the settled time: the median of the second half, so that the first iterations of a
JIT are left out (docs/method.md has the limits of this). For a process that took turns with others, it is the
level of its rounds (``turns``).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.steady import SteadyState, classify, state_of_cell
from gilometer.model import SCHEMA, Choice, Extended, Finished, Header, Outcome, Role, Sample
from gilometer.plan.ratios import measured_for
from gilometer.stats.ragged import Ragged
from gilometer.stats.turns import TurnTimes, adjusted, levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.steady import ClassifiedInvocations
    from gilometer.model import Cell, Entry, Iteration


@dataclass(frozen=True)
class Measurements:
    """The measurements of a run, ready for statistics."""

    cells: tuple[Cell, ...]
    """The plan's cells, and after them the others that samples name."""
    invocations: pd.DataFrame
    """A row for each sample; its column ``cell`` is an index into ``cells``.

    Seconds are for one pass, except those outside the iterations, those of all iterations (``timed_s``), and
    those before the steady state (``warmup_s``).
    """
    walls: Ragged
    """Wall seconds of the iterations of each invocation, in the order of its rows."""
    cpus: Ragged
    """CPU seconds of the same iterations; NaN where unknown."""
    steady_states: tuple[SteadyState, ...]
    """One for each of ``cells``."""
    finished: Finished | None
    """None: the run was interrupted, or was extended and has not finished since."""
    schema: int
    """The version of the run's files."""


def gather(cells: tuple[Cell, ...], entries: Iterable[Entry]) -> Measurements:
    """Collect the measurements from the samples among the entries."""
    entries = tuple(entries)
    samples = [entry for entry in entries if isinstance(entry, Sample)]
    codes = {cell: code for code, cell in enumerate(cells)}
    of_sample = [codes.setdefault(sample.slot.cell, len(codes)) for sample in samples]
    known = tuple(codes)
    timed = _measurements(samples)
    invocations = pd.concat(
        [
            _slots(samples),
            cell_columns(known, of_sample),
            _outside(samples),
            _inside(samples),
            _times(samples, timed),
        ],
        axis=1,
    )
    states = _states_of_cells(invocations, len(known))
    unsteady = [state is SteadyState.NONE for state in states]
    return Measurements(
        cells=known,
        invocations=_without_times(invocations, unsteady),
        walls=timed.walls,
        cpus=timed.cpus,
        steady_states=states,
        finished=_finished(entries),
        schema=next((entry.schema for entry in entries if isinstance(entry, Header)), SCHEMA),
    )


def _finished(entries: Sequence[Entry]) -> Finished | None:
    """Find the run's last line, unless the run went on after it."""
    steps = (entry for entry in reversed(entries) if isinstance(entry, Sample | Choice | Extended | Finished))
    last = next(steps, None)
    return last if isinstance(last, Finished) else None


def cell_columns(cells: Sequence[Cell], rows: Sequence[int]) -> pd.DataFrame:
    """Tabulate the cells that ``rows`` index: their index ``cell``, and the five parts of their identity."""
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
            "beside": np.asarray([sample.slot.beside for sample in samples], dtype=object),
        }
    )


def _outside(samples: list[Sample]) -> pd.DataFrame:
    """Tabulate what the harness measured of each process."""
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
    """Tabulate what each process reported of itself; NaN, None or empty where it left no line."""
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
    """The seconds of each invocation's iterations, without those that have no valid duration."""

    walls: Ragged
    cpus: Ragged
    """NaN where unknown."""
    rounds: NDArray[np.intp]
    """The round in which each of these iterations was a turn; below 0: it was no turn."""
    first_turns: NDArray[np.float64]
    """The number of iterations that each invocation did before its first turn; NaN: it took no turns."""

    @property
    def took_turns(self) -> NDArray[np.bool_]:
        """Tell for each invocation whether it took turns with others."""
        return ~np.isnan(self.first_turns)

    @property
    def before_turns(self) -> NDArray[np.intp]:
        """Count the iterations of each invocation that have a duration and were no turns."""
        owners = self.walls.owners()[self.rounds < 0]
        return np.bincount(owners, minlength=len(self.walls.lengths)).astype(np.intp)


def _measurements(samples: Sequence[Sample]) -> _Timed:
    """Collect the durations; one that is negative or not finite is left out."""
    lines = [sample.line for sample in samples]
    runs = [line.iterations if line else () for line in lines]
    lengths = np.asarray([len(run) for run in runs], dtype=np.intp)
    walls = Ragged(lengths, _numbers([iteration.wall_s for iteration in _chain(runs)]))
    cpu_s = _numbers([iteration.cpu_s for iteration in _chain(runs)])
    cpus = Ragged(lengths, np.where(_is_duration(cpu_s), cpu_s, np.nan))
    measured = _is_duration(walls.seconds)
    first_turns = _numbers([line.turns_from if line else None for line in lines])
    before = np.where(np.isnan(first_turns), lengths, first_turns).astype(np.intp)
    rounds = walls.places() - before[walls.owners()]
    return _Timed(walls.where(measured), cpus.where(measured), rounds[measured], first_turns)


def _is_duration(seconds: NDArray[np.float64]) -> NDArray[np.bool_]:
    is_duration: NDArray[np.bool_] = np.isfinite(seconds) & (seconds >= 0)
    return is_duration


def _times(samples: Sequence[Sample], timed: _Timed) -> pd.DataFrame:
    """Tabulate the seconds for one pass, of the iterations that count, and the seconds before these."""
    lines = [sample.line for sample in samples]
    passes = _positive(_numbers([line.passes if line else None for line in lines]))
    counted = _counted(samples, timed)
    shared = _without_slow_rounds(samples, timed, counted)
    found = _counting(
        timed, classify(shared, _numbers([line.clock.tick_s if line else 0.0 for line in lines]))
    )
    has_steady = ~np.isnan(found.steady_from)
    warmup_s = timed.walls.totals_before(np.nan_to_num(found.steady_from).astype(np.intp))
    alone_s = _positive(timed.walls.medians(found.starts))
    cpu_s = timed.cpus.means(found.starts)
    return pd.DataFrame(
        {
            "iterations": timed.walls.lengths,
            "turns_from": timed.first_turns,
            "passes": passes,
            "timed_s": _positive(timed.walls.totals_before(timed.walls.lengths)),
            "steady_state": found.states,
            "settled_from": found.settled_from,
            "steady_from": found.steady_from,
            "warmup_s": np.where(has_steady, warmup_s, np.nan),
            "wall_s": np.where(timed.took_turns, _levels_s(shared, counted, found.starts), alone_s) / passes,
            "cpu_s": cpu_s / passes,
            "effective_cores": cpu_s / _positive(timed.walls.means(found.starts)),
        }
    )


def _counted(samples: Sequence[Sample], timed: _Timed) -> NDArray[np.bool_]:
    """Find the iterations that are turns longer than 0 s, of processes that were ok."""
    is_ok = np.asarray([sample.outcome is Outcome.OK for sample in samples], dtype=bool)
    counted: NDArray[np.bool_] = (timed.rounds >= 0) & (timed.walls.seconds > 0) & is_ok[timed.walls.owners()]
    return counted


def _without_slow_rounds(samples: Sequence[Sample], timed: _Timed, counted: NDArray[np.bool_]) -> Ragged:
    """Divide the turns that count by how much their whole round was slower; return all iterations."""
    seconds = timed.walls.seconds.copy()
    owners = timed.walls.owners()[counted]
    turns = TurnTimes(owners, _groups(samples)[owners], timed.rounds[counted], np.log(seconds[counted]))
    seconds[counted] = np.exp(adjusted(turns))
    return Ragged(timed.walls.lengths, seconds)


def _groups(samples: Sequence[Sample]) -> NDArray[np.intp]:
    """Number the groups that the samples were measured with, a new one in each block."""
    keys = [(sample.slot.block, measured_for(sample)) for sample in samples]
    codes = {key: code for code, key in enumerate(dict.fromkeys(keys))}
    return np.asarray([codes[key] for key in keys], dtype=np.intp)


@dataclass(frozen=True)
class _Counting:
    """The iterations of each invocation that count."""

    states: NDArray[np.object_]
    """Values of ``SteadyState``."""
    steady_from: NDArray[np.float64]
    """Index of the first iteration of the steady state; NaN where that is unknown, or there is none."""
    settled_from: NDArray[np.intp]
    """Index of the first iteration that counts where the steady state is unknown."""
    starts: NDArray[np.intp]
    """Index of the first iteration that counts."""


def _counting(timed: _Timed, classified: ClassifiedInvocations) -> _Counting:
    """Decide which iterations count: never those before the first turn, which warm up."""
    states = classified.states.copy()
    # Without iterations before the turns, these alone are too few to show a change.
    states[timed.first_turns == 0] = SteadyState.UNKNOWN.value
    # Times that change over the turns are still compared round by round; the intervals get wider.
    states[timed.took_turns & (states == SteadyState.NONE.value)] = SteadyState.UNKNOWN.value
    is_unknown = states == SteadyState.UNKNOWN.value
    has_steady = ~is_unknown & (states != SteadyState.NONE.value)
    settled = np.where(timed.took_turns, timed.before_turns, timed.walls.lengths // 2)
    least = np.where(timed.took_turns, timed.before_turns, 0)
    return _Counting(
        states=states,
        steady_from=np.where(has_steady, classified.starts, np.nan),
        settled_from=settled,
        starts=np.where(is_unknown, settled, np.maximum(classified.starts, least)),
    )


def _levels_s(shared: Ragged, counted: NDArray[np.bool_], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Compute the level of each invocation's turns that count, in seconds; NaN where it took none."""
    owners = shared.owners()
    chosen = counted & (shared.places() >= starts[owners])
    seconds: NDArray[np.float64] = np.exp(levels(owners[chosen], np.log(shared.seconds[chosen]), len(starts)))
    return seconds


def _states_of_cells(invocations: pd.DataFrame, count: int) -> tuple[SteadyState, ...]:
    """Classify each cell by its measured invocations that were ok."""
    good = (invocations["role"] == Role.MEASURE.value) & (invocations["outcome"] == Outcome.OK.value)
    known = invocations[good & (invocations["steady_state"] != SteadyState.UNKNOWN.value)]
    found = {code: state_of_cell(states) for code, states in known.groupby("cell")["steady_state"]}
    return tuple(found.get(code, SteadyState.UNKNOWN) for code in range(count))


def _without_times(invocations: pd.DataFrame, unsteady: list[bool]) -> pd.DataFrame:
    """Remove the times of cells that are ``unsteady``, of which some invocations may have one."""
    figures = ["steady_from", "warmup_s", "wall_s", "cpu_s", "effective_cores"]
    gone = np.asarray(unsteady, dtype=bool)[invocations["cell"].to_numpy()]
    return invocations.assign(**{name: invocations[name].mask(gone) for name in figures})


def _chain(runs: list[tuple[Iteration, ...]]) -> Iterable[Iteration]:
    return itertools.chain.from_iterable(runs)


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Convert to floats, None to NaN."""
    return np.asarray(values, dtype=float)


def _positive(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace numbers that are not above 0 by NaN; a coarse clock may read 0."""
    return np.where(values > 0, values, np.nan)
