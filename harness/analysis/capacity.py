"""What N independent serial processes achieved on this machine: the most that any strategy could have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.analysis.grid import ok_rows
from harness.model import Role

if TYPE_CHECKING:
    import pandas as pd

    from harness.analysis.frames import Evidence
    from harness.analysis.grid import Grid


@dataclass(frozen=True)
class Load:
    """What a capacity control measures: a workload, so many times at once."""

    workload: str
    workers: int


def capacities(evidence: Evidence, measured: Grid) -> dict[Load, float]:
    """Capacity of each load: the geometric mean over blocks of its throughput.

    The throughput of N copies in a block is the sum over them of (serial alone / this copy), both of the
    same cell in that block; N where the copies don't disturb one another. A block in which a copy failed
    counts for nothing.
    """
    rows = ok_rows(evidence.invocations, Role.CAPACITY)
    in_block = np.searchsorted(measured.blocks, rows["block"].to_numpy())
    alone = measured.logs[in_block, rows["cell"].to_numpy()]
    share = np.exp(alone - np.log(rows["wall_s"].to_numpy()))
    return _means(rows.assign(share=share))


def _means(rows: pd.DataFrame) -> dict[Load, float]:
    grouped = rows.groupby(["workload", "copies", "block"])["share"]
    sums = grouped.agg(["sum", "count"]).reset_index()
    whole = sums[sums["count"] == sums["copies"]]
    logs = np.log(whole["sum"]).groupby([whole["workload"], whole["copies"]]).mean()
    loads = (Load(workload, copies) for workload, copies in logs.index)
    return dict(zip(loads, np.exp(logs.to_numpy()), strict=True))
