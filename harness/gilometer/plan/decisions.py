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
from gilometer.stats.running import ProjectedMean, RunningMean, as_ratio

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
    """The measurements that a decision rests on: logarithms of a ratio, of the noise and of capacity."""

    ratio: RunningMean
    noise: RunningMean
    capacity: RunningMean | None


def decide(aim: Aim, grounds: Grounds) -> Alternative | None:
    """Return where a ratio is, as the aim says or the contrary; None while it is not sure."""
    if min(grounds.ratio.count, grounds.noise.count) < FEWEST_TO_DECIDE:
        return None
    at = bounds(aim.margin, band(grounds.noise))
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
