"""The settled time of an invocation, which decisions during a run use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Outcome
from gilometer.stats.levels import settled

if TYPE_CHECKING:
    from gilometer.model import Line, Sample


def settled_s(line: Line) -> float:
    """Return the median wall seconds of the second half of the iterations, a pass; NaN of none."""
    if line.passes < 1:
        return math.nan
    return settled([iteration.wall_s for iteration in line.iterations]) / line.passes


def settled_log(sample: Sample) -> float | None:
    """Return the logarithm of the settled time; None if it failed, or its time is not finite and above 0."""
    if sample.outcome is not Outcome.OK or sample.line is None:
        return None
    seconds = settled_s(sample.line)
    return math.log(seconds) if 0 < seconds < math.inf else None
