"""From rules to hypotheses: a module for each type of rule, with its function ``hypotheses``.

A new type of rule is a record in ``claims/claim.py``, a module here, and a case in ``hypotheses_of``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from gilometer.analysis.claims.rules import (
    decline,
    efficiency,
    fact,
    free_threading,
    observation,
    overhead,
    speedup,
    start,
)
from gilometer.claims.claim import (
    Decline,
    Efficiency,
    Fact,
    FreeThreading,
    Observation,
    Overhead,
    Speedup,
    Start,
)

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Rule
    from gilometer.model import Interpreter


def hypotheses_of(rule: Rule, interpreter: Interpreter, run: RunData) -> Hypotheses:  # noqa: PLR0911  a type each
    """List the hypotheses of a rule on an interpreter, one a workload; none if the run has no such cells."""
    match rule:
        case Speedup():
            return speedup.hypotheses(rule, interpreter, run)
        case Efficiency():
            return efficiency.hypotheses(rule, interpreter, run)
        case Start():
            return start.hypotheses(rule, interpreter, run)
        case Overhead():
            return overhead.hypotheses(rule, interpreter, run)
        case FreeThreading():
            return free_threading.hypotheses(rule, interpreter, run)
        case Decline():
            return decline.hypotheses(rule, interpreter, run)
        case Observation():
            return observation.hypotheses(rule, interpreter, run)
        case Fact():
            return fact.hypotheses(rule, interpreter)
    assert_never(rule)
