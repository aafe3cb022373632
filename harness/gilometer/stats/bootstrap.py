"""The percentile bootstrap of a trimmed mean, for the planner and for the intervals of a report.

R. R. Wilcox: Introduction to Robust Estimation and Hypothesis Testing, 2005: of means that are trimmed by a
fifth it needs no correction.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gilometer.stats.trimming import kept, set_aside

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
RESAMPLES = 5000
SEED = 20070
"""Fixed, so that a report drawn again is the same report."""


def resampled_ends(ordered: ArrayLike) -> NDArray[np.float64]:
    """Both ends of the interval of a trimmed mean of n ordered values; 2 x columns, of n x columns."""
    import numpy as np  # noqa: PLC0415  takes a tenth of a second, and only a run needs it

    values, tail = np.asarray(ordered), (1 - LEVEL) / 2
    ends: NDArray[np.float64] = np.quantile(_weights(len(values)) @ values, [tail, 1 - tail], axis=0)
    return ends


@lru_cache(maxsize=16)
def _weights(n: int) -> NDArray[np.float64]:
    """Weights of ``n`` ordered values in the trimmed means of resamples (resamples x n, rows add up to 1).

    In a resample the k-th of the values stands as often as it is drawn, behind all that are less: what of its
    places lies among those that are kept is its weight. Seeded by ``n`` alone, so a cell's interval does not
    depend on which other cells there are.
    """
    import numpy as np  # noqa: PLC0415  as above

    drawn = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    places = drawn + n * np.arange(RESAMPLES)[:, None]
    last = np.bincount(places.ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n).cumsum(axis=1)
    aside = set_aside(n)
    weights: NDArray[np.float64] = np.diff(np.clip(last, aside, n - aside), axis=1, prepend=aside) / kept(n)
    return weights
