"""Where a ratio stands: the rule by which claims hold.

It asks for more than ``significance.call``, by which tables call a gain a gain: so what a claim calls faster,
a table does too. A ratio stands on a side of an edge if its whole 95% interval does. The edges are those of
the margin of practical equivalence; where the A/A band of the workload reaches further from 1, every edge is
moved by as much, to the side on which less is said. So the noisier the machine, the larger must a difference
be, and the nearer to 1 what is called equal; beyond the square of the margin nothing can be called equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.analysis.claims.claim import Stance
from harness.analysis.significance import p_above, p_below

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


@dataclass(frozen=True)
class Chances:
    """How surprising the logarithms of ratios would be if they did not stand there: one p a column."""

    above: NDArray[np.float64]
    not_above: NDArray[np.float64]
    below: NDArray[np.float64]
    not_below: NDArray[np.float64]

    def of(self, stance: Stance, column: int) -> float:
        """Look up the p of one column.

        To stand in two places at once is as surprising as the less surprising of them (the intersection-union
        test, R. L. Berger, Technometrics 24, 1982), and in one of two at most twice as likely as in the less
        likely one.
        """
        of_side = {
            Stance.ABOVE: self.above[column],
            Stance.NOT_ABOVE: self.not_above[column],
            Stance.BELOW: self.below[column],
            Stance.NOT_BELOW: self.not_below[column],
            Stance.EQUAL: max(self.not_above[column], self.not_below[column]),
            Stance.UNEQUAL: min(1.0, 2 * min(self.above[column], self.below[column])),
        }
        return float(of_side[stance])


def chances(logs: NDArray[np.float64], at: list[Edges]) -> Chances:
    """Test each column of logarithms (blocks x columns, NaN: not measured) against its edges."""
    far, near = (np.log([getattr(one, name) for one in at]) for name in ("far", "near"))
    return Chances(
        above=p_above(logs - far, 1.0),
        not_above=p_below(logs - near, 1.0),
        below=p_below(logs + far, 1.0),
        not_below=p_above(logs + near, 1.0),
    )
