"""The times at which threads ran, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.results.interpreters import Category
from gilometer.report.sections.semantics import IS_AT_ONCE, unless_busy
from gilometer.report.sentences.text import FEW_NAMES, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.report.results.timeline import Lanes, Timeline

TAKES_TURNS = 0.1
"""The largest share of the time at once that still counts as taking turns."""


def finding(timeline: Timeline) -> str:
    """Say what the lanes show: in plain words if each of them shows it, else as shares of the time."""
    lanes = {
        category: [one for one in timeline.lanes if one.interpreter.category is category]
        for category in (Category.GIL, Category.NO_GIL)
    }
    doers = timeline.configuration.doers
    if any(one.at_once > TAKES_TURNS for one in lanes[Category.GIL]):
        return _as_shares(timeline)
    free = _of_free(lanes[Category.NO_GIL])
    if not lanes[Category.NO_GIL]:
        return f"With a GIL, {doers} take turns"
    if not free:
        return _as_shares(timeline)
    if not lanes[Category.GIL]:
        return f"Without a GIL, {doers} {free}"
    return f"With a GIL, {doers} take turns; without one, they {free}"


def _of_free(lanes: Sequence[Lanes]) -> str:
    """Say that threads run at once, and where they do so only for a part of the time; empty if nowhere."""
    part = [one for one in lanes if one.at_once < IS_AT_ONCE]
    if len(part) == len(lanes):
        return ""
    if not part:
        return "run at once"
    if len(part) > FEW_NAMES:
        return f"run at once on {len(lanes) - len(part)} of {len(lanes)} interpreters"
    named = listed([f"{one.at_once:.0%} of the time on {one.interpreter.label}" for one in part])
    return f"run at once, but only {named}"


def _as_shares(timeline: Timeline) -> str:
    """Say from which share to which, for each category."""
    clauses = []
    for category in (Category.GIL, Category.NO_GIL):
        shares = sorted(one.at_once for one in timeline.lanes if one.interpreter.category is category)
        if shares:
            ends = dict.fromkeys(f"{end:.0%}" for end in (shares[0], shares[-1]))
            clauses.append(f"{' to '.join(ends)} of the time {category.value}")
    free = [one.at_once for one in timeline.lanes if one.interpreter.category is Category.NO_GIL]
    busy = unless_busy(max(free, default=1.0))
    return f"{timeline.configuration.doers} computed at once {listed(clauses)}{busy}"
