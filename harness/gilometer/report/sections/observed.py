"""What workloads observed, arranged for reading."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Outcome, Strategy
from gilometer.plan.groups import OBSERVED_KINDS
from gilometer.report.results import Spread, label_of, spreads_of
from gilometer.report.sentences import amounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.analysis import Analysis
    from gilometer.model import Work
    from gilometer.report.results import Board, Subject


@dataclass(frozen=True)
class Sight:
    """One thing that a cell observed, with its interval; NaN where there is none."""

    what: str
    unit: str
    value: float
    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        """Its interval, or itself twice."""
        return (self.value, self.value) if math.isnan(self.low) else (self.low, self.high)

    @property
    def words(self) -> str:
        """Itself and its interval."""
        return amounts.with_span(self.value, self.low, self.high, self.unit)


Place = tuple[str, str, Spread]
"""The interpreter's label, the workload's label and the spread."""


@dataclass(frozen=True)
class Observed:
    """The workloads of a run that observe, and what they saw where they ended well."""

    works: tuple[Work, ...]
    spreads: Mapping[str, tuple[Spread, ...]]
    """By the workload's label: serial alone, or all others."""
    sights: Mapping[Place, Mapping[str, Sight]]
    """By their names, in the order in which the workload gives them."""

    def of_script(self, script: str) -> tuple[Work, ...]:
        """Its points, or the workload itself."""
        return tuple(work for work in self.works if work.script == script)

    def names(self, work: Work) -> tuple[str, ...]:
        """What was observed of a workload anywhere."""
        own = (found for (_, label, _), found in self.sights.items() if label == work.label)
        return tuple(dict.fromkeys(what for found in own for what in found))

    def at(self, subject: Subject, work: Work, spread: Spread) -> Mapping[str, Sight]:
        """What that cell saw; nothing, if it did not end well."""
        return self.sights.get((subject.label, work.label, spread), {})


def observed(analysis: Analysis, shown: Board) -> Observed:
    """Arrange what was observed; a cell that failed now and then is left out whole."""
    works = tuple(work for work in analysis.plan.works if work.kind in OBSERVED_KINDS)
    sights: dict[Place, dict[str, Sight]] = {}
    for row in analysis.observations.to_dict("records"):
        place = (label_of(row), row["workload"], Spread(Strategy(row["strategy"]), row["workers"]))
        if place in shown.results and shown.results[place].outcome is Outcome.OK:
            fields = {name: row[name] for name in Sight.__dataclass_fields__}
            sights.setdefault(place, {})[row["what"]] = Sight(**fields)
    spreads = {work.label: spreads_of(analysis.plan, [work]) for work in works}
    return Observed(works, {label: own[1:] or own for label, own in spreads.items()}, sights)
