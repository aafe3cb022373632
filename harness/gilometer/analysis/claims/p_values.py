"""P-values of hypotheses on ratios: one-sided tests against the margin of equivalence.

Claims also need what tables need to call a difference one (``significance.call``): so what a claim calls
faster, a table calls faster too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gilometer.model import Alternative
from gilometer.stats.significance import p_above, p_below

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PValues:
    """One-sided p-values of typical ratios against the margin on either side of 1: one a column."""

    above: NDArray[np.float64]
    not_above: NDArray[np.float64]
    below: NDArray[np.float64]
    not_below: NDArray[np.float64]

    def of(self, alternative: Alternative, column: int) -> float:
        """Look up the p-value of an alternative in one column.

        That of two alternatives at once is the greater one (the intersection-union test, R. L. Berger,
        Technometrics 24, 1982). That of either of two is at most twice the lesser one (Bonferroni).
        """
        of_alternative = {
            Alternative.ABOVE: self.above[column],
            Alternative.NOT_ABOVE: self.not_above[column],
            Alternative.BELOW: self.below[column],
            Alternative.NOT_BELOW: self.not_below[column],
            Alternative.EQUAL: max(self.not_above[column], self.not_below[column]),
            Alternative.UNEQUAL: min(1.0, 2 * min(self.above[column], self.below[column])),
        }
        return float(of_alternative[alternative])


def p_values(logs: NDArray[np.float64], margins: list[float]) -> PValues:
    """Test each column of log ratios (blocks x columns, NaN: not measured) against its margin."""
    margin = np.log(margins)
    return PValues(
        above=p_above(logs - margin, 1.0),
        not_above=p_below(logs - margin, 1.0),
        below=p_below(logs + margin, 1.0),
        not_below=p_above(logs + margin, 1.0),
    )


def bounded_by_cores(found: PValues, concurrency: NDArray[np.float64], margins: list[float]) -> PValues:
    """Let the cores that were used show that there is no gain, too.

    A speedup is the ratio of cores times the ratio of the work of a CPU second, which running at once does
    not raise. So the first bounds the gain from above. Of two ways to show the same, the p is at most twice
    the lesser one (Bonferroni).

    Args:
        found: The p-values of the ratios of times.
        concurrency: Logarithms of the ratios of cores (blocks x columns); NaN where they are unknown.
        margins: The margin of each column.

    """
    of_cores = p_below(concurrency - np.log(margins), 1.0)
    both = np.minimum(1.0, 2 * np.fmin(found.not_above, of_cores))
    return replace(found, not_above=np.where(np.isnan(of_cores), found.not_above, both))
