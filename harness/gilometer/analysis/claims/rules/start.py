"""Hypotheses of the rule ``Start``: one strategy starts its workers faster than another, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.rules.pairs import pairs_over, ratio_hypotheses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gilometer.analysis.claims.hypotheses import CellPair, Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Start
    from gilometer.model import Interpreter


def hypotheses(rule: Start, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the start time of one strategy's workers over that of another's, for each workload."""

    def log_ratios(pair: CellPair) -> NDArray[np.float64]:
        return run.log_start_times(pair.numerator) - run.log_start_times(pair.denominator)

    return ratio_hypotheses(rule, pairs_over(rule.over, rule, interpreter, run), log_ratios, run)
