"""The records of a claim and of its rules, in the words of its TOML file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from gilometer.model import Alternative, Facts, Record, Strategy
from gilometer.stats.equivalence import MARGIN


class Combine(StrEnum):
    """The number of workloads that must meet a rule."""

    ALL = "all"
    """All that were measured."""
    ANY = "any"
    """At least one. So a rule is refuted only if all fail it, and all that it names were measured."""


class Beside(StrEnum):
    """What a rule that stands beside the one before it can decide, if the run measured it."""

    DECIDES = "decides"
    """It shows the same in another way: either rule is enough."""
    REFUTES = "refutes"
    """It is needed, but not enough: it can only refute."""


class Concerns(Record, frozen=True, forbid_unknown_fields=True):
    """The interpreters that a claim, or a rule of it, is about; all meet a condition that isn't given."""

    gil: bool | None = None
    """True: those with a GIL, False: those without."""
    gc: Literal["refcount", "tracing"] | None = None
    """The interpreters with this way of freeing memory."""
    implementations: tuple[str, ...] = ()

    def include(self, facts: Facts) -> bool:
        """Tell whether an interpreter with these facts is one of them."""
        return (
            (self.gil is None or self.gil == facts.gil)
            and (self.gc is None or self.gc == facts.gc)
            and (not self.implementations or facts.implementation in self.implementations)
        )


class _Rule(Record, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """The fields and properties of all rules."""

    concerns: Concerns = Concerns()
    """The interpreters, of those that the claim is about, that the rule is tested on."""

    @property
    def combined(self) -> Combine:
        """The number of workloads that must meet the rule."""
        return Combine.ALL

    def can_do_without(self, script: str) -> bool:  # noqa: ARG002  rules that can't have their own
        """Tell whether the rule has a verdict although a workload of this script was measured too little."""
        return True


class _RatioRule(_Rule, frozen=True, kw_only=True):
    """The fields of rules on ratios: the workloads that are evidence, and the margin of equivalence."""

    kinds: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    """Names of scripts, in addition to those of the kinds."""
    margin: Annotated[float, msgspec.Meta(gt=1)] = MARGIN
    combine: Combine = Combine.ALL

    def __post_init__(self) -> None:
        """Refuse a rule that nothing could ever be evidence for."""
        if not self.kinds and not self.workloads:
            raise ValueError("no workload is evidence; give `kinds` or `workloads`")

    @property
    def combined(self) -> Combine:
        """The number of workloads that must meet the rule."""
        return self.combine

    def can_do_without(self, script: str) -> bool:
        """Tell that it can, except where one workload is enough and the rule names this one."""
        return self.combine is Combine.ALL or script not in self.workloads


class Speedup(_RatioRule, frozen=True, tag="speedup"):
    """The time of one strategy (``over``) over that of another, each with the most workers that both had."""

    strategy: Strategy
    expected: Alternative
    over: Strategy = Strategy.SERIAL


class Efficiency(_RatioRule, frozen=True, tag="efficiency"):
    """The speedup over serial, over what as many independent serial processes reached."""

    strategy: Strategy
    expected: Alternative


class Start(_RatioRule, frozen=True, tag="start"):
    """The time that one strategy (``over``) needs to start its workers, over that of another."""

    strategy: Strategy
    over: Strategy
    expected: Alternative


class Overhead(_RatioRule, frozen=True, tag="overhead"):
    """The time of serial without the GIL, over that of the same binary with it."""

    expected: Alternative


class FreeThreading(_RatioRule, frozen=True, tag="free_threading"):
    """The time of serial in a free-threaded build without its GIL, over that in the ordinary build."""

    expected: Alternative


class Decline(_RatioRule, frozen=True, tag="decline"):
    """A speedup over serial that is above the margin where a sweep starts, and not above it where it ends."""

    strategy: Strategy
    parameter: str
    """The parameter of the one workload that is swept."""
    start: float
    end: float

    def can_do_without(self, script: str) -> bool:  # noqa: ARG002
        """Tell that it can't, since it needs both ends of the sweep."""
        return False


class Observation(_Rule, frozen=True, tag="observation"):
    """A quantity other than time that workloads report, in its own unit, with the most workers."""

    workloads: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Names of scripts; all that were measured must meet the rule."""
    what: str
    """The name of the quantity, as the workload reports it."""
    expected: Alternative
    threshold: float
    minus: str = ""
    """The name of a quantity of the same invocations that is subtracted; empty: none."""
    strategy: Strategy = Strategy.SERIAL
    beside: Beside | None = None
    """Given for a share of the time at once, that bears on the rule before this one; None: it must hold."""

    def __post_init__(self) -> None:
        """Refuse alternatives that only a ratio has."""
        if self.expected not in {Alternative.ABOVE, Alternative.BELOW}:
            raise ValueError(
                f"what is observed is expected above or below its threshold, not {self.expected}"
            )


class Fact(_Rule, frozen=True, tag="fact"):
    """A fact that the probe found of an interpreter."""

    fact: Literal["gc", "gil", "jit"]
    value: bool | str


Ratio = Speedup | Efficiency | Start | Overhead | FreeThreading
"""Rules that take one ratio of each workload."""
Rule = Ratio | Decline | Observation | Fact


class Claim(Record, frozen=True, forbid_unknown_fields=True):
    """A sentence that is tested, with its rules."""

    id: str
    """The stem of its file."""
    sentence: str
    tests: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1)]
    """The rules, all of which must hold."""
    concerns: Concerns = Concerns()
