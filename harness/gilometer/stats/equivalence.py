"""The rule by which a ratio is above, below or within a margin of practical equivalence.

The planner and the verdicts on claims use the same rule. Two things must be clear of the margin:

- the whole 95% interval of the ratio;
- the ratio itself, of the margin and of the A/A band, which is how far from 1 the ratio of a thing to itself
  was found.

A band that is wider than the margin makes the rule for the ratio stricter in both directions: a difference
must be larger than the band, and an equality nearer to 1 than margin squared over band. So with a band beyond
the square of the margin nothing can be called equal. The band does not change the rule for the interval:
noise between blocks widens band and interval alike, and would count twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gilometer.model import Alternative, Estimate

MARGIN = 1.05
"""A ratio between 1 / MARGIN and MARGIN makes no practical difference."""
MOST_PER_WORKER = 1.5
"""A larger speedup for each worker is not believed: something slowed the serial time."""


@dataclass(frozen=True)
class Bounds:
    """The bounds of the interval and of the ratio; the inverse of each bounds the other side of 1."""

    margin: float
    """Bound of the whole interval, beyond which is a difference, and within which is none."""
    far: float
    """Bound of the ratio, beyond which is a difference."""
    near: float
    """Bound of the ratio, within which is no difference; under 1, nothing is within."""


def bounds(margin: float, band: float) -> Bounds:
    """Return the bounds for a margin and an A/A band, both ratios of at least 1."""
    far = max(margin, band)
    return Bounds(margin, far, margin**2 / far)


@dataclass(frozen=True)
class Interval:
    """Both ends of an interval."""

    low: float
    high: float


def stands(alternative: Alternative, ratio: Estimate, at: Bounds) -> bool:
    """Tell whether a ratio is where the alternative says; without an interval (NaN) it is nowhere."""
    above = ratio.low > at.margin and ratio.value > at.far
    not_above = ratio.high < at.margin and ratio.value < at.near
    below = ratio.high < 1 / at.margin and ratio.value < 1 / at.far
    not_below = ratio.low > 1 / at.margin and ratio.value > 1 / at.near
    return {
        Alternative.ABOVE: above,
        Alternative.NOT_ABOVE: not_above,
        Alternative.BELOW: below,
        Alternative.NOT_BELOW: not_below,
        Alternative.EQUAL: not_above and not_below,
        Alternative.UNEQUAL: above or below,
    }[alternative]


def band_of(logs: Interval) -> float:
    """Return how far from 1 an interval of logarithms reaches, to either side, as a ratio."""
    return math.exp(max(abs(logs.low), abs(logs.high)))


def edges(alternative: Alternative, margin: float) -> tuple[float, ...]:
    """Return the logarithms that a ratio must be clear of to be where the alternative says: one or two."""
    log = math.log(margin)
    return {
        Alternative.ABOVE: (log,),
        Alternative.NOT_ABOVE: (log,),
        Alternative.BELOW: (-log,),
        Alternative.NOT_BELOW: (-log,),
        Alternative.EQUAL: (log, -log),
        Alternative.UNEQUAL: (log, -log),
    }[alternative]
