"""Exclude the cells that the interpreter lacks, that were not reached, that failed, or that have no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.model import Outcome

if TYPE_CHECKING:
    from gilometer.analysis.claims.run_data import CellSummary, RunData
    from gilometer.model import Cell


def outcome_exclusion(cell: Cell, run: RunData) -> WorkloadResult | None:
    """Say how a cell ended, if it is not ok."""
    return _about(cell, _not_ok(run.summaries[cell]))


def time_exclusion(cell: Cell, run: RunData) -> WorkloadResult | None:
    """Say why a cell is not ok or has no time, if so."""
    summary = run.summaries[cell]
    return _about(cell, _not_ok(summary) or _untimed(summary))


def _about(cell: Cell, result: WorkloadResult | None) -> WorkloadResult | None:
    return result and replace(result, workload=cell.workload, workers=cell.workers)


def _not_ok(summary: CellSummary) -> WorkloadResult | None:
    if summary.outcome == Outcome.UNSUPPORTED:
        return WorkloadResult(Verdict.NOT_APPLICABLE, Reason.LACKING, detail=summary.reason)
    if summary.outcome == Outcome.NOT_REACHED:
        return WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.NOT_REACHED, detail=summary.reason)
    if summary.outcome == Outcome.OK:
        return None
    outcome = Outcome(summary.outcome).words
    detail = f"{outcome}: {summary.reason}" if summary.reason else outcome
    return WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.FAILED, detail=detail)


def _untimed(summary: CellSummary) -> WorkloadResult | None:
    if summary.is_timed:
        return None
    return WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.UNSTEADY, detail=summary.reason)
