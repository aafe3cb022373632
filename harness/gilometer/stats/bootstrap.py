"""The percentile bootstrap of a trimmed mean, for the planner and for the intervals of a report.

For means that are trimmed by a fifth it needs no correction: R. R. Wilcox, Introduction to Robust Estimation
and Hypothesis Testing, 2005.
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
    """Return both ends of the interval of trimmed means, as 2 x columns; ``ordered`` has n x columns."""
    import numpy as np  # noqa: PLC0415  takes a tenth of a second, and only a run needs it

    values, tail = np.asarray(ordered), (1 - LEVEL) / 2
    ends: NDArray[np.float64] = np.quantile(_weights(len(values)) @ values, [tail, 1 - tail], axis=0)
    return ends


@lru_cache(maxsize=16)
def _weights(n: int) -> NDArray[np.float64]:
    """Return the weights of ``n`` ordered values in the trimmed means of resamples (resamples x n).

    A resample has the k-th value as often as that was drawn, after all smaller ones. Its weight is the number
    of these places that are kept, over the number of all places that are kept; so a row adds up to 1. The
    seed depends on ``n`` alone, so an interval does not depend on other columns.
    """
    import numpy as np  # noqa: PLC0415  as above

    drawn = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    places = drawn + n * np.arange(RESAMPLES)[:, None]
    last = np.bincount(places.ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n).cumsum(axis=1)
    aside = set_aside(n)
    weights: NDArray[np.float64] = np.diff(np.clip(last, aside, n - aside), axis=1, prepend=aside) / kept(n)
    return weights
