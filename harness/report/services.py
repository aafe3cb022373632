"""Servers of the harness's own that were too busy to be left out of account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.analysis.services import BUSY
from harness.report.board import label_of
from harness.report.markup import code, table
from harness.report.text import number, plural

if TYPE_CHECKING:
    import pandas as pd


def section(found: pd.DataFrame) -> str:
    """Say it, and name the cells; nothing if there are none."""
    if found.empty:
        return ""
    said = (
        f"In {plural(len(found), 'cell')} the servers that the harness ran for it used more than {BUSY:g} of "
        "a core. On a machine with few cores the workers lack these, and the times are partly theirs."
    )
    rows = [
        [
            code(label_of(row)),
            code(row["workload"]),
            f"{row['strategy']} {row['workers']}",
            number(row["cores"]),
        ]
        for row in found.to_dict("records")
    ]
    return f"## Busy servers\n\n{said}\n\n{table(['interpreter', 'workload', 'strategy', 'cores'], rows)}"
