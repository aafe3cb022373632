"""Hypotheses of the rule ``Observation``: a quantity that workloads report is above a threshold, or below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.analysis.claims.exclusions import outcome_exclusion
from gilometer.analysis.claims.hypotheses import ObservationHypothesis
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.model import Estimate

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses, Hypothesis
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Observation
    from gilometer.model import Cell, Interpreter, Work


def hypotheses(rule: Observation, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the observed quantity of each workload, with the most workers."""
    works = (work for work in run.plan.works if work.script in rule.workloads)
    cells = (cell for work in works if (cell := _widest(rule, interpreter, work, run)))
    return tuple(outcome_exclusion(cell, run) or _hypothesis(rule, cell, run) for cell in cells)


def _widest(rule: Observation, interpreter: Interpreter, work: Work, run: RunData) -> Cell | None:
    cells = run.cells(interpreter, work, rule.strategy)
    return cells[max(cells)] if cells else None


def _hypothesis(rule: Observation, cell: Cell, run: RunData) -> Hypothesis | WorkloadResult:
    """Hypothesise on what a cell observed; the interpreter lacks what it could not report."""
    found = run.observations.get(cell, {})
    for what in filter(None, (rule.what, rule.minus)):
        if what not in found:
            return WorkloadResult(
                Verdict.NOT_APPLICABLE,
                Reason.LACKING,
                detail=f'it tells nothing of "{what}" there',
                workload=cell.workload,
                workers=cell.workers,
            )
    observed = found[rule.what].minus(found[rule.minus]) if rule.minus else found[rule.what]
    capacity = _capacity(cell, run) if rule.beside else None
    return ObservationHypothesis(cell, rule.expected, rule.threshold, observed, capacity)


def _capacity(cell: Cell, run: RunData) -> Estimate:
    """Find the surest capacity of the interpreter: a workload that is not timed has none of its own."""
    found = [
        Estimate(summary.capacity, summary.capacity_low, math.inf)
        for other, summary in run.summaries.items()
        if other.interpreter_label == cell.interpreter_label and not math.isnan(summary.capacity_low)
    ]
    return max(found, key=lambda one: one.low, default=Estimate())
