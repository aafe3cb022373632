"""Hypotheses of the rule ``FreeThreading``: one thread is slower in a free-threaded build, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.rules.serial_times import hypotheses_on_serial_times
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.plan.pairs import ordinary_build_of

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import FreeThreading
    from gilometer.model import Interpreter


def hypotheses(rule: FreeThreading, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the serial time of a free-threaded build over that of the ordinary build.

    If the ordinary build of the version did not take part, the rule does not apply.
    """
    ordinary = ordinary_build_of(interpreter, run.plan.interpreters)
    if ordinary is None:
        return (WorkloadResult(Verdict.NOT_APPLICABLE, Reason.NO_ORDINARY_BUILD),)
    return hypotheses_on_serial_times(rule, interpreter, ordinary, run)
