"""Lay the entries of a run out as one tidy frame: a row for each invocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.invocation_times import invocation_times, iteration_times, numbers, positive
from gilometer.analysis.steady import SteadyState, state_of_cell
from gilometer.model import SCHEMA, Calibration, Choice, Extended, Finished, Header, Outcome, Role, Sample
from gilometer.printing import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gilometer.model import Cell, Entry
    from gilometer.stats.ragged import Ragged

LONGEST_TAIL = 8192
"""The most characters of a standard error; a run keeps 4 KiB."""


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
    loops: Mapping[tuple[str, str], int]
    """The loops that calibration found, by interpreter's label and script."""
    finished: Finished | None
    """None: the run was interrupted, or was extended and has not finished since."""
    schema: int
    """The version of the run's files."""


def gather(cells: tuple[Cell, ...], entries: Iterable[Entry]) -> Measurements:
    """Collect the measurements from the samples among the entries."""
    entries = tuple(entries)
    samples = [entry for entry in entries if isinstance(entry, Sample)]
    calibrations = (entry for entry in entries if isinstance(entry, Calibration))
    codes = {cell: code for code, cell in enumerate(cells)}
    of_sample = [codes.setdefault(sample.slot.cell, len(codes)) for sample in samples]
    known = tuple(codes)
    timed = iteration_times(samples)
    invocations = pd.concat(
        [
            _slots(samples),
            cell_columns(known, of_sample),
            _outside(samples),
            _inside(samples),
            invocation_times(samples, timed),
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
        loops={(one.interpreter_label, one.script): one.loops for one in calibrations},
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
            "reason": np.asarray([shortened(sample.reason) for sample in samples], dtype=object),
            "process_s": np.asarray([sample.wall_s for sample in samples], dtype=float),
            "process_cpu_s": np.asarray([sample.cpu_s for sample in samples], dtype=float),
            "peak_rss": positive(numbers([sample.peak_rss for sample in samples])),
            "services_cpu_s": np.asarray([sample.services_cpu_s for sample in samples], dtype=float),
            "stderr_tail": np.asarray(
                [sample.stderr_tail[-LONGEST_TAIL:] for sample in samples], dtype=object
            ),
        }
    )


def _inside(samples: list[Sample]) -> pd.DataFrame:
    """Tabulate what each process reported of itself; NaN, None or empty where it left no line."""
    lines = [sample.line for sample in samples]
    script_s = numbers([line.script_s if line else None for line in lines])
    columns = {
        "startup_s": numbers([sample.wall_s for sample in samples]) - script_s,
        "pool_start_s": numbers([line.pool_start_s if line else None for line in lines]),
        "loops": numbers([line.loops if line else None for line in lines]),
        "checksum": np.asarray([line.checksum if line else "" for line in lines], dtype=object),
        "gil_before": np.asarray([line.gil.before if line else None for line in lines], dtype=object),
        "gil_after": np.asarray([line.gil.after if line else None for line in lines], dtype=object),
    }
    return pd.DataFrame(columns)


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
