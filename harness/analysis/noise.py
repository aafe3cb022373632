"""The A/A pairs: how much the same cell differs from itself on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.analysis.grid import grid, mean_table
from harness.analysis.intervals import typical_ratios
from harness.model import Role

if TYPE_CHECKING:
    from harness.analysis.frames import Evidence
    from harness.analysis.grid import Grid


@dataclass(frozen=True)
class Noise:
    """Ratios of cells to themselves; differences that are no larger mean nothing."""

    pairs: pd.DataFrame
    """A row a workload: workload, pairs (how many), ratio, ratio_low, ratio_high (first of the pair over the
    second), and band: the furthest from 1 that the interval reaches, as a ratio above 1 (where blocks are too
    few for an interval, that the ratio lies)."""


def noise(evidence: Evidence, measured: Grid) -> Noise:
    """Compare each twin with the measured invocation of its cell in the same block."""
    ratios = measured.logs - grid(evidence, Role.TWIN).logs
    blocks, columns = np.nonzero(np.isfinite(ratios))
    workloads = sorted({measured.cells[column].workload for column in columns})
    places = {workload: place for place, workload in enumerate(workloads)}
    of_workload = np.asarray([places[measured.cells[column].workload] for column in columns], dtype=np.intp)
    table = mean_table(blocks, of_workload, ratios[blocks, columns], (len(measured.blocks), len(workloads)))
    found = typical_ratios(table)
    pairs = pd.DataFrame(
        {
            "workload": workloads,
            "pairs": np.bincount(of_workload, minlength=len(workloads)),
            "ratio": found.mean,
            "ratio_low": found.low,
            "ratio_high": found.high,
        }
    )
    ends = pairs[["ratio", "ratio_low", "ratio_high"]].to_numpy(dtype=float)
    return Noise(pairs.assign(band=np.exp(np.fmax.reduce(np.abs(np.log(ends)), axis=1))))
