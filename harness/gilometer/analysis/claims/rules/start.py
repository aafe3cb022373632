"""Hypotheses of the rule ``Start``: one strategy starts its workers faster than another, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.rules.pairs import pair_exclusion, pairs_over, with_unmeasured

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Start
    from gilometer.model import Interpreter


def hypotheses(rule: Start, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the start time of one strategy's workers over that of another's, for each workload."""
    found = tuple(
        pair_exclusion(pair, run)
        or RatioHypothesis(
            cell=pair.denominator,
            alternative=rule.expected,
            margin=rule.margin,
            logs=run.log_start_times(pair.numerator) - run.log_start_times(pair.denominator),
        )
        for pair in pairs_over(rule.over, rule, interpreter, run)
    )
    return with_unmeasured(found, rule, run)
