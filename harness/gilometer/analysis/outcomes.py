"""How each cell ended, and why: absence is an outcome with a reason, too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.frames import cell_columns
from gilometer.analysis.resolution import FEWEST_TICKS, is_short, ticks
from gilometer.model import Outcome, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.analysis.frames import Measurements
    from gilometer.model import Cell, Plan

MILDEST_FIRST = (
    Outcome.NOT_REACHED,
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

BUDGET_SPENT = "the budget was spent before it"
INTERRUPTED = "the run was interrupted before it"
ENDED = "the run ended before this cell was measured"
BUDGETED = 3
"""Schema since which a run leaves what it has no time for, and is whole all the same."""


@dataclass(frozen=True)
class CellOutcome:
    """How a cell ended."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class Share:
    """How many of a cell's invocations ended in the worst way, of how many."""

    such: int
    of: int


def cell_outcomes(plan: Plan, evidence: Measurements) -> tuple[CellOutcome, ...]:
    """One ending for each cell of the plan, in its order.

    What the plan says an interpreter lacks was not started, what the budget didn't last for not reached. The
    reason of one that failed now and then says how often; the figures of one that is ok but too short for
    its clock are absent, and the reason says why.
    """
    measured = _measured(evidence)
    absent = _absent(plan, evidence)
    lengths = ticks(plan, evidence)
    short = is_short(lengths)
    ends = []
    for code, cell in enumerate(plan.cells):
        end = measured.get(code) or absent(cell)
        ends.append(_too_short(lengths[code]) if end.outcome is Outcome.OK and short[code] else end)
    return tuple(ends)


def _absent(plan: Plan, evidence: Measurements) -> Callable[[Cell], CellOutcome]:
    """Say how a cell ended that no invocation measured."""
    missing = {one.name: CellOutcome(Outcome.UNAVAILABLE, one.why) for one in plan.missing}
    lacking = {
        (one.interpreter_label, one.strategy): CellOutcome(Outcome.UNSUPPORTED, one.why) for one in plan.lacks
    }
    left = _left(evidence)

    def ending(cell: Cell) -> CellOutcome:
        lack = lacking.get((cell.interpreter_label, cell.strategy))
        return lack or missing.get(cell.interpreter, left)

    return ending


def _left(evidence: Measurements) -> CellOutcome:
    """Say why something that can run was not measured."""
    if evidence.finished is None:
        outcome = Outcome.NOT_REACHED if evidence.schema >= BUDGETED else Outcome.UNAVAILABLE
        return CellOutcome(outcome, INTERRUPTED if evidence.schema >= BUDGETED else ENDED)
    is_spent = evidence.schema >= BUDGETED or "budget" in evidence.finished.why
    return (
        CellOutcome(Outcome.NOT_REACHED, BUDGET_SPENT)
        if is_spent
        else CellOutcome(Outcome.UNAVAILABLE, ENDED)
    )


def _too_short(length: float) -> CellOutcome:
    return CellOutcome(
        Outcome.OK,
        f"too short for its clock: an iteration lasts {length:.2g} ticks, and a ratio needs {FEWEST_TICKS}",
    )


def failures(evidence: Measurements) -> pd.DataFrame:
    """What failed, once for each cell, role and outcome, with the first one's words.

    Columns: the cell's, role, outcome, reason, stderr_tail, times (how many invocations ended so).
    """
    bad = {outcome.value for outcome in Outcome if outcome.is_failure}
    rows = evidence.invocations[evidence.invocations["outcome"].isin(bad)]
    grouped = rows.groupby(["cell", "role", "outcome"], sort=True)
    firsts = grouped[["reason", "stderr_tail"]].first().assign(times=grouped.size()).reset_index()
    names = cell_columns(evidence.cells, firsts["cell"].to_list()).drop(columns="cell")
    return pd.concat([names, firsts.drop(columns="cell")], axis=1)


def _measured(evidence: Measurements) -> dict[int, CellOutcome]:
    """Endings of the cells that have a measured invocation, by the cell's index."""
    rows = evidence.invocations
    rows = rows.loc[rows["role"] == Role.MEASURE.value, ["cell", "outcome", "reason"]]
    ranks = {outcome.value: rank for rank, outcome in enumerate(MILDEST_FIRST)}
    rank = rows["outcome"].map(ranks)
    worst = rows[rank == rank.groupby(rows["cell"]).transform("max")]
    # A stable sort puts the first reason that says something before the silent ones.
    worst = worst.iloc[np.argsort((worst["reason"] == "").to_numpy(), kind="stable")]
    such, all_of = (Counter(some["cell"]) for some in (worst, rows))
    firsts = worst.drop_duplicates("cell")
    return {
        cell: _ending(Outcome(outcome), reason, Share(such[cell], all_of[cell]))
        for cell, outcome, reason in zip(firsts["cell"], firsts["outcome"], firsts["reason"], strict=True)
    }


def _ending(outcome: Outcome, reason: str, share: Share) -> CellOutcome:
    """Say how often it was so, of a failure that was not the only ending."""
    if not outcome.is_failure or share.such == share.of:
        return CellOutcome(outcome, reason)
    return CellOutcome(outcome, f"in {share.such} of {share.of} invocations{reason and f': {reason}'}")
