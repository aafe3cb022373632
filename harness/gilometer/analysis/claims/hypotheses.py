"""The hypotheses that rules of claims make of a run, and the pairs of cells whose ratios they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import WorkloadResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gilometer.analysis.observations import ObservedValues
    from gilometer.model import Alternative, Cell, Estimate


@dataclass(frozen=True)
class RatioHypothesis:
    """Says where the typical ratio of two cells lies, beyond or within a margin."""

    cell: Cell
    """The cell that the result is about: its workload, its workers and its A/A band."""
    alternative: Alternative
    margin: float
    """The margin of equivalence, a ratio above 1."""
    logs: NDArray[np.float64]
    """Logarithms of the ratio, one a block; NaN where a cell of the pair was not measured."""
    is_bounded: bool = False
    """True for a speedup over serial, which capacity and the cores that were used bound."""
    concurrency: NDArray[np.float64] | None = None
    """Logarithms of the cores of the cell over those of serial, one a block, for such a speedup; NaN where
    unknown."""


@dataclass(frozen=True)
class ObservationHypothesis:
    """Says on which side of a threshold the mean of an observed quantity lies."""

    cell: Cell
    alternative: Alternative
    """Above or below, or the contrary of either."""
    threshold: float
    """The threshold, in the unit of the observed values."""
    observed: ObservedValues
    capacity: Estimate | None = None
    """What as many processes reached there, without which threads could not run at once; None: no matter."""


Hypothesis = RatioHypothesis | ObservationHypothesis
Hypotheses = tuple[Hypothesis | WorkloadResult, ...]
"""The hypotheses of a rule, and results where the run has nothing to test one on."""


@dataclass(frozen=True)
class CellPair:
    """The two cells of a ratio of times."""

    numerator: Cell
    denominator: Cell
    """The cell that is faster where the ratio is above 1."""
