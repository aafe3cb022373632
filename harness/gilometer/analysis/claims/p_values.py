"""How surprising it would be if a ratio did not stand where it seems to.

Claims ask for more than ``significance.call``, by which tables call a gain a gain: so what a claim calls
faster, a table does too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.model import Alternative
from gilometer.stats.significance import p_above, p_below

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Chances:
    """How surprising the logarithms of ratios would be if they did not stand there: one p a column."""

    above: NDArray[np.float64]
    not_above: NDArray[np.float64]
    below: NDArray[np.float64]
    not_below: NDArray[np.float64]

    def of(self, alternative: Alternative, column: int) -> float:
        """Look up the p of one column.

        To stand in two places at once is as surprising as the less surprising of them (the intersection-union
        test, R. L. Berger, Technometrics 24, 1982), and in one of two at most twice as likely as in the less
        likely one.
        """
        of_side = {
            Alternative.ABOVE: self.above[column],
            Alternative.NOT_ABOVE: self.not_above[column],
            Alternative.BELOW: self.below[column],
            Alternative.NOT_BELOW: self.not_below[column],
            Alternative.EQUAL: max(self.not_above[column], self.not_below[column]),
            Alternative.UNEQUAL: min(1.0, 2 * min(self.above[column], self.below[column])),
        }
        return float(of_side[alternative])


def chances(logs: NDArray[np.float64], margins: list[float]) -> Chances:
    """Test each column of logarithms (blocks x columns, NaN: not measured) against its margin."""
    margin = np.log(margins)
    return Chances(
        above=p_above(logs - margin, 1.0),
        not_above=p_below(logs - margin, 1.0),
        below=p_below(logs + margin, 1.0),
        not_below=p_above(logs + margin, 1.0),
    )
