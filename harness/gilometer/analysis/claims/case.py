"""What claims are judged by: one run, arranged to be asked about cells."""

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
    from gilometer.analysis.observations import Sights
    from gilometer.model import Interpreter, Plan, Work


@dataclass(frozen=True)
class Row:
    """What the summary says of a cell, as far as claims ask."""

    outcome: str
    reason: str
    steady_state: str
    wall_s: float
    capacity: float
    capacity_low: float

    @property
    def is_steady(self) -> bool:
        """Whether it has a time that stands for it."""
        return self.steady_state != SteadyState.NONE.value and not math.isnan(self.wall_s)


@dataclass(frozen=True)
class Case:
    """One run."""

    plan: Plan
    evidence: Measurements
    summary: pd.DataFrame
    """A row for each cell of the plan, in its order."""
    measured: Grid
    possible: Capacities
    noise: Noise
    seen: Mapping[Cell, Sights]
    """What was observed, by cell; cells that observed nothing are absent."""

    def band(self, cell: Cell) -> float:
        """A/A band of a cell; NaN where nothing tells."""
        return self.noise.band(cell.group)

    @cached_property
    def rows(self) -> Mapping[Cell, Row]:
        """Rows of the summary by their cell."""
        columns = [self.summary[name] for name in Row.__dataclass_fields__]
        return dict(zip(self.plan.cells, map(Row, *columns), strict=True))

    def cells(self, one: Interpreter, work: Work, strategy: Strategy) -> Mapping[int, Cell]:
        """By their workers, the cells of a strategy on an interpreter that the plan has."""
        return self._cells.get((one.label, work.label, strategy), {})

    def times(self, cell: Cell) -> NDArray[np.float64]:
        """Logarithms of a cell's times, one a block; NaN where it was not measured."""
        return self.measured.logs[:, self._places[cell]]

    def beside(self, one: Interpreter, cell: Cell) -> NDArray[np.float64]:
        """Logarithms of the times of an interpreter's serial that a cell is compared with, one a block."""
        return self.measured.beside(one.name, one.variant)[:, self._places[cell]]

    def starts(self, cell: Cell) -> NDArray[np.float64]:
        """Logarithms of the times that a cell's workers took to start, one a block."""
        return self._starts[:, self._places[cell]]

    def limits(self, cell: Cell) -> NDArray[np.float64]:
        """Logarithms of what the machine could have given a cell, one a block."""
        return self.possible.of([cell])[:, 0]

    @cached_property
    def _cells(self) -> dict[tuple[str, str, Strategy], dict[int, Cell]]:
        found: dict[tuple[str, str, Strategy], dict[int, Cell]] = {}
        for cell in self.plan.cells:
            key = (cell.interpreter_label, cell.workload, cell.strategy)
            found.setdefault(key, {})[cell.workers] = cell
        return found

    @cached_property
    def _places(self) -> dict[Cell, int]:
        return {cell: place for place, cell in enumerate(self.measured.cells)}

    @cached_property
    def _starts(self) -> NDArray[np.float64]:
        rows = ok_rows(self.evidence.invocations, Role.MEASURE)
        took = rows[rows["pool_start_s"] > 0]
        return mean_table(
            np.searchsorted(self.measured.blocks, took["block"].to_numpy()),
            took["cell"].to_numpy(),
            np.log(took["pool_start_s"].to_numpy()),
            self.measured.logs.shape,
        )
