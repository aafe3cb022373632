"""Hypotheses of the rule ``Efficiency``: a strategy reaches the machine's capacity, or falls short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.rules.pairs import log_speedups, pairs_over, ratio_hypotheses
from gilometer.model import Strategy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gilometer.analysis.claims.hypotheses import CellPair, Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Efficiency
    from gilometer.model import Interpreter


def hypotheses(rule: Efficiency, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the speedup over serial over the capacity, for each workload."""

    def log_efficiencies(pair: CellPair) -> NDArray[np.float64]:
        return log_speedups(pair, run) - run.log_capacities(pair.denominator)

    pairs = pairs_over(Strategy.SERIAL, rule, interpreter, run)
    return ratio_hypotheses(rule, pairs, log_efficiencies, run)
