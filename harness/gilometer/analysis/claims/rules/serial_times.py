"""Hypotheses on the serial time of one interpreter over that of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.exclusions import time_exclusion
from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.rules.pairs import works_of
from gilometer.analysis.claims.verdicts import Reason, WorkloadResult
from gilometer.model import Cell, Strategy

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses, Hypothesis
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import FreeThreading, Overhead
    from gilometer.model import Interpreter


def hypotheses_on_serial_times(
    rule: Overhead | FreeThreading, interpreter: Interpreter, other: Interpreter, run: RunData
) -> Hypotheses:
    """Hypothesise on the serial time over that of another interpreter, for each workload of a rule."""
    cells = (run.cells(interpreter, work, Strategy.SERIAL).get(1) for work in works_of(rule, run))
    return tuple(_hypothesis(rule, cell, other, run) for cell in cells if cell)


def _hypothesis(
    rule: Overhead | FreeThreading, cell: Cell, other: Interpreter, run: RunData
) -> Hypothesis | WorkloadResult:
    """Compare a cell with the reference that was measured beside its group.

    So the group of the other interpreter need not have been reached.
    """
    same = Cell(other.name, other.variant, cell.workload, cell.strategy, cell.workers)
    own, others = time_exclusion(cell, run), time_exclusion(same, run)
    if own:
        return own
    if others and others.why is not Reason.NOT_REACHED:
        return others
    logs = run.log_times(cell) - run.log_reference_times(other, cell)
    return RatioHypothesis(cell, rule.expected, rule.margin, logs)
