"""Who ran when, arranged for reading."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import MOST_SPANS, Strategy
from gilometer.report.results import Group, Spread
from gilometer.report.sections.semantics import IS_AT_ONCE, unless_busy
from gilometer.report.sentences.text import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gilometer.analysis import Analysis
    from gilometer.model import Plan
    from gilometer.report.results import Board, Subject

TAKES_TURNS = 0.1
"""At most so much of the time at once is taking turns."""
SAID = {Group.GIL: "With a GIL, {doers} take turns", Group.NO_GIL: "Without a GIL, {doers} run at once"}


SPLINTER_S = 2e-4
"""A shorter break is that of an interrupt, say, and only makes a lane look worn."""


@dataclass(frozen=True)
class Bar:
    """A stretch in which a worker ran."""

    worker: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Lanes:
    """Who ran when on one interpreter."""

    subject: Subject
    at_once: float
    """Share of the time in which at least one ran."""
    nobody: float
    """Share of all time."""
    spans: pd.DataFrame
    """Its rows of ``Analysis.timeline``."""

    @property
    def bars(self) -> list[Bar]:
        """Its spans as they are drawn: joined over a short break in which no other worker began."""
        found: list[Bar] = []
        for row in self.spans.sort_values("start_s").to_dict("records"):
            bar = Bar(row["worker"], row["start_s"], row["end_s"])
            if found and found[-1].worker == bar.worker and bar.start_s - found[-1].end_s < SPLINTER_S:
                bar = Bar(bar.worker, found.pop().start_s, bar.end_s)
            found.append(bar)
        return found

    @property
    def known_s(self) -> float:
        """Until when all is told."""
        is_whole = len(self.spans) < MOST_SPANS
        return float((self.spans["end_s"] if is_whole else self.spans["start_s"]).max())


@dataclass(frozen=True)
class Timeline:
    """Who ran when, on all interpreters that told."""

    spread: Spread
    lanes: tuple[Lanes, ...]


def timeline(analysis: Analysis, shown: Board) -> Timeline | None:
    """Arrange the first workload that tells, interpreters with a GIL first; None if none does."""
    told = analysis.timeline
    if told.empty:
        return None
    first = next(work.label for work in analysis.plan.works if work.label in set(told["workload"]))
    own = told[told["workload"] == first]
    spans = dict(list(own.groupby(own["interpreter"] + own["variant"])))
    lanes = tuple(
        _lanes(one, spans[one.label])
        for one in pairs_side_by_side(shown.present, analysis.plan)
        if one.label in spans
    )
    return Timeline(Spread(Strategy.THREADS, int(own["workers"].iloc[0])), lanes)


def _lanes(subject: Subject, spans: pd.DataFrame) -> Lanes:
    return Lanes(subject, float(spans["at_once"].iloc[0]), float(spans["nobody"].iloc[0]), spans)


def pairs_side_by_side(subjects: Sequence[Subject], plan: Plan) -> list[Subject]:
    """Put the binaries that ran with and without a GIL where the two groups meet."""
    names = {one.label: one.name for one in plan.interpreters}
    groups = {(names[one.label], one.group) for one in subjects}

    def place(subject: Subject) -> tuple[bool, bool]:
        is_free = subject.group is Group.NO_GIL
        is_pair = {(names[subject.label], group) for group in (Group.GIL, Group.NO_GIL)} <= groups
        return is_free, is_pair != is_free

    return sorted(subjects, key=place)


def finding(found: Timeline) -> str:
    """Say what the lanes show: in plain words where it is clear, else how much of the time."""
    groups = {group: _at_once(found, group) for group in (Group.GIL, Group.NO_GIL)}
    present = {group: share for group, share in groups.items() if share is not None}
    doers = found.spread.doers
    if _is_clear(present):
        if len(present) > 1:
            return f"With a GIL, {doers} take turns; without one, they run at once"
        return SAID[next(iter(present))].format(doers=doers)
    shares = [f"{share:.0%} of the time {group.value}" for group, share in present.items()]
    return f"{doers} computed at once {listed(shares)}{unless_busy(present.get(Group.NO_GIL, 1.0))}"


def _at_once(found: Timeline, group: Group) -> float | None:
    """Tell the share of the interpreter in the middle."""
    shares = [lanes.at_once for lanes in found.lanes if lanes.subject.group is group]
    return statistics.median(shares) if shares else None


def _is_clear(shares: dict[Group, float]) -> bool:
    takes_turns = shares.get(Group.GIL, 0.0) <= TAKES_TURNS
    return takes_turns and shares.get(Group.NO_GIL, 1.0) >= IS_AT_ONCE
