"""The rows of the tables beside plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pandas as pd

    from gilometer.model import Work
    from gilometer.report.results import Results
    from gilometer.report.results.configurations import Configuration

CELL = ["interpreter", "variant", "workload", "strategy", "workers"]
"""The columns that name a cell."""
RATIOS = [
    *CELL,
    "outcome",
    "reason",
    "invocations",
    "speedup",
    "speedup_low",
    "speedup_high",
    "capacity",
    "capacity_low",
    "capacity_high",
]
"""The columns of ``summary.csv`` about a speedup."""


def ratios(
    results: Results, works: Iterable[Work], configurations: Collection[Configuration]
) -> pd.DataFrame:
    """Return the rows of the summary for these workloads and configurations, with exactly ``RATIOS``."""
    labels = {work.label for work in works}
    is_asked = [
        cell.workload in labels and cell.configuration in configurations for cell in results.cells.values()
    ]
    return results.frames.summary[RATIOS][is_asked]


def observed_rows(results: Results, works: Iterable[Work], names: Iterable[str]) -> pd.DataFrame:
    """Return the rows of the observations with these names, of cells that ended well."""
    rows = results.frames.observations_that_count
    labels = [work.label for work in works]
    return rows[rows["workload"].isin(labels) & rows["what"].isin(list(names))]
