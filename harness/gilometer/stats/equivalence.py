"""Where a ratio stands: which bounds it has to be clear of.

The planner measures towards these bounds, and the claims are judged by them. A ratio stands on a side of the
margin of practical equivalence if its whole 95% interval does, and if the ratio itself is clear of the A/A
band of the workload. Where the band reaches further from 1 than the margin, it moves the bounds of the ratio
itself, to the side on which less is said: so the noisier the machine, the larger must a difference be, and
the nearer to 1 what is called equal; beyond the square of the margin nothing can be called equal. The band
does not move the bounds of the interval: the noise between blocks that makes the one wide makes the other
wide too, and would count twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from gilometer.model import Alternative, Estimate

MARGIN = 1.05
"""Margin of practical equivalence: a ratio between 1 / MARGIN and MARGIN makes no practical difference."""
MOST_PER_WORKER = 1.5
"""A speedup of more than this for each worker is not one: the serial time it is over was slowed."""


@dataclass(frozen=True)
class Bounds:
    """Ratios at which what is said of a ratio turns."""

    margin: float
    """What the whole interval must be beyond, or within."""
    far: float
    """Beyond this (or its inverse) is the ratio of a difference."""
    near: float
    """Between this and its inverse is the ratio of none; under 1, nothing is."""


def bounds(margin: float, band: float) -> Bounds:
    """Bounds for a margin of practical equivalence and an A/A band, both ratios of at least 1."""
    far = max(margin, band)
    return Bounds(margin, far, margin**2 / far)


@dataclass(frozen=True)
class Interval:
    """Both ends of one ratio's."""

    low: float
    high: float


def stands(alternative: Alternative, ratio: Estimate, at: Bounds) -> bool:
    """Tell whether a ratio is where it is said to be; one without an interval (NaN) is nowhere."""
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
