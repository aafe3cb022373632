"""Tests of hypotheses on observed quantities: their means against a threshold, and the decision."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gilometer.analysis.claims.decision import Decision, conclusions, not_established
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.analysis.observations import estimates, p_of_all_or_none
from gilometer.model import Alternative, Estimate
from gilometer.stats.averages import p_beyond
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL
from gilometer.stats.significance import FALSE_DISCOVERIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis.claims.decision import QValues
    from gilometer.analysis.claims.hypotheses import ObservationHypothesis

HIGH = frozenset({Alternative.ABOVE, Alternative.NOT_BELOW})
"""Alternatives on the upper side of the threshold; the others are on its lower side."""


@dataclass(frozen=True)
class ObservationTest:
    """The figures that decide one hypothesis; NaN where there is no number."""

    hypothesis: ObservationHypothesis
    mean: Estimate
    """The mean over invocations, in the unit of the observed quantity."""
    invocations: int
    p: float
    """The p-value of the hypothesis; ``contrary_p`` is that of its contrary."""
    contrary_p: float

    @property
    def seen_in(self) -> int:
        """The number of invocations with a value above 0."""
        return int(np.count_nonzero(self.hypothesis.observed.means > 0))

    def result(self, q_values: QValues) -> WorkloadResult:
        """Decide the hypothesis, and put the decision down with its figures."""
        hypothesis = self.hypothesis
        decision = _decide(self, q_values)
        return WorkloadResult(
            verdict=decision.verdict,
            why=decision.why,
            stands=decision.stands,
            workload=hypothesis.cell.workload,
            workers=hypothesis.cell.workers,
            what=hypothesis.observed.what,
            unit=hypothesis.observed.unit,
            value=self.mean.value,
            low=self.mean.low,
            high=self.mean.high,
            edge=hypothesis.threshold,
            q=q_values.contrary_q if decision.verdict is Verdict.REFUTED else q_values.q,
            blocks=self.invocations,
            capacity=math.nan if hypothesis.capacity is None else hypothesis.capacity.value,
            detail=f"seen in {self.seen_in} of {self.invocations} processes"
            if _asks_for_any(hypothesis)
            else "",
        )


def observation_tests(hypotheses: Sequence[ObservationHypothesis]) -> list[ObservationTest]:
    """Compute the figures of some hypotheses, all at once."""
    found = estimates([one.observed for one in hypotheses])
    return [
        ObservationTest(
            hypothesis=one,
            mean=found.of(column),
            invocations=int(found.count[column]),
            p=_p_value(one.alternative, one),
            contrary_p=_p_value(one.alternative.contrary, one),
        )
        for column, one in enumerate(hypotheses)
    ]


def _p_value(alternative: Alternative, hypothesis: ObservationHypothesis) -> float:
    """Test the mean against the threshold, on the side of an alternative.

    Of what can't be below 0, one that is seen shows that the mean is above 0, and none shows nothing.
    The test is binomial where a share was 0 or 1 in all invocations, which have no spread then.
    """
    observed, threshold = hypothesis.observed, hypothesis.threshold
    side: Literal["greater", "less"] = "greater" if alternative in HIGH else "less"
    if _asks_for_any(hypothesis):
        return 0.0 if side == "greater" and bool((observed.means > 0).any()) else 1.0
    if np.count_nonzero(np.isfinite(observed.means)) >= FEWEST_FOR_AN_INTERVAL and observed.is_all_or_none:
        return p_of_all_or_none(observed, threshold, side)
    return p_beyond(observed.means, threshold, side)


def _decide(test: ObservationTest, q_values: QValues) -> Decision:
    """Decide whether the hypothesis holds or is refuted; if neither, say why."""
    if test.invocations < FEWEST_FOR_AN_INTERVAL:
        return not_established(Reason.FEW_BLOCKS)
    for conclusion in conclusions(test.hypothesis.alternative, q_values):
        if _stands(conclusion.alternative, test):
            if conclusion.q > FALSE_DISCOVERIES:
                return not_established(Reason.CHANCE)
            if conclusion.alternative not in HIGH and not _had_capacity(test.hypothesis):
                return not_established(Reason.NO_CAPACITY)
            return Decision(conclusion.verdict, Reason.FIGURE, conclusion.alternative)
    return not_established(Reason.NONE_SEEN if test.hypothesis.observed.is_none_of_updates else Reason.WIDE)


def _had_capacity(hypothesis: ObservationHypothesis) -> bool:
    """Tell whether the machine was shown to have more to give than the threshold, where that matters."""
    return hypothesis.capacity is None or hypothesis.capacity.low > 1 + hypothesis.threshold


def _asks_for_any(hypothesis: ObservationHypothesis) -> bool:
    """Tell whether the question is if something happens at all: whether what can't be below 0 is above it."""
    return hypothesis.threshold == 0 == hypothesis.observed.within.least


def _stands(alternative: Alternative, test: ObservationTest) -> bool:
    """Tell whether the whole interval lies on the side of an alternative."""
    if _asks_for_any(test.hypothesis):
        return alternative in HIGH and test.seen_in > 0
    if alternative in HIGH:
        return test.mean.low > test.hypothesis.threshold
    return test.mean.high < test.hypothesis.threshold
