"""The workload that is measured at several CPU shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gilometer.model import Work
    from gilometer.report.results import Results

SCRIPT = "mixed"
PARAMETER = "cpu"


def sweep(results: Results) -> list[Work]:
    """List the points of the mixed workload by rising CPU share; none if there are fewer than two."""
    points = [work for work in results.works if work.script == SCRIPT and PARAMETER in work.parameters]
    return sorted(points, key=share) if len(points) > 1 else []


def share(work: Work) -> float:
    """Return the CPU share of a point, from 0 (all waiting) to 1 (all CPU)."""
    return float(work.parameters[PARAMETER])
