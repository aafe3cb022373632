"""Hypotheses of the rule ``Overhead``: one thread is slower without the GIL, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.exclusions import time_exclusion
from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.rules.pairs import works_of
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.model import Cell, Strategy
from gilometer.plan.pairs import pairs

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses, Hypothesis
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Overhead
    from gilometer.model import Interpreter


def hypotheses(rule: Overhead, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the serial time without the GIL over that of the same binary with it.

    If the binary did not take part with its GIL, the rule does not apply.
    """
    pair = next((pair for pair in pairs(run.plan.interpreters) if pair.off == interpreter), None)
    if pair is None:
        return (WorkloadResult(Verdict.NOT_APPLICABLE, Reason.ONE_HALF),)
    cells = (run.cells(interpreter, work, Strategy.SERIAL).get(1) for work in works_of(rule, run))
    return tuple(_hypothesis(rule, cell, pair.on, run) for cell in cells if cell)


def _hypothesis(rule: Overhead, off: Cell, on: Interpreter, run: RunData) -> Hypothesis | WorkloadResult:
    """Compare a cell without the GIL with the reference that was measured beside its group.

    So the group of the interpreter with its GIL need not have been reached.
    """
    same = Cell(on.name, on.variant, off.workload, off.strategy, off.workers)
    own, other = time_exclusion(off, run), time_exclusion(same, run)
    if own:
        return own
    if other and other.why is not Reason.NOT_REACHED:
        return other
    logs = run.log_times(off) - run.log_reference_times(on, off)
    return RatioHypothesis(off, rule.expected, rule.margin, logs)
