"""Tests of hypotheses on ratios: equivalence bounds, p-values, and the decision."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.decision import Decision, conclusions, not_established
from gilometer.analysis.claims.p_values import bounded_by_cores, p_values
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.model import Alternative, Estimate
from gilometer.stats.equivalence import MOST_PER_WORKER, Bounds, bounds, stands
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL, typical_ratios
from gilometer.stats.modes import modes
from gilometer.stats.significance import FALSE_DISCOVERIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.claims.decision import Conclusion, QValues
    from gilometer.analysis.claims.hypotheses import RatioHypothesis
    from gilometer.analysis.claims.run_data import CellSummary, RunData


@dataclass(frozen=True)
class RatioTest:
    """The figures that decide one hypothesis; NaN where there is no number."""

    hypothesis: RatioHypothesis
    ratio: Estimate
    blocks: int
    fewest_blocks: int
    """The number of blocks under which an open decision is put down to too few blocks."""
    band: float
    """The A/A band of the workload, a ratio of at least 1."""
    bounds: Bounds
    p: float
    """The p-value of the hypothesis; ``contrary_p`` is that of its contrary."""
    contrary_p: float
    concurrency: Estimate
    """The cores of the cell over those of serial; NaN where they are unknown, or not asked for."""
    summary: CellSummary
    """The summary of the hypothesis's cell."""

    @property
    def had_no_concurrency(self) -> bool:
        """Tell whether it had so nearly serial's cores that running at once gained less than the margin."""
        return self.concurrency.high < self.hypothesis.margin

    def result(self, q_values: QValues) -> WorkloadResult:
        """Decide the hypothesis, and put the decision down with its figures."""
        decision = _decide(self, q_values)
        cell = self.hypothesis.cell
        return WorkloadResult(
            verdict=decision.verdict,
            why=decision.why,
            stands=decision.stands,
            workload=cell.workload,
            workers=cell.workers,
            ratio=self.ratio.value,
            low=self.ratio.low,
            high=self.ratio.high,
            band=self.band,
            edge=self.bounds.far,
            q=q_values.contrary_q if decision.verdict is Verdict.REFUTED else q_values.q,
            blocks=self.blocks,
            capacity=self.summary.capacity,
            concurrency=self.concurrency,
            modes=modes(self.hypothesis.logs),
        )


def ratio_tests(hypotheses: Sequence[RatioHypothesis], run: RunData) -> list[RatioTest]:
    """Compute the figures of some hypotheses, all at once."""
    if not hypotheses:
        return []
    logs = np.column_stack([one.logs for one in hypotheses])
    found = typical_ratios(logs)
    cores_logs = np.column_stack([_concurrency_of(one) for one in hypotheses])
    concurrency = typical_ratios(cores_logs)
    margins = [one.margin for one in hypotheses]
    p = bounded_by_cores(p_values(logs, margins), cores_logs, margins)
    bands = [run.band(one.cell) for one in hypotheses]
    return [
        RatioTest(
            hypothesis=one,
            ratio=found.of(column),
            blocks=int(found.count[column]),
            fewest_blocks=run.plan.effort.fewest_blocks,
            band=bands[column],
            bounds=bounds(one.margin, bands[column]),
            p=p.of(one.alternative, column),
            contrary_p=p.of(one.alternative.contrary, column),
            concurrency=concurrency.of(column),
            summary=run.summaries[one.cell],
        )
        for column, one in enumerate(hypotheses)
    ]


def _concurrency_of(hypothesis: RatioHypothesis) -> NDArray[np.float64]:
    unknown = np.full_like(hypothesis.logs, np.nan)
    return unknown if hypothesis.concurrency is None else hypothesis.concurrency


def _decide(test: RatioTest, q_values: QValues) -> Decision:
    """Decide whether the hypothesis holds or is refuted; if neither, say why."""
    if missing := _missing(test):
        return not_established(missing)
    possible = conclusions(test.hypothesis.alternative, q_values)
    for conclusion in possible:
        if _is_established(conclusion.alternative, test):
            if objection := _objection(conclusion, test):
                return _open(objection, test)
            return Decision(conclusion.verdict, Reason.FIGURE, _sharpest(conclusion.alternative, test))
    without_noise = bounds(test.hypothesis.margin, 1.0)
    is_noise = any(stands(conclusion.alternative, test.ratio, without_noise) for conclusion in possible)
    return _open(Reason.NOISE if is_noise else Reason.WIDE, test)


def _is_established(alternative: Alternative, test: RatioTest) -> bool:
    """Tell whether the ratio lies where the alternative says; that there is no gain, the cores show too."""
    if stands(alternative, test.ratio, test.bounds):
        return True
    is_gain = stands(Alternative.ABOVE, test.ratio, test.bounds)
    return alternative is Alternative.NOT_ABOVE and test.had_no_concurrency and not is_gain


def _open(why: Reason, test: RatioTest) -> Decision:
    """Decide neither; the reason is too few blocks, if they are, and else the given one."""
    return not_established(Reason.EARLY if test.blocks < test.fewest_blocks else why)


def _missing(test: RatioTest) -> Reason | None:
    """Say why the figures decide nothing, whatever they are, if so."""
    hypothesis = test.hypothesis
    if test.blocks < FEWEST_FOR_AN_INTERVAL:
        return Reason.FEW_BLOCKS
    if math.isnan(test.band):
        return Reason.NO_TWIN
    if hypothesis.is_bounded and test.ratio.low > MOST_PER_WORKER * hypothesis.cell.at_once:
        return Reason.DOUBTFUL
    return None


def _objection(conclusion: Conclusion, test: RatioTest) -> Reason | None:
    """Say why a conclusion is not drawn although the ratio lies there, if so.

    That a strategy is no faster proves nothing where the machine had no capacity for more. That it is slower
    does. That it is faster is no gain of the strategy where its workers did not run at once.
    """
    if conclusion.q > FALSE_DISCOVERIES:
        return Reason.CHANCE
    if conclusion.alternative is Alternative.ABOVE and test.had_no_concurrency:
        return Reason.NO_CONCURRENCY
    is_no_gain = _sharpest(conclusion.alternative, test) is Alternative.NOT_ABOVE
    if test.hypothesis.is_bounded and is_no_gain and not _had_capacity(test):
        return Reason.NO_CAPACITY
    return None


def _had_capacity(test: RatioTest) -> bool:
    """Tell whether the machine was shown to give a speedup above the margin."""
    capacity = Estimate(test.summary.capacity, test.summary.capacity_low, math.inf)
    return stands(Alternative.ABOVE, capacity, test.bounds)


def _sharpest(alternative: Alternative, test: RatioTest) -> Alternative:
    """Replace "not above" by "below", if that is established too."""
    is_below = alternative is Alternative.NOT_ABOVE and stands(Alternative.BELOW, test.ratio, test.bounds)
    return Alternative.BELOW if is_below else alternative
