"""How many of the values that blocks gave are set aside before a mean of them is taken.

On a shared machine a neighbour now and then slows one side of a ratio by half. A plain mean has to wait until
such blocks average out; one of the middle values hardly notices them.
"""

from __future__ import annotations

ONE_OF = 5
"""A fifth at either end, as R. R. Wilcox recommends (Introduction to Robust Estimation, 2005)."""
FEWEST_TO_TRIM = 7
"""Values under which none is spared: the t of the few that were left would make the interval wider."""


def set_aside(count: int) -> int:
    """Tell how many of the least values, and as many of the greatest."""
    return count // ONE_OF if count >= FEWEST_TO_TRIM else 0


def kept(count: int) -> int:
    """Tell how many values of the middle are left."""
    return count - 2 * set_aside(count)
