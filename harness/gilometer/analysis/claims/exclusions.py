"""Why a cell can't be evidence: it was lacked, not reached, it failed, or it has no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.analysis.claims.verdict import Finding, Verdict, Why
from gilometer.model import Outcome

if TYPE_CHECKING:
    from gilometer.analysis.claims.case import Case, Row
    from gilometer.model import Cell


def without_outcome(cell: Cell, case: Case) -> Finding | None:
    """Say that a cell did not end well, if it didn't."""
    return _about(cell, _ending(case.rows[cell]))


def without_time(cell: Cell, case: Case) -> Finding | None:
    """Say why a cell has no time that stands for it, if it has none."""
    row = case.rows[cell]
    return _about(cell, _ending(row) or _unsteady(row))


def _about(cell: Cell, found: Finding | None) -> Finding | None:
    return found and replace(found, workload=cell.workload, workers=cell.workers)


def _ending(row: Row) -> Finding | None:
    if row.outcome == Outcome.UNSUPPORTED:
        return Finding(Verdict.NOT_APPLICABLE, Why.LACKING, detail=row.reason)
    if row.outcome == Outcome.NOT_REACHED:
        return Finding(Verdict.NOT_ESTABLISHED, Why.NOT_REACHED, detail=row.reason)
    if row.outcome == Outcome.OK:
        return None
    said = Outcome(row.outcome).words
    return Finding(
        Verdict.NOT_ESTABLISHED, Why.FAILED, detail=f"{said}: {row.reason}" if row.reason else said
    )


def _unsteady(row: Row) -> Finding | None:
    return None if row.is_steady else Finding(Verdict.NOT_ESTABLISHED, Why.UNSTEADY, detail=row.reason)
