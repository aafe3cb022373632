"""How surprising a ratio would be if there were none to speak of, alone and among many.

A p is of Student's t test for a trimmed mean of the logarithms, one a block. Among many ratios some look
surprising by chance; a q is what p becomes when that is allowed for: of all ratios whose q is at most 0.05,
about one in twenty at most is called different though it isn't.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy import special, stats

from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL
from gilometer.stats.trimmed import trimmed

if TYPE_CHECKING:
    from numpy.typing import NDArray

FALSE_DISCOVERIES = 0.05
"""The share of false calls among all calls that is put up with."""
_ROUNDING = 1e-12
"""Logarithms that are nearer to one another than this are equal."""


def p_above(logs: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """One-sided p of each column of logarithms (blocks x columns) against "typical ratio <= edge".

    ``edge`` is a ratio, not a logarithm. What is not finite is absent; with fewer than
    ``FEWEST_FOR_AN_INTERVAL`` values p is NaN. Values that are all equal leave no doubt: p is 0 or 1.
    """
    return _upper_tail(logs - np.log(edge))


def p_below(logs: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """One-sided p against "typical ratio >= edge", like ``p_above``."""
    return _upper_tail(np.log(edge) - logs)


def p_differs(logs: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """Two-sided p against "typical ratio = edge", like ``p_above``."""
    nearer: NDArray[np.float64] = np.minimum(p_above(logs, edge), p_below(logs, edge))
    return np.minimum(1.0, 2 * nearer)


def q_values(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least rate of false discoveries at which each is still one; NaN stays NaN and counts for nothing.

    Y. Benjamini, Y. Hochberg: Controlling the False Discovery Rate (J. R. Statist. Soc. B 57(1), 1995). It
    holds under positive dependence too, as of speedups over the same serial (Benjamini and Yekutieli, 2001).
    """
    q = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        q[known] = stats.false_discovery_control(p[known], method="bh")
    return q


class Call(StrEnum):
    """What is said of a ratio."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "no clear difference"
    """Which is not the same as no difference."""


@dataclass(frozen=True)
class Found:
    """A ratio as it was found; NaN where there is no number."""

    ratio: float
    low: float
    high: float
    q: float
    """Of "the ratio is 1", among all that are read at once."""


def call(found: Found, least: float) -> Call:
    """Say that a ratio differs from 1 only where all that could have misled says so.

    It must be further from 1 than ``least`` (a ratio above 1: the band of the A/A pairs, and the margin that
    matters in practice where that is asked for), its interval must not hold 1, and few of those with
    such a q are called falsely.
    """
    if not found.q <= FALSE_DISCOVERIES:
        return Call.NONE
    if found.ratio > least and found.low > 1:
        return Call.HIGHER
    if found.ratio < 1 / least and found.high < 1:
        return Call.LOWER
    return Call.NONE


def _upper_tail(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """P of a t at least this large where the true mean of each column is 0."""
    found = trimmed(distances)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = special.stdtr(found.kept - 1, -found.mean / found.error)
    certain = np.where(found.mean > _ROUNDING, 0.0, 1.0)
    p = np.where(found.error > _ROUNDING, p, certain)
    return np.where(found.count >= FEWEST_FOR_AN_INTERVAL, p, np.nan)
