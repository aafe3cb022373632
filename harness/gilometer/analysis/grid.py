"""Arrange the logarithms of wall times as a matrix: a row for each block, a column for each cell.

A ratio is the difference of two columns. So it is taken within blocks, and the speed of the machine in a
block cancels.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gilometer.model import Cell, Group, Outcome, Role, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gilometer.analysis.frames import Measurements
    from gilometer.model import Interpreter


@dataclass(frozen=True)
class Reference:
    """The serial cell of one group, measured beside the group of another interpreter."""

    group: Group
    beside: str
    """The label of the other interpreter."""


@dataclass(frozen=True)
class Grid:
    """Logarithms of the seconds for one pass (blocks x cells); NaN where nothing was measured."""

    cells: tuple[Cell, ...]
    blocks: NDArray[np.int64]
    """The numbers of the blocks, ascending: the rows."""
    logs: NDArray[np.float64]
    references: Mapping[Reference, NDArray[np.float64]] = field(default_factory=dict)
    """Logarithms of the references, one a block; NaN in blocks without one."""

    def serial_logs(self) -> NDArray[np.float64]:
        """Look up the serial cell of each column's group: logarithms (blocks x cells)."""
        return self._serial_logs_of([cell.group for cell in self.cells])

    def reference_logs(self, interpreter: Interpreter) -> NDArray[np.float64]:
        """Look up the serial times of one interpreter that each column is compared with (blocks x cells).

        They are the references that were measured beside the column's group. Where there are none, as for
        the interpreter's own groups and in runs of schema 2, they are the serial cell of the same block.
        """
        groups = [Group(interpreter.name, interpreter.variant, cell.workload) for cell in self.cells]
        logs = self._serial_logs_of(groups)
        for column, (cell, group) in enumerate(zip(self.cells, groups, strict=True)):
            reference = Reference(group, cell.interpreter_label)
            if reference in self.references:
                logs[:, column] = self.references[reference]
        return logs

    def of(self, cells: Sequence[Cell]) -> Grid:
        """Keep the columns of some cells."""
        places = {cell: column for column, cell in enumerate(self.cells)}
        return replace(self, cells=tuple(cells), logs=self.logs[:, [places[cell] for cell in cells]])

    def _serial_logs_of(self, groups: Sequence[Group]) -> NDArray[np.float64]:
        columns = {
            cell.group: column for column, cell in enumerate(self.cells) if cell.strategy is Strategy.SERIAL
        }
        padded = np.column_stack([self.logs, np.full(len(self.blocks), np.nan)])
        return padded[:, [columns.get(group, -1) for group in groups]]


def grid(measurements: Measurements, role: Role) -> Grid:
    """Arrange the times of the invocations of one role that were ok."""
    blocks = np.unique(measurements.invocations["block"].to_numpy())
    rows = ok_rows(measurements.invocations, role)
    logs = mean_table(
        np.searchsorted(blocks, rows["block"].to_numpy()),
        rows["cell"].to_numpy(),
        log_times(rows),
        (len(blocks), len(measurements.cells)),
    )
    return Grid(measurements.cells, blocks, logs, _references(measurements, blocks))


def _references(
    measurements: Measurements, blocks: NDArray[np.int64]
) -> dict[Reference, NDArray[np.float64]]:
    """Gather the references; one that was never ok is NaN in all blocks."""
    rows = measurements.invocations
    rows = rows[rows["role"] == Role.REFERENCE.value]
    keys = [
        Reference(measurements.cells[cell].group, beside)
        for cell, beside in zip(rows["cell"].tolist(), rows["beside"].tolist(), strict=True)
    ]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    times = rows["wall_s"].where(rows["outcome"] == Outcome.OK.value)
    table = mean_table(
        np.searchsorted(blocks, rows["block"].to_numpy()),
        np.asarray([places[key] for key in keys], dtype=np.intp),
        log_times(rows.assign(wall_s=times)),
        (len(blocks), len(places)),
    )
    return dict(zip(places, table.T, strict=True))


def ok_rows(invocations: pd.DataFrame, role: Role) -> pd.DataFrame:
    """Select the invocations of one role that were ok."""
    return invocations[(invocations["role"] == role.value) & (invocations["outcome"] == Outcome.OK.value)]


def log_times(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Take the logarithms of the times of invocations; NaN without a time above 0."""
    times = rows["wall_s"].to_numpy(dtype=float)
    logs: NDArray[np.float64] = np.full(len(times), np.nan)
    np.log(times, out=logs, where=times > 0)
    return logs


def mean_table(
    rows: NDArray[np.intp], columns: NDArray[np.intp], values: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Average ``values`` by row and column, without those that are NaN; NaN where there is none."""
    real = ~np.isnan(values)
    places = (rows * shape[1] + columns)[real]
    size = shape[0] * shape[1]
    total = np.bincount(places, weights=values[real], minlength=size)
    count = np.bincount(places, minlength=size)
    means = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    table: NDArray[np.float64] = means.reshape(shape)
    return table
