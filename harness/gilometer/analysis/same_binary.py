"""Compare the same binary with its GIL on and off: the difference is the effect of the GIL alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.relative import comparable
from gilometer.plan.pairs import pairs
from gilometer.stats.intervals import typical_ratios

if TYPE_CHECKING:
    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan
    from gilometer.plan.pairs import GilPair

COLUMNS = ("on", "off", "workload", "overhead", "overhead_low", "overhead_high")


def overheads(plan: Plan, measured: Grid) -> pd.DataFrame:
    """Divide the serial time with the GIL off by that with it on, within blocks: what it costs one thread.

    Columns: on, off (labels of the pair), workload, overhead, overhead_low, overhead_high; above 1 is slower
    without the GIL. A row for each workload of a comparable kind that both measured in some block.
    """
    found = [_overheads_of(pair, plan, measured) for pair in pairs(plan.interpreters)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _overheads_of(pair: GilPair, plan: Plan, measured: Grid) -> pd.DataFrame:
    columns = [
        column
        for column in comparable(plan, measured)
        if measured.cells[column].interpreter_label == pair.off.label
    ]
    with_gil = measured.reference_logs(pair.on)
    found = typical_ratios((measured.logs - with_gil)[:, columns])
    rows = pd.DataFrame(
        {
            "on": pair.on.label,
            "off": pair.off.label,
            "workload": [measured.cells[column].workload for column in columns],
            "overhead": found.mean,
            "overhead_low": found.low,
            "overhead_high": found.high,
        }
    )
    return rows[~np.isnan(found.mean)]
