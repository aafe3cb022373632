"""The times at which threads ran, in words."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from gilometer.report.results.interpreters import Category
from gilometer.report.sections.semantics import IS_AT_ONCE, unless_busy
from gilometer.report.sentences.text import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.report.results.timeline import Timeline

TAKES_TURNS = 0.1
"""The largest share of the time at once that still counts as taking turns."""
SAID = {
    Category.GIL: "With a GIL, {doers} take turns",
    Category.NO_GIL: "Without a GIL, {doers} run at once",
}


def finding(timeline: Timeline) -> str:
    """Say what the lanes show: in plain words if it is clear, else as shares of the time."""
    found = {category: _at_once(timeline, category) for category in (Category.GIL, Category.NO_GIL)}
    shares = {category: share for category, share in found.items() if share is not None}
    doers = timeline.configuration.doers
    if _is_clear(shares):
        if len(shares) > 1:
            return f"With a GIL, {doers} take turns; without one, they run at once"
        return SAID[next(iter(shares))].format(doers=doers)
    said = [f"{share:.0%} of the time {category.value}" for category, share in shares.items()]
    return f"{doers} computed at once {listed(said)}{unless_busy(shares.get(Category.NO_GIL, 1.0))}"


def _at_once(timeline: Timeline, category: Category) -> float | None:
    """Return the median share of the interpreters of a category; None if there are none."""
    shares = [lanes.at_once for lanes in timeline.lanes if lanes.interpreter.category is category]
    return statistics.median(shares) if shares else None


def _is_clear(shares: Mapping[Category, float]) -> bool:
    takes_turns = shares.get(Category.GIL, 0.0) <= TAKES_TURNS
    return takes_turns and shares.get(Category.NO_GIL, 1.0) >= IS_AT_ONCE
