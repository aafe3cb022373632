"""Logarithms of settled wall times as a matrix: a row a block, a column a cell.

Every ratio is a difference of two columns, so it is taken within blocks, and a slow minute of the machine
cancels.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gilometer.model import Cell, Group, Outcome, Role, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gilometer.analysis.frames import Measurements


class Reference(NamedTuple):
    """Serial of an interpreter, measured beside the group of another."""

    interpreter: str
    variant: str
    beside: str
    """Label of the other interpreter."""
    workload: str


@dataclass(frozen=True)
class Grid:
    """Logs of seconds a pass (blocks x cells); NaN where nothing was measured."""

    cells: tuple[Cell, ...]
    blocks: NDArray[np.int64]
    """Numbers of the blocks, ascending: the rows."""
    logs: NDArray[np.float64]
    references: Mapping[Reference, NDArray[np.float64]] = field(default_factory=dict)
    """Logs of what was measured beside groups, one a block; NaN in blocks that did not give it."""

    def serials(self) -> NDArray[np.float64]:
        """For each column, the column of the same interpreter, variant and workload, run serially."""
        return self._columns([cell.group for cell in self.cells])

    def beside(self, interpreter: str, variant: str) -> NDArray[np.float64]:
        """For each column, the times of one interpreter's serial that it is compared with.

        They were taken beside the column's group. Where that was never done, as for the interpreter's own
        groups and in runs of schema 2, they are those of the same block.
        """
        logs = self._columns([Group(interpreter, variant, cell.workload) for cell in self.cells])
        for column, cell in enumerate(self.cells):
            own = Reference(interpreter, variant, cell.interpreter_label, cell.workload)
            if own in self.references:
                logs[:, column] = self.references[own]
        return logs

    def of(self, cells: Sequence[Cell]) -> Grid:
        """Keep the columns of some cells."""
        places = {cell: column for column, cell in enumerate(self.cells)}
        return replace(self, cells=tuple(cells), logs=self.logs[:, [places[cell] for cell in cells]])

    def _columns(self, wanted: list[Group]) -> NDArray[np.float64]:
        found = {
            cell.group: column for column, cell in enumerate(self.cells) if cell.strategy is Strategy.SERIAL
        }
        padded = np.column_stack([self.logs, np.full(len(self.blocks), np.nan)])
        return padded[:, [found.get(key, -1) for key in wanted]]


def grid(evidence: Measurements, role: Role) -> Grid:
    """Lay out the invocations of one role that were ok."""
    blocks = np.unique(evidence.invocations["block"].to_numpy())
    rows = ok_rows(evidence.invocations, role)
    logs = mean_table(
        np.searchsorted(blocks, rows["block"].to_numpy()),
        rows["cell"].to_numpy(),
        log_times(rows),
        (len(blocks), len(evidence.cells)),
    )
    return Grid(evidence.cells, blocks, logs, _references(evidence.invocations, blocks))


def _references(invocations: pd.DataFrame, blocks: NDArray[np.int64]) -> dict[Reference, NDArray[np.float64]]:
    """Gather what was measured beside groups; what never ended well has no times, but its place."""
    rows = invocations[invocations["role"] == Role.REFERENCE.value]
    keys = list(map(Reference._make, rows[list(Reference._fields)].itertuples(index=False)))
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
    """The invocations of one role that were ok."""
    return invocations[(invocations["role"] == role.value) & (invocations["outcome"] == Outcome.OK.value)]


def log_times(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Logarithms of the times of invocations; NaN for what has none, or none above zero."""
    times = rows["wall_s"].to_numpy(dtype=float)
    logs: NDArray[np.float64] = np.full(len(times), np.nan)
    np.log(times, out=logs, where=times > 0)
    return logs


def mean_table(
    rows: NDArray[np.intp], columns: NDArray[np.intp], values: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Means of ``values`` by row and column; NaN where there is none, and NaN values are none."""
    real = ~np.isnan(values)
    places = (rows * shape[1] + columns)[real]
    size = shape[0] * shape[1]
    total = np.bincount(places, weights=values[real], minlength=size)
    count = np.bincount(places, minlength=size)
    means = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    table: NDArray[np.float64] = means.reshape(shape)
    return table
