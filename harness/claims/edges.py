"""Where a ratio stands: which edges its whole interval has to be clear of.

The planner measures towards these edges, and the claims are judged by them. A ratio stands on a side of an
edge if its whole 95% interval does. The edges are those of the margin of practical equivalence; where the A/A
band of the workload reaches further from 1, every edge is moved by as much, to the side on which less is
said. So the noisier the machine, the larger must a difference be, and the nearer to 1 what is called equal;
beyond the square of the margin nothing can be called equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.model import Stance

MARGIN = 1.05
"""Margin of practical equivalence: a ratio between 1 / MARGIN and MARGIN makes no practical difference."""
MOST_PER_WORKER = 1.5
"""A speedup of more than this for each worker is not one: the serial time it is over was slowed."""


@dataclass(frozen=True)
class Edges:
    """Ratios at which what is said of a ratio turns."""

    far: float
    """Beyond this (or its inverse) is a difference."""
    near: float
    """Between this and its inverse is none; under 1, nothing is."""


def edges(margin: float, band: float) -> Edges:
    """Edges for a margin of practical equivalence and an A/A band, both ratios of at least 1."""
    far = max(margin, band)
    return Edges(far, margin**2 / far)


@dataclass(frozen=True)
class Interval:
    """Both ends of one ratio's."""

    low: float
    high: float


def stands(stance: Stance, ratio: Interval, at: Edges) -> bool:
    """Tell whether a ratio is where it is said to be; one without an interval (NaN) is nowhere."""
    return {
        Stance.ABOVE: ratio.low > at.far,
        Stance.NOT_ABOVE: ratio.high < at.near,
        Stance.BELOW: ratio.high < 1 / at.far,
        Stance.NOT_BELOW: ratio.low > 1 / at.near,
        Stance.EQUAL: ratio.low > 1 / at.near and ratio.high < at.near,
        Stance.UNEQUAL: ratio.low > at.far or ratio.high < 1 / at.far,
    }[stance]
