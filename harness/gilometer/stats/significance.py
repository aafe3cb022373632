"""The p and q of ratios: whether one differs, alone and among many.

A p is that of Student's t test for a trimmed mean of logarithms. Among many ratios, some have a small p by
chance. A q is a p that is adjusted for that: of all ratios whose q is at most 0.05, at most about one in
twenty is called different though it is not.
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
"""The share of false calls among all calls that is accepted."""
_ROUNDING = 1e-12
"""Logarithms that differ by less than this are equal."""


def p_above(logs: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """Return the one-sided p of each column of logarithms (blocks x columns) against "typical ratio <= edge".

    ``edge`` is a ratio, not a logarithm. What is not finite was not measured; with fewer than
    ``FEWEST_FOR_AN_INTERVAL`` values p is NaN. For values that are all equal, p is 0 or 1.
    """
    return _upper_tail(logs - np.log(edge))


def p_below(logs: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """Return the one-sided p against "typical ratio >= edge", like ``p_above``."""
    return _upper_tail(np.log(edge) - logs)


def p_differs(logs: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """Return the two-sided p against "typical ratio = edge", like ``p_above``."""
    nearer: NDArray[np.float64] = np.minimum(p_above(logs, edge), p_below(logs, edge))
    return np.minimum(1.0, 2 * nearer)


def q_values(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the q of each p: the least false discovery rate at which it is called; NaN is ignored.

    Y. Benjamini, Y. Hochberg: Controlling the False Discovery Rate (J. R. Statist. Soc. B 57(1), 1995). It
    holds under positive dependence too, as of speedups over the same serial (Benjamini and Yekutieli, 2001).
    """
    q = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        q[known] = stats.false_discovery_control(p[known], method="bh")
    return q


class Direction(StrEnum):
    """The direction in which a ratio differs from 1, if that is clear."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "no clear difference"
    """Not the same as no difference."""


@dataclass(frozen=True)
class RatioEvidence:
    """A ratio with its interval and its q; NaN where there is no number."""

    ratio: float
    low: float
    high: float
    q: float
    """Adjusted p of "the ratio is 1", among all ratios that are shown together."""


def call(found: RatioEvidence, least: float) -> Direction:
    """Call a ratio higher or lower than 1, or neither.

    Three things must hold: its q is at most ``FALSE_DISCOVERIES``, its interval does not contain 1, and it is
    further from 1 than ``least``. That is a ratio above 1: the A/A band, or the margin of practical
    equivalence if that is larger and asked for.
    """
    if not found.q <= FALSE_DISCOVERIES:
        return Direction.NONE
    if found.ratio > least and found.low > 1:
        return Direction.HIGHER
    if found.ratio < 1 / least and found.high < 1:
        return Direction.LOWER
    return Direction.NONE


def _upper_tail(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the one-sided p of the trimmed mean of each column, against a true mean of 0."""
    found = trimmed(distances)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = special.stdtr(found.kept - 1, -found.mean / found.error)
    certain = np.where(found.mean > _ROUNDING, 0.0, 1.0)
    p = np.where(found.error > _ROUNDING, p, certain)
    return np.where(found.count >= FEWEST_FOR_AN_INTERVAL, p, np.nan)
