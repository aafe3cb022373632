"""Measure the noise by A/A pairs: the ratio of a cell to itself on this machine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.controls import stand_ins
from gilometer.analysis.frames import cell_columns
from gilometer.analysis.grid import grid
from gilometer.model import Group, Role
from gilometer.stats.intervals import typical_ratios

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan

KEYS = ("interpreter", "variant", "workload")


@dataclass(frozen=True)
class Noise:
    """The ratios of A/A pairs; a difference within their band may be noise."""

    pairs: pd.DataFrame
    """A row for each interpreter and workload that has pairs.

    Columns: interpreter, variant, workload, pairs (their number), ratio, ratio_low, ratio_high (first of the
    pair over the second), and band: how far from 1 the interval reaches, as a ratio of at least 1 (or the
    ratio itself, where blocks are too few for an interval).
    """
    stand_ins: Mapping[Group, Group]
    """Groups whose band is that of another (``controls``)."""

    def band(self, group: Group) -> float:
        """Look up the A/A band of a group, a ratio of at least 1; NaN without pairs."""
        return self._bands.get(self.stand_ins.get(group, group), math.nan)

    def bands(self, groups: Iterable[Group]) -> dict[Group, float]:
        """Look up the A/A bands of the groups that have one."""
        return {group: band for group in groups if not math.isnan(band := self.band(group))}

    @cached_property
    def _bands(self) -> dict[Group, float]:
        names = (self.pairs[name] for name in KEYS)
        return dict(zip(map(Group, *names), self.pairs["band"].tolist(), strict=True))


def noise(plan: Plan, measurements: Measurements, measured: Grid) -> Noise:
    """Divide the time of each measured cell by that of its twin in the same block."""
    logs = measured.logs - grid(measurements, Role.TWIN).logs
    counts = np.isfinite(logs).sum(axis=0)
    labels = [cell.interpreter_label for cell in measured.cells]
    columns = sorted(
        np.flatnonzero(counts).tolist(),
        key=lambda column: (labels.index(labels[column]), measured.cells[column].workload),
    )
    found = typical_ratios(logs[:, columns])
    pairs = cell_columns(measured.cells, columns)[list(KEYS)].assign(
        pairs=counts[columns],
        ratio=found.mean,
        ratio_low=found.low,
        ratio_high=found.high,
    )
    ends = pairs[["ratio", "ratio_low", "ratio_high"]].to_numpy(dtype=float)
    band = np.exp(np.fmax.reduce(np.abs(np.log(ends)), axis=1))
    return Noise(pairs.assign(band=band), stand_ins(plan))
