"""The variance between rounds over that between blocks."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_BLOCKS = 4
"""Blocks under which their variances are too uncertain to be used."""
MOST_TIMES_USUAL = 4.0
"""The largest ratio that is believed, over the usual one: the variance of few blocks is uncertain."""


def variance_ratio(within: Sequence[float], spreads: Sequence[float], rounds: int, usual: float) -> float:
    """Estimate the variance between rounds over that between blocks, after T. Kalibera, R. Jones (ISMM 2013).

    The variance of a block's mean is that between blocks, and that between rounds over the number of rounds.

    Args:
        within: Standard deviations between rounds, a value a block.
        spreads: Standard deviations of the means of blocks, a value a ratio.
        rounds: How many each block has.
        usual: The ratio that is returned under ``FEWEST_BLOCKS`` blocks, or without a variance.

    """
    if len(within) < FEWEST_BLOCKS or not spreads:
        return usual
    inner = statistics.median(within) ** 2
    most = MOST_TIMES_USUAL * usual
    between = max(statistics.median(spreads) ** 2 - inner / rounds, inner / most)
    return min(inner / between, most) if between else usual
