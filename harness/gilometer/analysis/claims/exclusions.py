"""Exclude the cells that the interpreter lacks, that were not reached, that failed, or that have no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.analysis.claims.verdict import Finding, Verdict, Why
from gilometer.model import Outcome

if TYPE_CHECKING:
    from gilometer.analysis.claims.run_data import CellSummary, RunData
    from gilometer.model import Cell


def outcome_exclusion(cell: Cell, run: RunData) -> Finding | None:
    """Say how a cell ended, if it is not ok."""
    return _about(cell, _not_ok(run.summaries[cell]))


def time_exclusion(cell: Cell, run: RunData) -> Finding | None:
    """Say why a cell is not ok or has no time, if so."""
    summary = run.summaries[cell]
    return _about(cell, _not_ok(summary) or _untimed(summary))


def _about(cell: Cell, finding: Finding | None) -> Finding | None:
    return finding and replace(finding, workload=cell.workload, workers=cell.workers)


def _not_ok(summary: CellSummary) -> Finding | None:
    if summary.outcome == Outcome.UNSUPPORTED:
        return Finding(Verdict.NOT_APPLICABLE, Why.LACKING, detail=summary.reason)
    if summary.outcome == Outcome.NOT_REACHED:
        return Finding(Verdict.NOT_ESTABLISHED, Why.NOT_REACHED, detail=summary.reason)
    if summary.outcome == Outcome.OK:
        return None
    outcome = Outcome(summary.outcome).words
    detail = f"{outcome}: {summary.reason}" if summary.reason else outcome
    return Finding(Verdict.NOT_ESTABLISHED, Why.FAILED, detail=detail)


def _untimed(summary: CellSummary) -> Finding | None:
    if summary.is_timed:
        return None
    return Finding(Verdict.NOT_ESTABLISHED, Why.UNSTEADY, detail=summary.reason)
