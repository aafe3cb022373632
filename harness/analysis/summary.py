"""The summary of a run: one row a cell, in the columns of docs/design.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.analysis.capacity import Load, capacities
from harness.analysis.frames import cell_columns
from harness.analysis.grid import ok_rows
from harness.analysis.intervals import geometric_means
from harness.analysis.outcomes import endings
from harness.model import Role, Strategy

if TYPE_CHECKING:
    from harness.analysis.frames import Evidence
    from harness.analysis.grid import Grid
    from harness.model import Plan

COLUMNS = (
    "interpreter",
    "variant",
    "workload",
    "kind",
    "strategy",
    "workers",
    "outcome",
    "reason",
    "invocations",
    "wall_s",
    "wall_s_low",
    "wall_s_high",
    "speedup",
    "speedup_low",
    "speedup_high",
    "capacity",
    "efficiency",
    "effective_cores",
    "cpu_s",
    "peak_rss_mb",
    "startup_s",
    "warmup_s",
    "pool_start_s",
    "steady_state",
    "checksum",
)

_MEGABYTE = 1e6


def summarise(plan: Plan, evidence: Evidence, measured: Grid) -> pd.DataFrame:
    """One row for each cell of the plan, with exactly ``COLUMNS``.

    Seconds are for one pass; ``invocations`` counts all that were measured, and the figures rest on those
    that were ok.
    """
    count = len(plan.cells)
    parts = [
        _identity(plan, evidence),
        _walls(measured, count),
        _speedups(measured, count),
        _medians(evidence, count),
    ]
    summary = pd.concat(parts, axis=1)
    summary["capacity"] = _capacity(plan, capacities(evidence, measured))
    summary["efficiency"] = summary["speedup"] / summary["capacity"]
    summary["invocations"] = _invocations(evidence, count)
    summary["checksum"] = _checksums(evidence, count)
    summary["warmup_s"] = np.nan
    summary["steady_state"] = ""
    return summary[list(COLUMNS)]


def _identity(plan: Plan, evidence: Evidence) -> pd.DataFrame:
    kinds = {work.label: work.kind for work in plan.works}
    ends = endings(plan, evidence)
    names = cell_columns(plan.cells, range(len(plan.cells))).drop(columns="cell")
    return names.assign(
        kind=[kinds.get(cell.workload, "") for cell in plan.cells],
        outcome=[end.outcome.value for end in ends],
        reason=[" ".join(end.reason.split()) for end in ends],
    )


def _walls(measured: Grid, count: int) -> pd.DataFrame:
    found = geometric_means(measured.logs[:, :count])
    return pd.DataFrame({"wall_s": found.mean, "wall_s_low": found.low, "wall_s_high": found.high})


def _speedups(measured: Grid, count: int) -> pd.DataFrame:
    """Serial over this, within blocks. Serial itself is 1 by definition, so it has no interval."""
    found = geometric_means((measured.serials() - measured.logs)[:, :count])
    serial = np.asarray([cell.strategy is Strategy.SERIAL for cell in measured.cells[:count]], dtype=bool)
    return pd.DataFrame(
        {
            "speedup": found.mean,
            "speedup_low": np.where(serial, np.nan, found.low),
            "speedup_high": np.where(serial, np.nan, found.high),
        }
    )


def _capacity(plan: Plan, found: dict[Load, float]) -> list[float]:
    return [
        1.0
        if cell.strategy is Strategy.SERIAL
        else found.get(Load(cell.workload, cell.workers), float("nan"))
        for cell in plan.cells
    ]


def _medians(evidence: Evidence, count: int) -> pd.DataFrame:
    """Medians over the cell's ok invocations."""
    columns = ["effective_cores", "cpu_s", "peak_rss", "startup_s", "pool_start_s"]
    rows = ok_rows(evidence.invocations, Role.MEASURE)
    medians = rows.groupby("cell")[columns].median().reindex(range(count))
    return medians.assign(peak_rss_mb=medians["peak_rss"] / _MEGABYTE).drop(columns="peak_rss")


def _invocations(evidence: Evidence, count: int) -> pd.Series[int]:
    rows = evidence.invocations
    measured = rows.loc[rows["role"] == Role.MEASURE.value, "cell"]
    return measured.value_counts().reindex(range(count), fill_value=0)


def _checksums(evidence: Evidence, count: int) -> pd.Series[str]:
    """The first checksum of each cell: where not all agree, its outcome says so."""
    rows = evidence.invocations
    rows = rows[(rows["role"] == Role.MEASURE.value) & (rows["checksum"] != "")]
    firsts = rows.drop_duplicates("cell").set_index("cell")["checksum"]
    return firsts.reindex(range(count), fill_value="")
