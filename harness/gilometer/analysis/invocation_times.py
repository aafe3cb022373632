"""Compute the time of each invocation from the times of its iterations.

It is the median of the steady state (``steady``). With too few iterations to tell whether there is one, it is
the settled time: the median of the second half, so that the first iterations of a JIT are left out
(docs/method.md has the limits of this). For a process that took turns with others, it is the level of its
rounds (``turns``).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.steady import SteadyState, classify
from gilometer.model import Outcome
from gilometer.plan.ratios import measured_for
from gilometer.stats.ragged import Ragged
from gilometer.stats.turns import TurnTimes, adjusted, levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.steady import ClassifiedInvocations
    from gilometer.model import Iteration, Sample


@dataclass(frozen=True)
class IterationTimes:
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


def iteration_times(samples: Sequence[Sample]) -> IterationTimes:
    """Collect the durations; one that is negative or not finite is left out."""
    lines = [sample.line for sample in samples]
    runs = [line.iterations if line else () for line in lines]
    lengths = np.asarray([len(run) for run in runs], dtype=np.intp)
    walls = Ragged(lengths, numbers([iteration.wall_s for iteration in _chain(runs)]))
    cpu_s = numbers([iteration.cpu_s for iteration in _chain(runs)])
    cpus = Ragged(lengths, np.where(_is_duration(cpu_s), cpu_s, np.nan))
    measured = _is_duration(walls.seconds)
    first_turns = numbers([line.turns_from if line else None for line in lines])
    before = np.where(np.isnan(first_turns), lengths, first_turns).astype(np.intp)
    rounds = walls.places() - before[walls.owners()]
    return IterationTimes(walls.where(measured), cpus.where(measured), rounds[measured], first_turns)


def _is_duration(seconds: NDArray[np.float64]) -> NDArray[np.bool_]:
    is_duration: NDArray[np.bool_] = np.isfinite(seconds) & (seconds >= 0)
    return is_duration


def invocation_times(samples: Sequence[Sample], timed: IterationTimes) -> pd.DataFrame:
    """Tabulate the seconds for one pass, of the iterations that count, and the seconds before these."""
    lines = [sample.line for sample in samples]
    passes = positive(numbers([line.passes if line else None for line in lines]))
    counted = _counted(samples, timed)
    shared = _without_slow_rounds(samples, timed, counted)
    found = _counting(
        timed, classify(shared, numbers([line.clock.tick_s if line else 0.0 for line in lines]))
    )
    has_steady = ~np.isnan(found.steady_from)
    warmup_s = timed.walls.totals_before(np.nan_to_num(found.steady_from).astype(np.intp))
    alone_s = positive(timed.walls.medians(found.starts))
    cpu_s = timed.cpus.means(found.starts)
    return pd.DataFrame(
        {
            "iterations": timed.walls.lengths,
            "turns_from": timed.first_turns,
            "passes": passes,
            "timed_s": positive(timed.walls.totals_before(timed.walls.lengths)),
            "steady_state": found.states,
            "settled_from": found.settled_from,
            "steady_from": found.steady_from,
            "warmup_s": np.where(has_steady, warmup_s, np.nan),
            "wall_s": np.where(timed.took_turns, _levels_s(shared, counted, found.starts), alone_s) / passes,
            "cpu_s": cpu_s / passes,
            "effective_cores": cpu_s / positive(timed.walls.means(found.starts)),
        }
    )


def _counted(samples: Sequence[Sample], timed: IterationTimes) -> NDArray[np.bool_]:
    """Find the iterations that are turns longer than 0 s, of processes that were ok."""
    is_ok = np.asarray([sample.outcome is Outcome.OK for sample in samples], dtype=bool)
    counted: NDArray[np.bool_] = (timed.rounds >= 0) & (timed.walls.seconds > 0) & is_ok[timed.walls.owners()]
    return counted


def _without_slow_rounds(
    samples: Sequence[Sample], timed: IterationTimes, counted: NDArray[np.bool_]
) -> Ragged:
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
class _Counted:
    """The iterations of each invocation that count."""

    states: NDArray[np.object_]
    """Values of ``SteadyState``."""
    steady_from: NDArray[np.float64]
    """Index of the first iteration of the steady state; NaN where that is unknown, or there is none."""
    settled_from: NDArray[np.intp]
    """Index of the first iteration that counts where the steady state is unknown."""
    starts: NDArray[np.intp]
    """Index of the first iteration that counts."""


def _counting(timed: IterationTimes, classified: ClassifiedInvocations) -> _Counted:
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
    return _Counted(
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


def _chain(runs: list[tuple[Iteration, ...]]) -> Iterable[Iteration]:
    return itertools.chain.from_iterable(runs)


def numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Convert to floats, None to NaN."""
    return np.asarray(values, dtype=float)


def positive(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace numbers that are not above 0 by NaN; a coarse clock may read 0."""
    return np.where(values > 0, values, np.nan)
