"""When a question on a ratio is decided: by the rule of the verdicts, with a stricter p.

A verdict needs the whole interval beyond the margin, and a false discovery rate of at most 5% over all
questions of the run. During the run the other p-values are not known yet, and each question is tested after
every block. So a decision needs a p of a tenth of 5%. benchmarks/proof_stopping.py measures how often it is
wrong all the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gilometer.model import Alternative, Record
from gilometer.stats.equivalence import MOST_PER_WORKER, Bounds, Interval, band_of, bounds, edges, stands
from gilometer.stats.running import FEWEST_FOR_A_SPREAD, ProjectedMean, RunningMean, as_ratio

if TYPE_CHECKING:
    from gilometer.model import Aim, Estimate

SURE = 0.005
"""The largest p at which a ratio's side of the margin is decided."""
FEWEST_TO_DECIDE = 3
"""The fewest blocks with an interval."""
A_FEW = 6
"""After so many blocks, an undecided ratio waits for those of its rank that had fewer."""
MANY = 2 * A_FEW
"""After so many blocks, it waits for all ranks, unless it is a headline ratio."""
MOST = 36
"""After so many blocks, a headline ratio waits for all ranks, too."""


class Grounds(Record, frozen=True):
    """The measurements that a decision rests on, as logarithms."""

    ratio: RunningMean
    noise: RunningMean
    capacity: RunningMean | None
    concurrency: RunningMean
    """The cores of the one cell over those of the other, of blocks with enough cores for both."""


@dataclass(frozen=True)
class _Test:
    """The test of a ratio against a margin, with the cores of its cells where these bound a gain.

    A speedup is the ratio of cores times the ratio of the work of a CPU second. Most of the noise is in the
    second factor, which running at once does not raise. So the first bounds from above what it can gain.
    """

    ratio: RunningMean | ProjectedMean
    cores: RunningMean | ProjectedMean | None
    """None where they are unknown, or nothing is asked of a gain over serial."""
    margin: float
    at: Bounds

    @cached_property
    def estimate(self) -> Estimate:
        """The ratio with its interval."""
        return as_ratio(self.ratio.mean, self.ratio.interval)

    @cached_property
    def had_no_concurrency(self) -> bool:
        """True if the cores were so nearly the same that running at once gained less than the margin."""
        return self.cores is not None and self.cores.interval.high < math.log(self.margin)

    def might_show(self, alternative: Alternative) -> bool:
        """Tell whether the means alone are where the alternative says, which spares the bootstrap."""
        mean = self.ratio.mean
        has_few_cores = self.cores is not None and self.cores.mean < math.log(self.margin)
        return stands(alternative, as_ratio(mean, Interval(mean, mean)), self.at) or (
            alternative is Alternative.NOT_ABOVE and has_few_cores
        )

    def shows(self, alternative: Alternative) -> bool:
        """Tell whether the ratio is where the alternative says; without concurrency it is no gain."""
        if self.had_no_concurrency and alternative in {Alternative.ABOVE, Alternative.NOT_ABOVE}:
            is_faster = stands(Alternative.ABOVE, self.estimate, self.at)
            return alternative is Alternative.NOT_ABOVE and not is_faster
        return stands(alternative, self.estimate, self.at)

    def p(self, alternative: Alternative) -> float:
        """Return the p of an alternative; twice the lesser one where two tests can show it (Bonferroni)."""
        if alternative is not Alternative.NOT_ABOVE or self.cores is None:
            return max(self.ratio.p_beyond(edge) for edge in edges(alternative, self.margin))
        edge = math.log(self.margin)
        return 2 * min((one.p_beyond(edge) for one in (self.ratio, self.cores) if one.mean < edge), default=1)


def decide(aim: Aim, grounds: Grounds) -> Alternative | None:
    """Return where a ratio is, as the aim says or the contrary; None while it is not sure."""
    if min(grounds.ratio.count, grounds.noise.count) < FEWEST_TO_DECIDE:
        return None
    at = bounds(aim.margin, band(grounds.noise))
    test = _Test(grounds.ratio, _cores(aim, grounds, FEWEST_TO_DECIDE), aim.margin, at)
    for alternative in (aim.alternative, aim.alternative.contrary):
        if test.might_show(alternative) and _is_sure(alternative, test, aim, grounds.capacity):
            return alternative
    return None


def blocks_missing(aim: Aim, grounds: Grounds) -> int:
    """Estimate after how many more blocks it is decided, if means and spreads stay as they are."""
    count = grounds.ratio.count
    if min(count, grounds.noise.count) < FEWEST_TO_DECIDE:
        return FEWEST_TO_DECIDE + 1 - min(count, grounds.noise.count)
    most = MANY if count < MANY else MOST
    missing = range(1, most - count)
    return next((more for more in missing if _would_decide(aim, grounds, more)), max(1, most - count))


def _would_decide(aim: Aim, grounds: Grounds, more: int) -> bool:
    """Tell whether so many blocks more would decide it, by Student's interval alone."""
    ratio, noise = (ProjectedMean(one, one.count + more) for one in (grounds.ratio, grounds.noise))
    cores = _cores(aim, grounds, FEWEST_FOR_A_SPREAD)
    projected = ProjectedMean(cores, cores.count + more) if cores else None
    test = _Test(ratio, projected, aim.margin, bounds(aim.margin, band_of(noise.interval)))
    alternatives = (aim.alternative, aim.alternative.contrary)
    return any(test.shows(alternative) and test.p(alternative) <= SURE for alternative in alternatives)


def _cores(aim: Aim, grounds: Grounds, fewest: int) -> RunningMean | None:
    """Return the ratio of cores where it bounds the ratio of times, and has enough blocks."""
    return grounds.concurrency if aim.is_bounded and grounds.concurrency.count >= fewest else None


def band(noise: RunningMean) -> float:
    """Return the A/A band: how far from 1 the interval of serial over its twin reaches."""
    if noise.count < FEWEST_TO_DECIDE:
        return math.exp(abs(noise.mean))
    return band_of(noise.interval)


def _is_sure(alternative: Alternative, test: _Test, aim: Aim, capacity: RunningMean | None) -> bool:
    if not test.shows(alternative):
        return False
    if aim.is_bounded and test.estimate.low > MOST_PER_WORKER * aim.under.at_once:
        return False
    if test.p(alternative) > SURE:
        return False
    is_limited = (
        aim.is_bounded
        and alternative is Alternative.NOT_ABOVE
        and not stands(Alternative.BELOW, test.estimate, test.at)
    )
    return not is_limited or _has_capacity(capacity, test.at)


def _has_capacity(capacity: RunningMean | None, at: Bounds) -> bool:
    """Tell whether capacity is known to be above the margin, so that a gain was possible."""
    if capacity is None or capacity.count < FEWEST_TO_DECIDE:
        return False
    return stands(Alternative.ABOVE, as_ratio(capacity.mean, capacity.interval), at)
