"""Hypotheses of the rule ``Speedup``: one strategy is faster than another, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.rules.pairs import log_speedups, pair_exclusion, pairs_over, with_unmeasured
from gilometer.model import Strategy

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Speedup
    from gilometer.model import Interpreter


def hypotheses(rule: Speedup, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the time of one strategy over that of another, for each workload."""
    found = tuple(
        pair_exclusion(pair, run)
        or RatioHypothesis(
            cell=pair.denominator,
            alternative=rule.expected,
            margin=rule.margin,
            logs=log_speedups(pair, run),
            is_bounded=rule.over is Strategy.SERIAL,
        )
        for pair in pairs_over(rule.over, rule, interpreter, run)
    )
    return with_unmeasured(found, rule, run)
