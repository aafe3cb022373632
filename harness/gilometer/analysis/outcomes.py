"""Determine the outcome of each cell, with its reason; a cell that was not measured has one too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.frames import cell_columns
from gilometer.analysis.resolution import FEWEST_TICKS, is_short, ticks
from gilometer.model import Outcome, Role
from gilometer.printing import shortened

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
"""The outcomes in ascending order of gravity. That of a cell is the gravest of its invocations."""

BUDGET_SPENT = "the budget was spent before it"
INTERRUPTED = "the run was interrupted before it"
ENDED = "the run ended before this cell was measured"
BUDGETED = 3
"""The first schema whose runs are complete although they leave out what they have no time for."""


@dataclass(frozen=True)
class CellOutcome:
    """The outcome of a cell, and its reason."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class Share:
    """The number of a cell's invocations with the gravest outcome, of all its invocations."""

    count: int
    total: int


def cell_outcomes(plan: Plan, measurements: Measurements) -> tuple[CellOutcome, ...]:
    """List the outcome of each cell of the plan, in its order.

    A cell that was not measured is unsupported if the plan says so, and else not reached or unavailable. The
    reason of a cell that failed in some invocations says in how many. A cell that is ok but too short for its
    clock has that as its reason, and no figures.
    """
    measured = _measured(measurements)
    unmeasured = _unmeasured(plan, measurements)
    lengths = ticks(plan, measurements)
    short = is_short(lengths)
    ends = []
    for code, cell in enumerate(plan.cells):
        end = measured.get(code) or unmeasured(cell)
        ends.append(_too_short(lengths[code]) if end.outcome is Outcome.OK and short[code] else end)
    return tuple(ends)


def _unmeasured(plan: Plan, measurements: Measurements) -> Callable[[Cell], CellOutcome]:
    """Return a function that gives the outcome of a cell without invocations."""
    missing = {one.name: CellOutcome(Outcome.UNAVAILABLE, shortened(one.why)) for one in plan.missing}
    lacking = {
        (one.interpreter_label, one.strategy): CellOutcome(Outcome.UNSUPPORTED, shortened(one.why))
        for one in plan.lacks
    }
    not_measured = _not_measured(measurements)

    def outcome_of(cell: Cell) -> CellOutcome:
        lack = lacking.get((cell.interpreter_label, cell.strategy))
        return lack or missing.get(cell.interpreter, not_measured)

    return outcome_of


def _not_measured(measurements: Measurements) -> CellOutcome:
    """Give the outcome of a cell that could run and was not measured."""
    if measurements.finished is None:
        outcome = Outcome.NOT_REACHED if measurements.schema >= BUDGETED else Outcome.UNAVAILABLE
        return CellOutcome(outcome, INTERRUPTED if measurements.schema >= BUDGETED else ENDED)
    is_spent = measurements.schema >= BUDGETED or "budget" in measurements.finished.why
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


def failures(plan: Plan, measurements: Measurements) -> pd.DataFrame:
    """Tabulate the failures, a row for each cell, role and outcome, with the first one's message.

    Columns: the cell's, role, outcome, reason, stderr_tail, times (the number of such invocations), loops (by
    calibration; 0 if that failed).
    """
    bad = {outcome.value for outcome in Outcome if outcome.is_failure}
    rows = measurements.invocations[measurements.invocations["outcome"].isin(bad)]
    grouped = rows.groupby(["cell", "role", "outcome"], sort=True)
    firsts = grouped[["reason", "stderr_tail"]].first().assign(times=grouped.size()).reset_index()
    names = cell_columns(measurements.cells, firsts["cell"].to_list()).drop(columns="cell")
    scripts = {work.label: work.script for work in plan.works}
    cells = [measurements.cells[code] for code in firsts["cell"]]
    loops = [
        measurements.loops.get((one.interpreter_label, scripts.get(one.workload, "")), 0) for one in cells
    ]
    return pd.concat([names, firsts.drop(columns="cell").assign(loops=loops)], axis=1)


def _measured(measurements: Measurements) -> dict[int, CellOutcome]:
    """Find the outcomes of the cells that have a measured invocation, by the cell's index."""
    rows = measurements.invocations
    rows = rows.loc[rows["role"] == Role.MEASURE.value, ["cell", "outcome", "reason"]]
    ranks = {outcome.value: rank for rank, outcome in enumerate(MILDEST_FIRST)}
    rank = rows["outcome"].map(ranks)
    worst = rows[rank == rank.groupby(rows["cell"]).transform("max")]
    # A stable sort puts the first reason that says something before the silent ones.
    worst = worst.iloc[np.argsort((worst["reason"] == "").to_numpy(), kind="stable")]
    counts, totals = Counter(worst["cell"]), Counter(rows["cell"])
    firsts = worst.drop_duplicates("cell")
    return {
        cell: _with_share(Outcome(outcome), reason, Share(counts[cell], totals[cell]))
        for cell, outcome, reason in zip(firsts["cell"], firsts["outcome"], firsts["reason"], strict=True)
    }


def _with_share(outcome: Outcome, reason: str, share: Share) -> CellOutcome:
    """Add to the reason of a failure in how many invocations it happened, if not in all."""
    if not outcome.is_failure or share.count == share.total:
        return CellOutcome(outcome, reason)
    return CellOutcome(outcome, f"in {share.count} of {share.total} invocations{reason and f': {reason}'}")
