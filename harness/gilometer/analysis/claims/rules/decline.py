"""Hypotheses of the rule ``Decline``: a speedup ends along a sweep, and the point where it does."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.rules.pairs import log_speedups, pair_exclusion, pair_over_serial, works_of
from gilometer.model import Alternative
from gilometer.stats.intervals import typical_ratios

if TYPE_CHECKING:
    from gilometer.analysis.claims.hypotheses import CellPair, Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Decline
    from gilometer.model import Interpreter


def hypotheses(rule: Decline, interpreter: Interpreter, run: RunData) -> Hypotheses:
    """Hypothesise on the speedup at both ends of the sweep; none if the plan lacks one of them."""
    pairs = _sweep(rule, interpreter, run)
    alternatives = {rule.start: Alternative.ABOVE, rule.end: Alternative.NOT_ABOVE}
    if not alternatives.keys() <= pairs.keys():
        return ()
    ends = [(pairs[value], alternative) for value, alternative in alternatives.items()]
    return tuple(
        pair_exclusion(pair, run)
        or RatioHypothesis(
            pair.denominator, alternative, rule.margin, log_speedups(pair, run), is_bounded=True
        )
        for pair, alternative in ends
        if pair
    )


def crossing(rule: Decline, interpreter: Interpreter, run: RunData) -> float:
    """Find the value of the parameter at which the speedup falls to the margin; NaN if it does not.

    The logarithm of the speedup is interpolated linearly between the points that were measured.
    """
    speedups = {
        value: typical_ratios(log_speedups(pair, run)[:, None]).mean[0]
        for value, pair in _sweep(rule, interpreter, run).items()
        if pair
    }
    above = {
        value: math.log(speedup / rule.margin)
        for value, speedup in speedups.items()
        if not math.isnan(speedup)
    }
    for (start, before), (end, after) in itertools.pairwise(above.items()):
        if before > 0 >= after:
            return float(np.interp(0.0, [after, before], [end, start]))
    return math.nan


def _sweep(rule: Decline, interpreter: Interpreter, run: RunData) -> dict[float, CellPair | None]:
    """Find the pairs of cells along the sweep, by the parameter's value in ascending order."""
    works = {
        float(work.parameters[rule.parameter]): work
        for work in works_of(rule, run)
        if rule.parameter in work.parameters
    }
    return {
        value: pair_over_serial(rule.strategy, interpreter, work, run)
        for value, work in sorted(works.items())
    }
