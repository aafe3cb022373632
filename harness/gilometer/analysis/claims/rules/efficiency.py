"""Hypotheses of the rule ``Efficiency``: a strategy reaches the machine's capacity, or falls short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.rules.pairs import log_speedups, pair_exclusion, pairs_over, with_unmeasured
from gilometer.model import Strategy

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Efficiency
    from gilometer.model import Interpreter


def hypotheses(rule: Efficiency, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the speedup over serial over the capacity, for each workload."""
    found = tuple(
        pair_exclusion(pair, run)
        or RatioHypothesis(
            cell=pair.denominator,
            alternative=rule.expected,
            margin=rule.margin,
            logs=log_speedups(pair, run) - run.log_capacities(pair.denominator),
        )
        for pair in pairs_over(Strategy.SERIAL, rule, interpreter, run)
    )
    return with_unmeasured(found, rule, run)
