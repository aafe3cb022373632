"""The A/A pairs: how much the same cell differs from itself on this machine."""

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
    """Ratios of cells to themselves; differences that are no larger mean nothing."""

    pairs: pd.DataFrame
    """A row for each interpreter and workload that has any: interpreter, variant, workload, pairs (how many),
    ratio, ratio_low, ratio_high (first of the pair over the second), and band: the furthest from 1 that the
    interval reaches, as a ratio above 1 (where blocks are too few for an interval, that the ratio lies)."""
    stand_ins: Mapping[Group, Group]
    """Groups whose band is that of another (``controls``)."""

    def band(self, group: Group) -> float:
        """Look up how far from 1 noise alone takes a ratio of a group; NaN where nothing tells."""
        return self._bands.get(self.stand_ins.get(group, group), math.nan)

    def bands(self, groups: Iterable[Group]) -> dict[Group, float]:
        """Look up the bands of those groups that have one."""
        return {group: band for group in groups if not math.isnan(band := self.band(group))}

    @cached_property
    def _bands(self) -> dict[Group, float]:
        names = (self.pairs[name] for name in KEYS)
        return dict(zip(map(Group, *names), self.pairs["band"].tolist(), strict=True))


def noise(plan: Plan, evidence: Measurements, measured: Grid) -> Noise:
    """Compare each twin with the measured invocation of its cell in the same block."""
    logs = measured.logs - grid(evidence, Role.TWIN).logs
    counts = np.isfinite(logs).sum(axis=0)
    labels = [one.interpreter_label for one in measured.cells]
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
