"""What N independent serial processes achieved on this machine: the most that any strategy could have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

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


class Load(NamedTuple):
    """What a capacity control measures: serial of an interpreter and workload, so many times at once."""

    interpreter: str
    variant: str
    workload: str
    copies: int


@dataclass(frozen=True)
class Capacities:
    """Throughput of each load in each block, over that of one process alone."""

    loads: tuple[Load, ...]
    stand_ins: Mapping[Group, Group]
    """Groups that are held against the loads of another (``controls``)."""
    logs: NDArray[np.float64]
    """Logarithms (blocks x loads); NaN where some copy has no time."""
    cores: NDArray[np.float64]
    """What all copies together had of the CPU (blocks x loads); NaN where unknown, or they took no turns."""

    @property
    def columns(self) -> NDArray[np.float64]:
        """The same (blocks x loads), and behind them a column of 0, for serial, and one of NaN."""
        padded = np.pad(self.logs, ((0, 0), (0, 2)))
        padded[:, -1] = np.nan
        return padded

    def of(self, cells: Sequence[Cell]) -> NDArray[np.float64]:
        """Logarithms (blocks x cells) of what each cell could have reached, from ``columns``."""
        return self.columns[:, self.places(cells)]

    def places(self, cells: Sequence[Cell]) -> NDArray[np.intp]:
        """In which of ``columns`` the capacity of each cell is.

        A load has as many copies as a cell has threads, processes or tasks at work at once. The capacity of
        serial is 1, since it is over that; of what no control measured it is unknown.
        """
        serial, unknown = len(self.loads), len(self.loads) + 1
        known = {load: place for place, load in enumerate(self.loads)}
        places = [
            serial if cell.strategy is Strategy.SERIAL else known.get(self._load_of(cell), unknown)
            for cell in cells
        ]
        return np.asarray(places, dtype=np.intp)

    def _load_of(self, cell: Cell) -> Load:
        own = cell.group
        group = self.stand_ins.get(own, own)
        return Load(group.interpreter, group.variant, group.workload, cell.at_once)


def capacities(plan: Plan, evidence: Measurements, measured: Grid) -> Capacities:
    """Throughput of the capacity controls.

    That of N copies in a block is the sum over them of (serial alone / this copy), both of the same cell in
    that block; N where the copies don't disturb one another. A block in which a copy failed counts for
    nothing.
    """
    rows = ok_rows(evidence.invocations, Role.CAPACITY)
    in_block = np.searchsorted(measured.blocks, rows["block"].to_numpy())
    alone = measured.logs[in_block, rows["cell"].to_numpy()]
    rows = rows.assign(
        place=in_block,
        share=np.exp(alone - log_times(rows)),
        cores=rows["effective_cores"].where(rows["turns_from"].notna()),
    )
    keys = list(map(Load._make, rows[list(Load._fields)].itertuples(index=False)))
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
    """Add up what the copies of each load gave in each block; NaN unless all of them have a value."""
    found = rows.groupby(["place", "load", "copies"])[column].agg(["sum", "count"]).reset_index()
    whole = found[found["count"] == found["copies"]]
    table = np.full(shape, np.nan)
    table[whole["place"].to_numpy(dtype=np.intp), whole["load"].to_numpy(dtype=np.intp)] = whole["sum"]
    return table
