"""The number of values that a trimmed mean sets aside.

On a shared machine, another program sometimes slows one side of a ratio by half. A plain mean needs many
values to average that out; a mean of the middle values is hardly affected. This module imports no numpy,
unlike ``trimmed``, as the start of a run must not wait for that.
"""

from __future__ import annotations

ONE_OF = 5
"""One of five values is set aside at either end: R. R. Wilcox, Introduction to Robust Estimation, 2005."""
FEWEST_TO_TRIM = 7
"""The fewest values of which some are set aside; with fewer, the t of those left would widen the interval."""


def set_aside(count: int) -> int:
    """Return how many of the least values are set aside, and as many of the greatest."""
    return count // ONE_OF if count >= FEWEST_TO_TRIM else 0


def kept(count: int) -> int:
    """Return how many values are kept."""
    return count - 2 * set_aside(count)
