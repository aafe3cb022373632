"""Single-thread speed of each interpreter, relative to the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.analysis.frames import cell_columns
from harness.analysis.intervals import geometric_means
from harness.model import Strategy

if TYPE_CHECKING:
    from harness.analysis.grid import Grid
    from harness.model import Plan

COMPARABLE_KINDS = frozenset({"cpu", "native"})
"""Kinds whose time is work alone. Where a workload also waits, the waiting is the same for all."""


def relative_speeds(plan: Plan, measured: Grid) -> pd.DataFrame:
    """Time of the baseline's serial over time of this one's, within blocks; above 1 is faster.

    Columns: interpreter, variant, workload, kind, speed, speed_low, speed_high. A row for each serial cell
    of a comparable kind that was measured beside the baseline.
    """
    variant = min((one.variant for one in plan.interpreters if one.name == plan.baseline), default="")
    found = geometric_means(measured.baselines(plan.baseline, variant) - measured.logs)
    kinds = {work.label: work.kind for work in plan.works}
    rows = [
        code
        for code, cell in enumerate(measured.cells)
        if cell.strategy is Strategy.SERIAL
        and kinds.get(cell.workload) in COMPARABLE_KINDS
        and not np.isnan(found.mean[code])
    ]
    names = cell_columns(measured.cells, rows)[["interpreter", "variant", "workload"]]
    speeds = {"speed": found.mean[rows], "speed_low": found.low[rows], "speed_high": found.high[rows]}
    kind = [kinds[workload] for workload in names["workload"]]
    return pd.concat([names.assign(kind=kind), pd.DataFrame(speeds)], axis=1)
