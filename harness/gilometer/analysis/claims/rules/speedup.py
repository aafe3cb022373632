"""Hypotheses of the rule ``Speedup``: one strategy is faster than another, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.rules.pairs import log_speedups, pairs_over, ratio_hypotheses
from gilometer.model import Strategy

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Speedup
    from gilometer.model import Interpreter


def hypotheses(rule: Speedup, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the time of one strategy over that of another, for each workload."""
    pairs = pairs_over(rule.over, rule, interpreter, run)
    is_bounded = rule.over is Strategy.SERIAL
    return ratio_hypotheses(rule, pairs, lambda pair: log_speedups(pair, run), run, is_bounded=is_bounded)
