"""The data that claims are tested on: one run, arranged by cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.grid import mean_table, ok_rows
from gilometer.analysis.steady import SteadyState
from gilometer.model import Cell, Role, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from gilometer.analysis.capacity import Capacities
    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.analysis.noise import Noise
    from gilometer.analysis.observations import CellObservations
    from gilometer.model import Interpreter, Plan, Work


@dataclass(frozen=True)
class CellSummary:
    """The columns of a cell's row in the summary that claims are tested on."""

    outcome: str
    reason: str
    steady_state: str
    wall_s: float
    capacity: float
    capacity_low: float

    @property
    def is_timed(self) -> bool:
        """Tell whether the cell has a steady state, and a time."""
        return self.steady_state != SteadyState.NONE.value and not math.isnan(self.wall_s)


@dataclass(frozen=True)
class RunData:
    """One run, arranged by cell. All times and ratios are natural logarithms, one a block."""

    plan: Plan
    measurements: Measurements
    summary: pd.DataFrame
    """A row for each cell of the plan, in its order."""
    measured: Grid
    capacities: Capacities
    concurrency: NDArray[np.float64]
    """The cores of each cell over those of serial (blocks x cells, like ``measured``)."""
    noise: Noise
    observations: Mapping[Cell, CellObservations]
    """The observations of each cell; cells that observed nothing are absent."""

    def band(self, cell: Cell) -> float:
        """Look up the A/A band of a cell, a ratio of at least 1; NaN without an A/A pair."""
        return self.noise.band(cell.group)

    @cached_property
    def summaries(self) -> Mapping[Cell, CellSummary]:
        """The summary of each cell of the plan."""
        columns = [self.summary[name] for name in CellSummary.__dataclass_fields__]
        return dict(zip(self.plan.cells, map(CellSummary, *columns), strict=True))

    def cells(self, interpreter: Interpreter, work: Work, strategy: Strategy) -> Mapping[int, Cell]:
        """Find the plan's cells of a strategy on an interpreter, by their number of workers."""
        return self._cells.get((interpreter.label, work.label, strategy), {})

    def log_times(self, cell: Cell) -> NDArray[np.float64]:
        """Look up a cell's times; NaN where it was not measured."""
        return self.measured.logs[:, self._columns[cell]]

    def log_reference_times(self, interpreter: Interpreter, cell: Cell) -> NDArray[np.float64]:
        """Look up the serial times of another interpreter that a cell is compared with."""
        return self.measured.reference_logs(interpreter)[:, self._columns[cell]]

    def log_start_times(self, cell: Cell) -> NDArray[np.float64]:
        """Look up the times that a cell's workers took to start."""
        return self._log_start_times[:, self._columns[cell]]

    def log_capacities(self, cell: Cell) -> NDArray[np.float64]:
        """Look up the capacities of a cell: the speedup of as many independent serial processes."""
        return self.capacities.of([cell])[:, 0]

    def log_concurrency(self, cell: Cell) -> NDArray[np.float64]:
        """Look up the cores of a cell over those of serial; NaN where they are unknown."""
        return self.concurrency[:, self._columns[cell]]

    @cached_property
    def _cells(self) -> dict[tuple[str, str, Strategy], dict[int, Cell]]:
        found: dict[tuple[str, str, Strategy], dict[int, Cell]] = {}
        for cell in self.plan.cells:
            key = (cell.interpreter_label, cell.workload, cell.strategy)
            found.setdefault(key, {})[cell.workers] = cell
        return found

    @cached_property
    def _columns(self) -> dict[Cell, int]:
        return {cell: column for column, cell in enumerate(self.measured.cells)}

    @cached_property
    def _log_start_times(self) -> NDArray[np.float64]:
        rows = ok_rows(self.measurements.invocations, Role.MEASURE)
        timed = rows[rows["pool_start_s"] > 0]
        return mean_table(
            np.searchsorted(self.measured.blocks, timed["block"].to_numpy()),
            timed["cell"].to_numpy(),
            np.log(timed["pool_start_s"].to_numpy()),
            self.measured.logs.shape,
        )
