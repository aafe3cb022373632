"""The one time that an invocation gives to those who decide while the run goes on."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from gilometer.model import Outcome

if TYPE_CHECKING:
    from gilometer.model import Line, Sample


def settled_s(line: Line) -> float:
    """Median wall seconds of the second half of the iterations, a pass; NaN where there is no such time."""
    settled = [iteration.wall_s for iteration in line.iterations[len(line.iterations) // 2 :]]
    if not settled or line.passes < 1:
        return math.nan
    return statistics.median(settled) / line.passes


def settled_log(sample: Sample) -> float | None:
    """Logarithm of the settled time; None if it failed, or if its time is zero, infinite or not a number."""
    if sample.outcome is not Outcome.OK or sample.line is None:
        return None
    seconds = settled_s(sample.line)
    return math.log(seconds) if 0 < seconds < math.inf else None
