"""What plots show, as the rows that stand beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilometer.model import Strategy
from gilometer.report.results import Spread, label_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping

    import pandas as pd

    from gilometer.analysis import Analysis
    from gilometer.model import Work
    from gilometer.report.sections.observed import Observed

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
"""The columns of ``summary.csv`` that tell of a speedup."""


def ratios(analysis: Analysis, works: Iterable[Work], spreads: Collection[Spread]) -> pd.DataFrame:
    """Give the rows of ``Analysis.summary`` for these workloads and spreads, with exactly ``RATIOS``."""
    labels = {work.label for work in works}
    rows = analysis.summary[RATIOS]
    is_asked = [row["workload"] in labels and spread_of(row) in spreads for row in rows.to_dict("records")]
    return rows[is_asked]


def sights(
    analysis: Analysis, found: Observed, works: Iterable[Work], names: Collection[str]
) -> pd.DataFrame:
    """Give the rows of ``Analysis.observations`` with these names, of cells that ended well."""
    labels = {work.label for work in works}
    rows = analysis.observations
    is_asked = [
        row["workload"] in labels
        and row["what"] in names
        and (label_of(row), row["workload"], spread_of(row)) in found.sights
        for row in rows.to_dict("records")
    ]
    return rows[is_asked]


def spread_of(row: Mapping[Hashable, Any]) -> Spread:
    """Read the spread in a row of a frame."""
    return Spread(Strategy(row["strategy"]), row["workers"])
