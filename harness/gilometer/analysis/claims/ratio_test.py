"""What a run says of questions about ratios."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.decision import Decision, sides, undecided
from gilometer.analysis.claims.rules import chances
from gilometer.analysis.claims.verdict import Finding, Verdict, Why
from gilometer.model import Alternative, Estimate
from gilometer.stats.equivalence import MOST_PER_WORKER, Bounds, bounds, stands
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL, typical_ratios
from gilometer.stats.significance import FALSE_DISCOVERIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis.claims.ask import Question
    from gilometer.analysis.claims.case import Case, Row
    from gilometer.analysis.claims.decision import Side, Sureness


@dataclass(frozen=True)
class Compared:
    """What was measured of one question; NaN where there is no number."""

    question: Question
    ratio: Estimate
    blocks: int
    fewest: int
    """Blocks under which what is undecided was measured too little."""
    band: float
    """A/A band of the workload."""
    at: Bounds
    p: float
    contrary_p: float
    row: Row
    """Of the cell that the question is about."""

    def finding(self, sure: Sureness) -> Finding:
        """Answer the question."""
        found = _decide(self, sure)
        cell = self.question.cell
        return Finding(
            verdict=found.verdict,
            why=found.why,
            stands=found.stands,
            workload=cell.workload,
            workers=cell.workers,
            ratio=self.ratio.value,
            low=self.ratio.low,
            high=self.ratio.high,
            band=self.band,
            edge=self.at.far,
            q=sure.contrary_q if found.verdict is Verdict.REFUTED else sure.q,
            blocks=self.blocks,
            capacity=self.row.capacity,
        )


def compared(questions: Sequence[Question], case: Case) -> list[Compared]:
    """Work out the figures of some questions, all at once."""
    if not questions:
        return []
    logs = np.column_stack([question.logs for question in questions])
    found = typical_ratios(logs)
    bands = [case.band(question.cell) for question in questions]
    at = [bounds(question.margin, band) for question, band in zip(questions, bands, strict=True)]
    chance = chances(logs, [question.margin for question in questions])
    return [
        Compared(
            question=question,
            ratio=Estimate(float(found.mean[column]), float(found.low[column]), float(found.high[column])),
            blocks=int(found.count[column]),
            fewest=case.plan.effort.fewest_blocks,
            band=bands[column],
            at=at[column],
            p=chance.of(question.alternative, column),
            contrary_p=chance.of(question.alternative.contrary, column),
            row=case.rows[question.cell],
        )
        for column, question in enumerate(questions)
    ]


def _decide(of: Compared, sure: Sureness) -> Decision:
    """Hold, refute, or say why neither can be."""
    obstacle = _obstacle(of)
    if obstacle:
        return undecided(obstacle)
    possible = sides(of.question.alternative, sure)
    for side in possible:
        if stands(side.alternative, of.ratio, of.at):
            objection = _objection(side, of)
            if objection:
                return _open(objection, of)
            return Decision(side.verdict, Why.FIGURE, _sharper(side.alternative, of))
    quiet = bounds(of.question.margin, 1.0)
    would = (stands(side.alternative, of.ratio, quiet) for side in possible)
    return _open(Why.NOISE if any(would) else Why.WIDE, of)


def _open(why: Why, of: Compared) -> Decision:
    """Leave a question open, and say first if it had too few blocks to be anything else."""
    return undecided(Why.EARLY if of.blocks < of.fewest else why)


def _obstacle(of: Compared) -> Why | None:
    """Why these figures can't answer anything, if they can't."""
    question = of.question
    if of.blocks < FEWEST_FOR_AN_INTERVAL:
        return Why.FEW_BLOCKS
    if math.isnan(of.band):
        return Why.NO_TWIN
    if question.is_bounded and of.ratio.low > MOST_PER_WORKER * question.cell.at_once:
        return Why.DOUBTFUL
    return None


def _objection(side: Side, of: Compared) -> Why | None:
    """Why a ratio that stands somewhere still says nothing, if it doesn't.

    That something got no faster means nothing where the machine had no more to give; that it got slower does.
    """
    if side.q > FALSE_DISCOVERIES:
        return Why.CHANCE
    if (
        of.question.is_bounded
        and not _had_more(of)
        and _sharper(side.alternative, of) is Alternative.NOT_ABOVE
    ):
        return Why.NO_CAPACITY
    return None


def _had_more(of: Compared) -> bool:
    """Tell whether the machine was shown to have more to give than what is called no gain."""
    row = of.row
    return stands(Alternative.ABOVE, Estimate(row.capacity, row.capacity_low, math.inf), of.at)


def _sharper(alternative: Alternative, of: Compared) -> Alternative:
    """Say that it is slower of what is no faster, if it is."""
    is_slower = alternative is Alternative.NOT_ABOVE and stands(Alternative.BELOW, of.ratio, of.at)
    return Alternative.BELOW if is_slower else alternative
