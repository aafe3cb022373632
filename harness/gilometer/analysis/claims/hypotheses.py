"""From a rule to questions: what it asks of one interpreter in this run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from gilometer.analysis.claims.observed import queries
from gilometer.analysis.claims.obstacles import without_time
from gilometer.analysis.claims.verdict import Finding, Verdict, Why
from gilometer.claims.claim import (
    Combine,
    Decline,
    Efficiency,
    Fact,
    Observation,
    Overhead,
    Ratio,
    Rule,
    Speedup,
    Start,
)
from gilometer.model import Alternative, Cell, Outcome, Strategy
from gilometer.plan.pairs import pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gilometer.analysis.claims.case import Case
    from gilometer.analysis.claims.observed import Query
    from gilometer.model import Interpreter, Work


@dataclass(frozen=True)
class Sides:
    """The two cells of a ratio."""

    over: Cell
    """What the ratio is above 1 for when the other is faster."""
    under: Cell


@dataclass(frozen=True)
class Question:
    """Where a ratio stands."""

    cell: Cell
    """Whose workload and workers it is about."""
    alternative: Alternative
    """Where it should."""
    margin: float
    logs: NDArray[np.float64]
    """Of the ratio, one a block; NaN where a side was not measured."""
    is_bounded: bool = False
    """Whether the ratio is one that capacity is the bound of: a speedup over serial."""


Asked = tuple["Question | Query | Finding", ...]
"""What figures are to answer, and what is known without."""


def ask(rule: Rule, one: Interpreter, case: Case) -> Asked:
    """List what a rule asks of an interpreter, a question a workload; none: nothing of it was measured."""
    match rule:
        case Speedup() | Efficiency() | Start():
            return _compared(rule, one, case)
        case Overhead():
            return _overheads(rule, one, case)
        case Decline():
            return _decline(rule, one, case)
        case Fact():
            is_so = getattr(one.facts, rule.fact) == rule.value
            return (Finding(Verdict.HOLDS if is_so else Verdict.REFUTED, Why.FIGURE),)
        case Observation():
            return queries(rule, one, case)
    assert_never(rule)


def evidence(rule: Ratio | Decline, case: Case) -> list[Work]:
    """List the workloads of the run that are evidence for a rule."""
    return [work for work in case.plan.works if work.kind in rule.kinds or work.script in rule.workloads]


def sweep(rule: Decline, case: Case) -> dict[float, Work]:
    """Find the points of a decline's sweep that the run has, in ascending order."""
    points = {
        float(work.parameters[rule.parameter]): work
        for work in evidence(rule, case)
        if rule.parameter in work.parameters
    }
    return dict(sorted(points.items()))


def widest(one: Interpreter, work: Work, strategy: Strategy, case: Case) -> Sides | None:
    """Take serial, and a strategy with its most workers; None if the plan has none."""
    serial, cells = case.cells(one, work, Strategy.SERIAL), case.cells(one, work, strategy)
    return Sides(serial[1], cells[max(cells)]) if serial and cells else None


def _compared(rule: Speedup | Efficiency | Start, one: Interpreter, case: Case) -> Asked:
    over = Strategy.SERIAL if isinstance(rule, Efficiency) else rule.over
    is_bounded = isinstance(rule, Speedup) and over is Strategy.SERIAL
    sides = (_beside(one, work, Strategies(over, rule.strategy), case) for work in evidence(rule, case))
    found = tuple(
        _obstacle(side, case)
        or Question(side.under, rule.expected, rule.margin, _logs(rule, side, case), is_bounded)
        for side in sides
        if side
    )
    return found + _absent(rule, case) if any(isinstance(item, Question) for item in found) else found


def _absent(rule: Ratio, case: Case) -> Asked:
    """Tell of the named workloads without which it is not refuted that one of them bears a rule out."""
    names = rule.workloads if rule.combine is Combine.ANY else ()
    scripts = {work.script for work in case.plan.works}
    return tuple(
        Finding(Verdict.NOT_ESTABLISHED, Why.UNMEASURED, workload=name)
        for name in names
        if name not in scripts
    )


@dataclass(frozen=True)
class Strategies:
    """Two that are compared, as their cells are."""

    over: Strategy
    under: Strategy


def _beside(one: Interpreter, work: Work, two: Strategies, case: Case) -> Sides | None:
    """Take two strategies with the most workers that both have; None if the plan has none."""
    if two.over is Strategy.SERIAL:
        return widest(one, work, two.under, case)
    over, under = case.cells(one, work, two.over), case.cells(one, work, two.under)
    both = over.keys() & under.keys()
    return Sides(over[max(both)], under[max(both)]) if both else None


def _logs(rule: Speedup | Efficiency | Start, side: Sides, case: Case) -> NDArray[np.float64]:
    if isinstance(rule, Start):
        return case.starts(side.over) - case.starts(side.under)
    if isinstance(rule, Efficiency):
        return _faster(side, case) - case.limits(side.under)
    return _faster(side, case)


def _overheads(rule: Overhead, one: Interpreter, case: Case) -> Asked:
    """Compare with the other half of the same binary, if that took part."""
    pair = next((pair for pair in pairs(case.plan.interpreters) if pair.off == one), None)
    if pair is None:
        return (Finding(Verdict.NOT_APPLICABLE, Why.ONE_HALF),)
    cells = (case.cells(one, work, Strategy.SERIAL).get(1) for work in evidence(rule, case))
    return tuple(_overhead(rule, off, pair.on, case) for off in cells if off)


def _overhead(rule: Overhead, off: Cell, on: Interpreter, case: Case) -> Question | Finding:
    """Ask of the time without a GIL, over that with it which was taken beside it.

    So it does not matter whether the budget lasted for the group of the interpreter with its GIL.
    """
    same = Cell(on.name, on.variant, off.workload, off.strategy, off.workers)
    own, other = without_time(off, case), without_time(same, case)
    if own:
        return own
    if other and other.why is not Why.NOT_REACHED:
        return other
    return Question(off, rule.expected, rule.margin, case.times(off) - case.beside(on, off))


def _decline(rule: Decline, one: Interpreter, case: Case) -> Asked:
    """Ask at both ends of the sweep; nothing, if one was not measured."""
    points = sweep(rule, case)
    alternatives = {rule.start: Alternative.ABOVE, rule.end: Alternative.NOT_ABOVE}
    if not alternatives.keys() <= points.keys():
        return ()
    ends = [
        (widest(one, points[at], rule.strategy, case), alternative)
        for at, alternative in alternatives.items()
    ]
    return tuple(
        _obstacle(side, case)
        or Question(side.under, alternative, rule.margin, _faster(side, case), is_bounded=True)
        for side, alternative in ends
        if side
    )


def _faster(side: Sides, case: Case) -> NDArray[np.float64]:
    return case.times(side.over) - case.times(side.under)


def _obstacle(side: Sides, case: Case) -> Finding | None:
    """Why two cells give no ratio, if they don't; lacking is told first."""
    cells = sorted((side.under, side.over), key=lambda cell: case.rows[cell].outcome != Outcome.UNSUPPORTED)
    return next((found for cell in cells if (found := without_time(cell, case))), None)
