"""What a run says of the claims: the records that reports are made of."""

from __future__ import annotations

import math
from enum import StrEnum

from gilometer.claims.claim import Rule  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model import (
    Alternative,
    Record,
)


class Verdict(StrEnum):
    """What a run says of a claim."""

    HOLDS = "holds"
    REFUTED = "refuted"
    NOT_ESTABLISHED = "not established"
    NOT_APPLICABLE = "not applicable"


class Basis(StrEnum):
    """Which comparison the GIL's part rests on, the strongest first."""

    SAME_BINARY = "same binary"
    """It ran with its GIL on and off."""
    SAME_VERSION = "same version"
    """Another build of the same version took part, whose GIL is otherwise."""
    OTHER_BUILD = "other build"
    """Something else took part whose GIL is otherwise."""
    ONE_BUILD = "one build"
    """The GIL was the same in all that took part."""


class Why(StrEnum):
    """What decided."""

    FIGURE = "figure"
    """The ratio, the value or the fact."""
    OTHERS = "others"
    """The claim is about other interpreters."""
    LACKING = "lacking"
    """The interpreter lacks what it takes."""
    ONE_HALF = "one half"
    """The same binary did not take part with its GIL on and off."""
    UNMEASURED = "unmeasured"
    NOT_REACHED = "not reached"
    """The run ended before it."""
    FAILED = "failed"
    UNSTEADY = "unsteady"
    FEW_BLOCKS = "few blocks"
    """Too few for an interval."""
    EARLY = "early"
    """Open after fewer blocks than an interval counts in: the run ended before it was measured enough."""
    NO_TWIN = "no twin"
    """No A/A pair says how noisy the workload is."""
    DOUBTFUL = "doubtful"
    """More than its workers can give."""
    NO_CAPACITY = "no capacity"
    """The machine could not be shown to give more, so it says nothing that this strategy did not."""
    CHANCE = "chance"
    """Among as many ratios, one may look so by chance."""
    NOISE = "noise"
    """The A/A band is wider than the margin, and the ratio not clear of it."""
    WIDE = "wide"
    """The interval reaches over the edge."""


class Finding(Record, frozen=True):
    """What one workload says of a rule, by a ratio or by a value that it observed; NaN: there is none."""

    verdict: Verdict
    why: Why
    stands: Alternative | None = None
    """Where it stands, if that is sure."""
    detail: str = ""
    """In the words of what failed."""
    workload: str = ""
    workers: int = 1
    ratio: float = math.nan
    what: str = ""
    """That was observed."""
    unit: str = ""
    value: float = math.nan
    low: float = math.nan
    """Of the ratio or the value, like ``high``."""
    high: float = math.nan
    band: float = math.nan
    """Of the workload's A/A pair: ratios within it may be noise."""
    edge: float = math.nan
    """What it had to pass: the margin, the band where that is wider, or the threshold of what is observed."""
    q: float = math.nan
    """Share of false ones among all answers that are as sure as this, or surer."""
    blocks: int = 0
    """That have a ratio, or invocations that have a value."""
    capacity: float = math.nan
    """What as many independent processes reached."""

    @property
    def has_number(self) -> bool:
        """Whether anything was measured."""
        return not (math.isnan(self.ratio) and math.isnan(self.value))


class Ruling(Record, frozen=True):
    """What all workloads together say of one rule of a claim."""

    rule: Rule
    verdict: Verdict
    findings: tuple[Finding, ...]
    deciding: Finding
    """The one that made the verdict; of several, where all must hold the weakest."""
    crossing: float = math.nan
    """Of a decline: where in the sweep the gain ends."""


class Judgement(Record, frozen=True):
    """A claim, an interpreter, and the verdict."""

    claim: str
    """Its id."""
    interpreter: str
    """Its label."""
    verdict: Verdict
    basis: Basis
    rulings: tuple[Ruling, ...] = ()
    """One for each rule; none where the claim is about other interpreters."""

    @property
    def bearing(self) -> tuple[Ruling, ...]:
        """Those that made the verdict."""
        return tuple(ruling for ruling in self.rulings if ruling.verdict is self.verdict)

    @property
    def deciding(self) -> Finding:
        """The finding that made the verdict, one with a number if there is any."""
        found = [ruling.deciding for ruling in self.bearing] or [Finding(self.verdict, Why.OTHERS)]
        return max(found, key=lambda finding: finding.has_number)
