"""When a question on a ratio is decided: by the rule of the verdicts, with a stricter p.

A verdict needs the whole interval beyond the margin, and a false discovery rate of at most 5% over all
questions of the run. During the run the other p-values are not known yet, and each question is tested after
every block. So a decision needs a p of a tenth of 5%. benchmarks/proof_stopping.py measures how often it is
wrong all the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Alternative, Record
from gilometer.stats.equivalence import MOST_PER_WORKER, Bounds, Interval, band_of, bounds, edges, stands
from gilometer.stats.running import FEWEST_FOR_A_SPREAD, ProjectedMean, RunningMean, as_ratio

if TYPE_CHECKING:
    from gilometer.model import Aim

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


def decide(aim: Aim, grounds: Grounds) -> Alternative | None:
    """Return where a ratio is, as the aim says or the contrary; None while it is not sure."""
    if min(grounds.ratio.count, grounds.noise.count) < FEWEST_TO_DECIDE:
        return None
    at = bounds(aim.margin, band(grounds.noise))
    found = _side(aim, grounds, at)
    if not _asks_for_a_gain(aim) or not had_no_concurrency(grounds.concurrency, aim.margin):
        return found
    if found is Alternative.ABOVE:  # whatever made it faster, it did not run at once
        return None
    return Alternative.NOT_ABOVE if found or _has_capacity(grounds.capacity, at) else None


def had_no_concurrency(concurrency: RunningMean, margin: float) -> bool:
    """Tell whether two sides had so nearly the same cores that running at once gained less than the margin.

    A speedup is the ratio of cores times the ratio of the work of a CPU second. The second factor has most of
    the noise, and running at once does not raise it. So the first bounds the gain from above.
    """
    is_near = concurrency.count >= FEWEST_TO_DECIDE and concurrency.mean < math.log(margin)
    return is_near and _is_no_concurrency(concurrency, margin)


def _is_no_concurrency(concurrency: RunningMean | ProjectedMean, margin: float) -> bool:
    """Test it with half of the usual p, since there are two ways to find no gain (Bonferroni)."""
    edge = math.log(margin)
    return concurrency.interval.high < edge and concurrency.p_beyond(edge) <= SURE / 2


def _asks_for_a_gain(aim: Aim) -> bool:
    """Tell whether an aim asks if a strategy is faster than serial."""
    return aim.is_bounded and Alternative.NOT_ABOVE in {aim.alternative, aim.alternative.contrary}


def _side(aim: Aim, grounds: Grounds, at: Bounds) -> Alternative | None:
    """Return where the ratio of times is; None while it is not sure."""
    mean = grounds.ratio.mean
    rough = as_ratio(mean, Interval(mean, mean))  # spares the bootstrap where the mean is not clear
    for alternative in (aim.alternative, aim.alternative.contrary):
        if stands(alternative, rough, at) and _is_sure(alternative, grounds, at, aim):
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
    if _asks_for_a_gain(aim) and grounds.concurrency.count >= FEWEST_FOR_A_SPREAD:
        concurrency = ProjectedMean(grounds.concurrency, grounds.concurrency.count + more)
        if _is_no_concurrency(concurrency, aim.margin):
            return True
    at = bounds(aim.margin, band_of(noise.interval))
    return any(
        stands(alternative, as_ratio(grounds.ratio.mean, ratio.interval), at)
        and _is_beyond(ratio, alternative, aim.margin)
        for alternative in (aim.alternative, aim.alternative.contrary)
    )


def band(noise: RunningMean) -> float:
    """Return the A/A band: how far from 1 the interval of serial over its twin reaches."""
    if noise.count < FEWEST_TO_DECIDE:
        return math.exp(abs(noise.mean))
    return band_of(noise.interval)


def _is_beyond(mean: RunningMean | ProjectedMean, alternative: Alternative, margin: float) -> bool:
    """Tell whether the p of a mean's side of the margin is small enough."""
    return max(mean.p_beyond(edge) for edge in edges(alternative, margin)) <= SURE


def _is_sure(alternative: Alternative, grounds: Grounds, at: Bounds, aim: Aim) -> bool:
    ratio = grounds.ratio
    estimate = as_ratio(ratio.mean, ratio.interval)
    if not stands(alternative, estimate, at):
        return False
    if aim.is_bounded and estimate.low > MOST_PER_WORKER * aim.under.at_once:
        return False
    if not _is_beyond(ratio, alternative, aim.margin):
        return False
    is_limited = (
        aim.is_bounded
        and alternative is Alternative.NOT_ABOVE
        and not stands(Alternative.BELOW, estimate, at)
    )
    return not is_limited or _has_capacity(grounds.capacity, at)


def _has_capacity(capacity: RunningMean | None, at: Bounds) -> bool:
    """Tell whether capacity is known to be above the margin, so that a gain was possible."""
    if capacity is None or capacity.count < FEWEST_TO_DECIDE:
        return False
    return stands(Alternative.ABOVE, as_ratio(capacity.mean, capacity.interval), at)
