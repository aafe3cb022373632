"""Findings of the rule ``Fact``: an interpreter says something of itself. Nothing is measured for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.claims.claim import Fact
    from gilometer.model import Interpreter


def hypotheses(rule: Fact, interpreter: Interpreter) -> Hypotheses:
    """Compare the fact with the value that the rule expects."""
    is_so = getattr(interpreter.facts, rule.fact) == rule.value
    return (WorkloadResult(Verdict.HOLDS if is_so else Verdict.REFUTED, Reason.FIGURE),)
