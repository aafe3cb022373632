"""How each cell ended, and why: absence is an outcome with a reason, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.analysis.frames import cell_columns
from harness.model import Outcome, Role

if TYPE_CHECKING:
    from harness.analysis.frames import Evidence
    from harness.model import Plan

MILDEST_FIRST = (
    Outcome.UNAVAILABLE,
    Outcome.UNSUPPORTED,
    Outcome.OK,
    Outcome.GARBLED,
    Outcome.TIMEOUT,
    Outcome.CRASHED,
    Outcome.KILLED,
    Outcome.WRONG_CHECKSUM,
)
"""The outcome of a cell is the last of these that one of its invocations had."""

NOT_REACHED = "the run ended before this cell was measured"


@dataclass(frozen=True)
class Ending:
    """How a cell ended."""

    outcome: Outcome
    reason: str


def endings(plan: Plan, evidence: Evidence) -> tuple[Ending, ...]:
    """One ending for each cell of the plan, in its order."""
    measured = _measured(evidence)
    missing = {one.name: one.why for one in plan.missing}
    return tuple(
        measured.get(code, Ending(Outcome.UNAVAILABLE, missing.get(cell.interpreter, NOT_REACHED)))
        for code, cell in enumerate(plan.cells)
    )


def failures(evidence: Evidence) -> pd.DataFrame:
    """What failed, once for each cell, role and outcome, with the first one's words.

    Columns: the cell's, role, outcome, reason, stderr_tail, times (how many invocations ended so).
    """
    bad = {outcome.value for outcome in Outcome if outcome.is_failure}
    rows = evidence.invocations[evidence.invocations["outcome"].isin(bad)]
    grouped = rows.groupby(["cell", "role", "outcome"], sort=True)
    firsts = grouped[["reason", "stderr_tail"]].first().assign(times=grouped.size()).reset_index()
    names = cell_columns(evidence.cells, firsts["cell"].to_list()).drop(columns="cell")
    return pd.concat([names, firsts.drop(columns="cell")], axis=1)


def _measured(evidence: Evidence) -> dict[int, Ending]:
    """Endings of the cells that have a measured invocation, by the cell's index."""
    rows = evidence.invocations
    rows = rows.loc[rows["role"] == Role.MEASURE.value, ["cell", "outcome", "reason"]]
    ranks = {outcome.value: rank for rank, outcome in enumerate(MILDEST_FIRST)}
    rank = rows["outcome"].map(ranks)
    worst = rows[rank == rank.groupby(rows["cell"]).transform("max")]
    # A stable sort puts the first reason that says something before the silent ones.
    worst = worst.iloc[np.argsort((worst["reason"] == "").to_numpy(), kind="stable")]
    worst = worst.drop_duplicates("cell")
    return {
        int(cell): Ending(Outcome(outcome), reason)
        for cell, outcome, reason in zip(worst["cell"], worst["outcome"], worst["reason"], strict=True)
    }
