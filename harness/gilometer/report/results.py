"""The summary as a board to read from: who took part, in which order, and what each cell gave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gilometer.analysis.steady import SteadyState
from gilometer.model import Group as Measured
from gilometer.model import Outcome, Strategy
from gilometer.plan.groups import OBSERVED_KINDS
from gilometer.report.order import in_order, place, rank
from gilometer.report.sentences.text import doers, has_intervals, plural
from gilometer.stats.equivalence import MARGIN, MOST_PER_WORKER
from gilometer.stats.significance import Direction, RatioEvidence, call

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from gilometer.analysis import Analysis
    from gilometer.model import Interpreter, Plan, Work

KINDS = ("cpu", "native", "mixed", "io")
"""One order of workloads: from all work to all waiting; other kinds follow."""

SURE_WITHOUT_INTERVAL = 1.25
"""What a ratio must exceed to be called a gain when too few blocks give it no interval."""

DOUBT = "more than its workers can give, so serial was slowed: by a JIT still warming up, or by neighbours"


class Group(StrEnum):
    """What sets interpreters apart here."""

    GIL = "with a GIL"
    NO_GIL = "without a GIL"
    ABSENT = "not on this machine"


class Reading(StrEnum):
    """What a speedup says."""

    GAIN = "faster"
    LEVEL = "no clear change"
    HARM = "slower"
    DOUBTFUL = "more than its workers can give"
    NOTHING = "not measured"


@dataclass(frozen=True)
class Subject:
    """One interpreter of the run, be it a variant."""

    label: str
    group: Group


@dataclass(frozen=True)
class Result:
    """What a cell gave; NaN where there is no number."""

    workers: int
    at_once: int
    """How many of them can be at work at once."""
    outcome: Outcome
    reason: str
    wall_s: float
    wall_s_low: float
    wall_s_high: float
    speedup: float
    speedup_low: float
    speedup_high: float
    speedup_q: float
    capacity: float
    band: float
    """Ratios of this workload and interpreter within it are noise, or make no difference."""

    @property
    def is_measured(self) -> bool:
        """Whether it ended well and has a speedup."""
        return self.outcome is Outcome.OK and not math.isnan(self.speedup)

    @property
    def found(self) -> RatioEvidence:
        """Its speedup."""
        return RatioEvidence(self.speedup, self.speedup_low, self.speedup_high, self.speedup_q)

    @property
    def absence(self) -> str:
        """Why it has no speedup, in a word or three."""
        if self.outcome is not Outcome.OK:
            return self.outcome.words
        return self.reason if self.reason == SteadyState.NONE else "no ratio"


@dataclass(frozen=True)
class Spread:
    """A strategy with its workers."""

    strategy: Strategy
    workers: int

    @property
    def label(self) -> str:
        """Both for readers: ``threads 2``."""
        return f"{self.strategy.value} {self.workers}"

    @property
    def doers(self) -> str:
        """Both as a clause: ``2 threads``."""
        return doers(self.strategy, self.workers)


SERIAL = Spread(Strategy.SERIAL, 1)
"""What every other spread is over."""


@dataclass(frozen=True)
class Board:
    """The results of a run by subject, workload and spread."""

    subjects: tuple[Subject, ...]
    works: tuple[Work, ...]
    """Those whose times are asked for."""
    spreads: tuple[Spread, ...]
    """Of these works, in the one order of strategies; all but serial."""
    caveat: str
    """What a sentence must add where too few blocks give no intervals; else empty."""
    results: Mapping[tuple[str, str, Spread], Result]
    """By the subject's label, the workload's label and the spread."""

    @property
    def present(self) -> tuple[Subject, ...]:
        """Those that could run."""
        return tuple(subject for subject in self.subjects if subject.group is not Group.ABSENT)

    @property
    def has_doubts(self) -> bool:
        """Whether some speedup is too large to be one."""
        return any(read(result) is Reading.DOUBTFUL for result in self.results.values())

    def widest(self, strategy: Strategy) -> Spread | None:
        """The strategy with the most workers."""
        workers = [spread.workers for spread in self.spreads if spread.strategy is strategy]
        return Spread(strategy, max(workers)) if workers else None

    def works_with(self, spread: Spread) -> tuple[Work, ...]:
        """Those that the plan has cells of that spread for."""
        labels = {label for _, label, of in self.results if of == spread}
        return tuple(work for work in self.works if work.label in labels)

    def at(self, subject: Subject, work: Work, spread: Spread) -> Result | None:
        """What that cell gave; None if the plan had no such cell."""
        return self.results.get((subject.label, work.label, spread))

    def reading(self, subject: Subject, work: Work, spread: Spread) -> Reading:
        """What that cell's speedup says."""
        result = self.at(subject, work, spread)
        return Reading.NOTHING if result is None else read(result)


def read(result: Result) -> Reading:
    """Call a speedup a gain or a harm; one without an interval is taken at its word, if it is large."""
    if not result.is_measured:
        return Reading.NOTHING
    found, least = result.found, result.band
    if math.isnan(found.low):
        found = RatioEvidence(found.ratio, found.ratio, found.ratio, q=0.0)
        least = max(least, SURE_WITHOUT_INTERVAL)
    if found.low > MOST_PER_WORKER * result.at_once:
        return Reading.DOUBTFUL
    return _READINGS[call(found, least)]


_READINGS = {Direction.HIGHER: Reading.GAIN, Direction.LOWER: Reading.HARM, Direction.NONE: Reading.LEVEL}


def board(analysis: Analysis) -> Board:
    """Arrange an analysis for reading."""
    plan = analysis.plan
    results = _results(analysis)
    works = [work for work in plan.works if work.kind not in OBSERVED_KINDS]
    return Board(
        subjects=_subjects(plan),
        works=tuple(sorted(works, key=lambda work: rank(work.kind, KINDS))),
        spreads=spreads_of(plan, works)[1:],
        caveat="" if has_intervals(analysis) else f" ({plural(analysis.blocks, 'block')}: not established)",
        results=results,
    )


def spreads_of(plan: Plan, works: Iterable[Work]) -> tuple[Spread, ...]:
    """Serial, and whatever else the cells of some works are spread by, in the one order of strategies."""
    labels = {work.label for work in works}
    found = {Spread(cell.strategy, cell.workers) for cell in plan.cells if cell.workload in labels}
    order = list(Strategy)
    return tuple(sorted({SERIAL, *found}, key=lambda one: (order.index(one.strategy), one.workers)))


def _results(analysis: Analysis) -> dict[tuple[str, str, Spread], Result]:
    found = {}
    noise = analysis.noise
    for row in analysis.summary.to_dict("records"):
        label = label_of(row)
        spread = Spread(Strategy(row["strategy"]), row["workers"])
        row["at_once"] = spread.strategy.at_once(spread.workers)
        band = noise.band(Measured(row["interpreter"], row["variant"], row["workload"]))
        row["band"] = MARGIN if math.isnan(band) else max(MARGIN, band)
        fields = {name: row[name] for name in Result.__dataclass_fields__}
        found[label, row["workload"], spread] = Result(**fields | {"outcome": Outcome(row["outcome"])})
    return found


def label_of(row: Mapping[Hashable, str]) -> str:
    """Name the interpreter in a row of a frame, as ``Interpreter.label`` does."""
    return row["interpreter"] + row["variant"]


def _subjects(plan: Plan) -> tuple[Subject, ...]:
    """All that took part or could not: by group, and in a group in the one order."""
    groups = list(Group)
    present = sorted(in_order(plan.interpreters), key=lambda one: groups.index(_group(one)))
    return (
        *(Subject(one.label, _group(one)) for one in present),
        *(Subject(one.name, Group.ABSENT) for one in sorted(plan.missing, key=lambda one: place(one.name))),
    )


def _group(interpreter: Interpreter) -> Group:
    return Group.GIL if interpreter.facts.gil else Group.NO_GIL
