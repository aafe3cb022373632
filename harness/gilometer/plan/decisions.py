"""When it is decided where a ratio stands: by the rule of the verdicts, and surer, for it is looked at often.

A verdict asks for the whole interval beyond the margin, and for a false discovery rate of 5% over all that
the run asks. Which others there will be is not known yet, so a decision asks for a p that is a tenth of that;
benchmarks/proof_stopping.py measures what is left of looking after every block.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Alternative, Estimate, Record
from gilometer.plan.precision import Outlook
from gilometer.stats.equivalence import MOST_PER_WORKER, Bounds, Interval, bounds, stands

if TYPE_CHECKING:
    from gilometer.model import Aim
    from gilometer.plan.precision import Running

SURE = 0.005
"""P at which a ratio's side of the margin is taken for decided."""
FEWEST_TO_DECIDE = 3
"""Blocks under which a report has no interval."""
A_FEW = 6
"""Blocks after which a ratio that is still undecided lets those of its rank go first that had fewer."""
MANY = 2 * A_FEW
"""Blocks after which it lets other ranks go first, too, unless it is of the headline."""
MOST = 36
"""Blocks after which one of the headline does."""


class Grounds(Record, frozen=True):
    """What the blocks so far say of a ratio, of the noise beside it, and of what the machine can give."""

    ratio: Running
    noise: Running
    capacity: Running | None


def decide(aim: Aim, grounds: Grounds) -> Alternative | None:
    """Tell where a ratio stands, the expected place or its contrary; None while it is not sure."""
    if min(grounds.ratio.count, grounds.noise.count) < FEWEST_TO_DECIDE:
        return None
    at = bounds(aim.margin, band(grounds.noise))
    mean = grounds.ratio.mean
    rough = _estimate(mean, Interval(mean, mean))
    for alternative in (aim.alternative, aim.alternative.contrary):
        if stands(alternative, rough, at) and _is_sure(alternative, grounds, at, aim):
            return alternative
    return None


def blocks_missing(aim: Aim, grounds: Grounds) -> int:
    """Guess in how many more blocks it is decided, if means and spreads stay as they are."""
    count = grounds.ratio.count
    if min(count, grounds.noise.count) < FEWEST_TO_DECIDE:
        return FEWEST_TO_DECIDE + 1 - min(count, grounds.noise.count)
    most = MANY if count < MANY else MOST
    missing = range(1, most - count)
    return next((more for more in missing if _would_decide(aim, grounds, more)), max(1, most - count))


def _would_decide(aim: Aim, grounds: Grounds, more: int) -> bool:
    """Tell whether so many blocks more would decide where a ratio stands, by Student's interval alone."""
    ratio, noise = (Outlook(one, one.count + more) for one in (grounds.ratio, grounds.noise))
    at = bounds(aim.margin, _reach(noise.interval))
    return any(
        stands(alternative, _estimate(grounds.ratio.mean, ratio.interval), at)
        and _is_beyond(ratio, alternative, aim.margin)
        for alternative in (aim.alternative, aim.alternative.contrary)
    )


def band(noise: Running) -> float:
    """Give the A/A band as a report has it: how far from 1 the interval of serial over its twin reaches."""
    if noise.count < FEWEST_TO_DECIDE:
        return math.exp(abs(noise.mean))
    return _reach(noise.reported)


def _reach(logs: Interval) -> float:
    """Give how far from 1 an interval of logarithms reaches, to either side."""
    return math.exp(max(abs(logs.low), abs(logs.high)))


def _is_beyond(mean: Running | Outlook, alternative: Alternative, margin: float) -> bool:
    """Tell whether chance hardly put a mean on its side of the margin."""
    return max(mean.chance_beyond(edge) for edge in _margins(alternative, math.log(margin))) <= SURE


def _is_sure(alternative: Alternative, grounds: Grounds, at: Bounds, aim: Aim) -> bool:
    ratio = grounds.ratio
    estimate = _estimate(ratio.mean, ratio.reported)
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
    return not is_limited or _had_more(grounds.capacity, at)


def _had_more(capacity: Running | None, at: Bounds) -> bool:
    """Whether the machine was shown to be able to give more than what is called no gain."""
    if capacity is None or capacity.count < FEWEST_TO_DECIDE:
        return False
    return stands(Alternative.ABOVE, _estimate(capacity.mean, capacity.reported), at)


def _margins(alternative: Alternative, margin: float) -> tuple[float, ...]:
    """Logarithms of what a ratio must be clear of to stand there."""
    return {
        Alternative.ABOVE: (margin,),
        Alternative.NOT_ABOVE: (margin,),
        Alternative.BELOW: (-margin,),
        Alternative.NOT_BELOW: (-margin,),
        Alternative.EQUAL: (margin, -margin),
        Alternative.UNEQUAL: (margin, -margin),
    }[alternative]


def _estimate(mean: float, logs: Interval) -> Estimate:
    """Undo the logarithms."""
    return Estimate(_exp(mean), _exp(logs.low), _exp(logs.high))


def _exp(log: float) -> float:
    try:
        return math.exp(log)
    except OverflowError:
        return math.inf
