"""Hypotheses of the rule ``Overhead``: one thread is slower without the GIL, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.rules.serial_times import hypotheses_on_serial_times
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.plan.pairs import pairs

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
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
    return hypotheses_on_serial_times(rule, interpreter, pair.on, run)
