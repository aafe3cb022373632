"""From questions to findings. All of a run are answered at once, so that it counts how many were asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.analysis.claims.claim import Stance
from harness.analysis.claims.rules import MOST_PER_WORKER, Edges, Interval, chances, edges, stands
from harness.analysis.claims.verdict import Finding, Verdict, Why
from harness.analysis.intervals import FEWEST, typical_ratios
from harness.analysis.significance import FALSE_DISCOVERIES, q_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.analysis.claims.ask import Question
    from harness.analysis.claims.case import Case, Row


@dataclass(frozen=True)
class Figures:
    """What was measured of one question; NaN where there is no number."""

    ratio: float
    interval: Interval
    blocks: int
    band: float
    """A/A band of the workload."""
    at: Edges
    q: float
    """Of standing where it should."""
    contrary_q: float
    row: Row
    """Of the cell that the question is about."""


def answers(questions: Sequence[Question], case: Case) -> list[Finding]:
    """Answer each question, in their order."""
    if not questions:
        return []
    return list(map(_finding, questions, _figures(questions, case)))


def _figures(questions: Sequence[Question], case: Case) -> list[Figures]:
    logs = np.column_stack([question.logs for question in questions])
    found = typical_ratios(logs)
    bands = [case.bands.get(question.cell.workload, math.nan) for question in questions]
    at = [edges(question.margin, band) for question, band in zip(questions, bands, strict=True)]
    chance = chances(logs, at)
    asked = list(enumerate(questions))
    p = [chance.of(question.stance, column) for column, question in asked]
    contrary_p = [chance.of(question.stance.contrary, column) for column, question in asked]
    q, contrary_q = np.split(q_values(np.asarray([*p, *contrary_p])), 2)
    return [
        Figures(
            ratio=float(found.mean[column]),
            interval=Interval(float(found.low[column]), float(found.high[column])),
            blocks=int(found.count[column]),
            band=bands[column],
            at=at[column],
            q=float(q[column]),
            contrary_q=float(contrary_q[column]),
            row=case.rows[question.cell],
        )
        for column, question in asked
    ]


def _finding(question: Question, of: Figures) -> Finding:
    found = _decide(question, of)
    return Finding(
        verdict=found.verdict,
        why=found.why,
        stands=found.stands,
        workload=question.cell.workload,
        workers=question.cell.workers,
        ratio=of.ratio,
        low=of.interval.low,
        high=of.interval.high,
        band=of.band,
        edge=of.at.far,
        q=of.contrary_q if found.verdict is Verdict.REFUTED else of.q,
        blocks=of.blocks,
        capacity=of.row.capacity,
    )


@dataclass(frozen=True)
class _Decision:
    verdict: Verdict
    why: Why
    stands: Stance | None = None


@dataclass(frozen=True)
class _Side:
    """Where a ratio may stand, and what it would mean."""

    stance: Stance
    verdict: Verdict
    q: float


def _decide(question: Question, of: Figures) -> _Decision:
    """Hold, refute, or say why neither can be."""
    obstacle = _obstacle(question, of)
    if obstacle:
        return _open(obstacle)
    sides = (
        _Side(question.stance, Verdict.HOLDS, of.q),
        _Side(question.stance.contrary, Verdict.REFUTED, of.contrary_q),
    )
    for side in sides:
        if stands(side.stance, of.interval, of.at):
            objection = _objection(side, question, of)
            return (
                _open(objection)
                if objection
                else _Decision(side.verdict, Why.FIGURE, _sharper(side.stance, of))
            )
    quiet = edges(question.margin, 1.0)
    would = (stands(side.stance, of.interval, quiet) for side in sides)
    return _open(Why.NOISE if any(would) else Why.WIDE)


def _open(why: Why) -> _Decision:
    return _Decision(Verdict.NOT_ESTABLISHED, why)


def _obstacle(question: Question, of: Figures) -> Why | None:
    """Why these figures can't answer anything, if they can't."""
    if of.blocks < FEWEST:
        return Why.FEW_BLOCKS
    if math.isnan(of.band):
        return Why.NO_TWIN
    if question.is_bounded and of.interval.low > MOST_PER_WORKER * question.cell.workers:
        return Why.DOUBTFUL
    return None


def _objection(side: _Side, question: Question, of: Figures) -> Why | None:
    """Why a ratio that stands somewhere still says nothing, if it doesn't.

    That something got no faster means nothing where the machine had no more to give; that it got slower does.
    """
    if side.q > FALSE_DISCOVERIES:
        return Why.CHANCE
    is_limited = question.is_bounded and not of.row.capacity_low > of.at.far
    if is_limited and _sharper(side.stance, of) is Stance.NOT_ABOVE:
        return Why.NO_CAPACITY
    return None


def _sharper(stance: Stance, of: Figures) -> Stance:
    """Say that it is slower of what is no faster, if it is."""
    is_slower = stance is Stance.NOT_ABOVE and stands(Stance.BELOW, of.interval, of.at)
    return Stance.BELOW if is_slower else stance
