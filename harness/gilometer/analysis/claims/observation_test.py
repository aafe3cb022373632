"""From a rule about what workloads observe to questions, and from these to findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gilometer.analysis.claims.decision import Decision, sides, undecided
from gilometer.analysis.claims.obstacles import without_outcome
from gilometer.analysis.claims.verdict import Finding, Verdict, Why
from gilometer.analysis.observations import estimates, p_of_all_or_none
from gilometer.model import Alternative
from gilometer.stats.averages import p_beyond
from gilometer.stats.equivalence import Interval
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL
from gilometer.stats.significance import FALSE_DISCOVERIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis.claims.case import Case
    from gilometer.analysis.claims.decision import Sureness
    from gilometer.analysis.observations import Seen
    from gilometer.claims.claim import Observation
    from gilometer.model import Cell, Interpreter, Work

HIGH = frozenset({Alternative.ABOVE, Alternative.NOT_BELOW})
"""Where a value is that is above its threshold; the others are below."""


@dataclass(frozen=True)
class Query:
    """Where something that was observed stands."""

    cell: Cell
    alternative: Alternative
    """Where it should, of ``threshold``."""
    threshold: float
    seen: Seen


def queries(rule: Observation, one: Interpreter, case: Case) -> tuple[Query | Finding, ...]:
    """List what a rule asks of an interpreter, a query a workload; none: nothing of it was measured."""
    works = (work for work in case.plan.works if work.script in rule.workloads)
    cells = (cell for work in works if (cell := _widest(rule, one, work, case)))
    return tuple(without_outcome(cell, case) or _query(rule, cell, case) for cell in cells)


def _widest(rule: Observation, one: Interpreter, work: Work, case: Case) -> Cell | None:
    cells = case.cells(one, work, rule.strategy)
    return cells[max(cells)] if cells else None


def _query(rule: Observation, cell: Cell, case: Case) -> Query | Finding:
    """Ask of what was observed; an interpreter on which the workload could not tell it lacks something."""
    own = case.seen.get(cell, {})
    for what in filter(None, (rule.what, rule.minus)):
        if what not in own:
            detail = f'it tells nothing of "{what}" there'
            return Finding(
                Verdict.NOT_APPLICABLE,
                Why.LACKING,
                detail=detail,
                workload=cell.workload,
                workers=cell.workers,
            )
    seen = own[rule.what].less(own[rule.minus]) if rule.minus else own[rule.what]
    return Query(cell, rule.expected, rule.threshold, seen)


@dataclass(frozen=True)
class Valued:
    """What was measured of one query; NaN where there is no number."""

    query: Query
    value: float
    interval: Interval
    invocations: int
    p: float
    contrary_p: float

    def finding(self, sure: Sureness) -> Finding:
        """Answer the query."""
        query = self.query
        found = _decide(self, sure)
        return Finding(
            verdict=found.verdict,
            why=found.why,
            stands=found.stands,
            workload=query.cell.workload,
            workers=query.cell.workers,
            what=query.seen.what,
            unit=query.seen.unit,
            value=self.value,
            low=self.interval.low,
            high=self.interval.high,
            edge=query.threshold,
            q=sure.contrary_q if found.verdict is Verdict.REFUTED else sure.q,
            blocks=self.invocations,
        )


def observed(some: Sequence[Query]) -> list[Valued]:
    """Work out the figures of some queries."""
    found = estimates([query.seen for query in some])
    return [
        Valued(
            query=query,
            value=float(found.mean[column]),
            interval=Interval(float(found.low[column]), float(found.high[column])),
            invocations=int(found.count[column]),
            p=_p(query.alternative, query),
            contrary_p=_p(query.alternative.contrary, query),
        )
        for column, query in enumerate(some)
    ]


def _p(alternative: Alternative, query: Query) -> float:
    """How surprising the values would be if they did not stand there."""
    seen, threshold = query.seen, query.threshold
    side: Literal["greater", "less"] = "greater" if alternative in HIGH else "less"
    if np.count_nonzero(np.isfinite(seen.each)) >= FEWEST_FOR_AN_INTERVAL and seen.is_all_or_none:
        return p_of_all_or_none(seen, threshold, side)
    return p_beyond(seen.each, threshold, side)


def _decide(of: Valued, sure: Sureness) -> Decision:
    """Hold, refute, or say why neither can be."""
    if of.invocations < FEWEST_FOR_AN_INTERVAL:
        return undecided(Why.FEW_BLOCKS)
    for side in sides(of.query.alternative, sure):
        if _stands(side.alternative, of):
            is_chance = side.q > FALSE_DISCOVERIES
            return (
                undecided(Why.CHANCE) if is_chance else Decision(side.verdict, Why.FIGURE, side.alternative)
            )
    return undecided(Why.WIDE)


def _stands(alternative: Alternative, of: Valued) -> bool:
    if alternative in HIGH:
        return of.interval.low > of.query.threshold
    return of.interval.high < of.query.threshold
