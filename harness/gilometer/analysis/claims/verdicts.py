"""The results of the claims: verdicts, and the records that they rest on."""

from __future__ import annotations

import math
from enum import StrEnum

from gilometer.claims.claim import Rule  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model import Alternative, Estimate, Record
from gilometer.stats.modes import Mode  # noqa: TC001  msgspec resolves annotations at run time


class Verdict(StrEnum):
    """The result of a claim, a rule or a hypothesis."""

    HOLDS = "holds"
    REFUTED = "refuted"
    NOT_ESTABLISHED = "not established"
    NOT_APPLICABLE = "not applicable"


class Basis(StrEnum):
    """The comparison that shows the effect of the GIL, the strongest first."""

    SAME_BINARY = "same binary"
    """The interpreter ran with its GIL on and off."""
    SAME_VERSION = "same version"
    """Another build of the same version took part, with a GIL where this one has none, or without."""
    OTHER_BUILD = "other build"
    """Another interpreter took part, with a GIL where this one has none, or without."""
    ONE_BUILD = "one build"
    """All interpreters had a GIL, or none had one."""


class Reason(StrEnum):
    """The reason for a verdict."""

    FIGURE = "figure"
    """A ratio, a value or a fact was clear enough."""
    OTHERS = "others"
    """The claim is about other interpreters."""
    LACKING = "lacking"
    """The interpreter lacks something that the workload or the strategy needs."""
    ONE_HALF = "one half"
    """The binary did not take part both with its GIL and without."""
    NO_ORDINARY_BUILD = "no ordinary build"
    """The build of the version that has a GIL did not take part."""
    NONE_SEEN = "none seen"
    """What is asked of was not seen in any invocation. That does not show that it can't happen."""
    UNMEASURED = "unmeasured"
    """The plan has no such workload or strategy."""
    NOT_REACHED = "not reached"
    """The run ended before the workload was measured."""
    FAILED = "failed"
    """A cell was not ok."""
    UNSTEADY = "unsteady"
    """A cell has no steady state."""
    FEW_BLOCKS = "few blocks"
    """The blocks, or invocations, are too few for an interval."""
    EARLY = "early"
    """Nothing is established, and there are fewer blocks than a narrow interval needs."""
    NO_TWIN = "no twin"
    """The workload has no A/A pair, so its noise is unknown."""
    DOUBTFUL = "doubtful"
    """The speedup is more than its workers can give."""
    NO_CONCURRENCY = "no concurrency"
    """It is faster, but its workers did not run at once, so something else made it so."""
    NO_CAPACITY = "no capacity"
    """The machine was not shown to give a speedup, so that a strategy gave none proves nothing."""
    CONTRARY = "contrary"
    """Two ways to show the same show the contrary of each other."""
    CHANCE = "chance"
    """The false discovery rate is too high: among as many tests, one may look so by chance."""
    NOISE = "noise"
    """The ratio is not clear of the A/A band, which is wider than the margin."""
    WIDE = "wide"
    """The interval reaches over the bound."""


class WorkloadResult(Record, frozen=True):
    """The result of a rule for one workload, with its ratio or its observed value; NaN: there is none."""

    verdict: Verdict
    why: Reason
    stands: Alternative | None = None
    """The alternative that was established, if one was."""
    detail: str = ""
    """The message of what failed or is lacking."""
    workload: str = ""
    workers: int = 1
    ratio: float = math.nan
    what: str = ""
    """The name of the observed quantity."""
    unit: str = ""
    value: float = math.nan
    low: float = math.nan
    """The lower end of the 95% interval of the ratio or the value; ``high`` is the upper one."""
    high: float = math.nan
    band: float = math.nan
    """The A/A band of the workload: ratios within it may be noise."""
    edge: float = math.nan
    """The bound: the margin, the band where that is wider, or the threshold of an observed value."""
    q: float = math.nan
    """The false discovery rate of the verdict, among all hypotheses of the run."""
    blocks: int = 0
    """The number of blocks with a ratio, or of invocations with a value."""
    capacity: float = math.nan
    """The speedup of as many independent serial processes."""
    concurrency: Estimate = Estimate()
    """The cores that it had, over those that serial had."""
    modes: tuple[Mode, ...] = ()
    """The separate values that its ratio has in some blocks and others; none if it has one."""

    @property
    def has_number(self) -> bool:
        """Tell whether anything was measured."""
        return not (math.isnan(self.ratio) and math.isnan(self.value))


class RuleResult(Record, frozen=True):
    """The result of one rule of a claim, over all workloads."""

    rule: Rule
    verdict: Verdict
    results: tuple[WorkloadResult, ...]
    deciding: WorkloadResult
    """The result that gave the verdict: the weakest where all must hold, else the strongest."""
    crossing: float = math.nan
    """The value of a decline's parameter at which the gain ends; NaN: it doesn't, or there is no sweep."""


class ClaimResult(Record, frozen=True):
    """The result of one claim on one interpreter."""

    claim: str
    """The claim's id."""
    interpreter: str
    """The interpreter's label."""
    verdict: Verdict
    basis: Basis
    rule_results: tuple[RuleResult, ...] = ()
    """The results of its rules; none where the claim is about other interpreters."""

    @property
    def bearing(self) -> tuple[RuleResult, ...]:
        """The rule_results whose verdict is that of the claim."""
        return tuple(rule_result for rule_result in self.rule_results if rule_result.verdict is self.verdict)

    @property
    def deciding(self) -> WorkloadResult:
        """The result that gave the verdict, one with a number if there is any."""
        found = [rule_result.deciding for rule_result in self.bearing] or [
            WorkloadResult(self.verdict, Reason.OTHERS)
        ]
        return max(found, key=lambda result: result.has_number)
