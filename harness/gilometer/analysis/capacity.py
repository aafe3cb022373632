"""The capacity of the machine: the speedup of N independent serial processes, which bounds any strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.controls import stand_ins
from gilometer.analysis.grid import log_times, ok_rows
from gilometer.model import Role, Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Cell, Group, Plan


@dataclass(frozen=True)
class Load:
    """The load of a capacity control: several copies of a group's serial cell at once."""

    group: Group
    copies: int


@dataclass(frozen=True)
class Capacities:
    """The throughput of each load in each block, over that of one process alone."""

    loads: tuple[Load, ...]
    stand_ins: Mapping[Group, Group]
    """Groups whose capacity is that of another group's loads (``controls``)."""
    logs: NDArray[np.float64]
    """Logarithms (blocks x loads); NaN where a copy has no time."""
    cores: NDArray[np.float64]
    """Cores that all copies together had (blocks x loads); NaN where unknown, or where they took no turns."""

    @property
    def columns(self) -> NDArray[np.float64]:
        """``logs`` with two columns added (blocks x (loads + 2)): one of 0, for serial, and one of NaN."""
        padded = np.pad(self.logs, ((0, 0), (0, 2)))
        padded[:, -1] = np.nan
        return padded

    def of(self, cells: Sequence[Cell]) -> NDArray[np.float64]:
        """Look up the logarithm of each cell's capacity (blocks x cells)."""
        return self.columns[:, self.places(cells)]

    def places(self, cells: Sequence[Cell]) -> NDArray[np.intp]:
        """Find the column of ``columns`` that has each cell's capacity.

        A load has as many copies as a cell has threads, processes or tasks at work at once. The capacity of
        serial is 1 by definition. It is NaN where no control measured it.
        """
        serial, unknown = len(self.loads), len(self.loads) + 1
        known = {load: place for place, load in enumerate(self.loads)}
        places = [
            serial if cell.strategy is Strategy.SERIAL else known.get(self._load_of(cell), unknown)
            for cell in cells
        ]
        return np.asarray(places, dtype=np.intp)

    def _load_of(self, cell: Cell) -> Load:
        return Load(self.stand_ins.get(cell.group, cell.group), cell.at_once)


def capacities(plan: Plan, measurements: Measurements, measured: Grid) -> Capacities:
    """Compute the throughput of the capacity controls.

    That of N copies in a block is the sum over them of (time of serial alone / time of this copy), both of
    the same cell in that block. It is N where the copies don't disturb one another, and NaN where a copy
    failed.
    """
    rows = ok_rows(measurements.invocations, Role.CAPACITY)
    in_block = np.searchsorted(measured.blocks, rows["block"].to_numpy())
    alone = measured.logs[in_block, rows["cell"].to_numpy()]
    rows = rows.assign(
        place=in_block,
        share=np.exp(alone - log_times(rows)),
        cores=rows["effective_cores"].where(rows["turns_from"].notna()),
    )
    keys = [
        Load(measurements.cells[cell].group, copies)
        for cell, copies in zip(rows["cell"].tolist(), rows["copies"].tolist(), strict=True)
    ]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    rows = rows.assign(load=[places[key] for key in keys])
    shape = (len(measured.blocks), len(places))
    return Capacities(
        loads=tuple(places),
        stand_ins=stand_ins(plan),
        logs=np.log(_totals(rows, "share", shape)),
        cores=_totals(rows, "cores", shape),
    )


def _totals(rows: pd.DataFrame, column: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Add up a column over the copies of each load in each block; NaN unless all copies have a value."""
    found = rows.groupby(["place", "load", "copies"])[column].agg(["sum", "count"]).reset_index()
    whole = found[found["count"] == found["copies"]]
    table = np.full(shape, np.nan)
    table[whole["place"].to_numpy(dtype=np.intp), whole["load"].to_numpy(dtype=np.intp)] = whole["sum"]
    return table
