"""What a claim is made of, in the words of its TOML file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from gilometer.model import Alternative, Facts, Record, Strategy
from gilometer.stats.equivalence import MARGIN


class Combine(StrEnum):
    """How many of the workloads must bear a rule out."""

    ALL = "all"
    """Those that were measured."""
    ANY = "any"
    """One; so it is refuted only by all, those that are named among them."""


class Concerns(Record, frozen=True, forbid_unknown_fields=True):
    """Which interpreters a claim, or a test of it, is about; a condition that isn't given is met by all."""

    gil: bool | None = None
    """Whether they have one."""
    gc: Literal["refcount", "tracing"] | None = None
    """How they free memory."""
    implementations: tuple[str, ...] = ()

    def include(self, facts: Facts) -> bool:
        """Tell whether an interpreter with these facts is one of them."""
        return (
            (self.gil is None or self.gil == facts.gil)
            and (self.gc is None or self.gc == facts.gc)
            and (not self.implementations or facts.implementation in self.implementations)
        )


class _Test(Record, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """What all rules have."""

    concerns: Concerns = Concerns()
    """Which of the interpreters that the claim is about; the others are not asked."""


class _Rule(_Test, frozen=True, kw_only=True):
    """What most rules have: which workloads are evidence, and how near to 1 makes no difference."""

    kinds: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    """Names of scripts, beside those of the kinds."""
    margin: Annotated[float, msgspec.Meta(gt=1)] = MARGIN
    combine: Combine = Combine.ALL

    def __post_init__(self) -> None:
        """Refuse a rule that nothing could ever be evidence for."""
        if not self.kinds and not self.workloads:
            raise ValueError("no workload is evidence; give `kinds` or `workloads`")


class Speedup(_Rule, frozen=True, tag="speedup"):
    """Time of one strategy (``over``) over that of another, each with the most workers that both had."""

    strategy: Strategy
    expected: Alternative
    over: Strategy = Strategy.SERIAL


class Efficiency(_Rule, frozen=True, tag="efficiency"):
    """Speedup over serial, over what as many independent serial processes reached."""

    strategy: Strategy
    expected: Alternative


class Start(_Rule, frozen=True, tag="start"):
    """Time that one strategy (``over``) needs to start its workers, over that of another."""

    strategy: Strategy
    over: Strategy
    expected: Alternative


class Overhead(_Rule, frozen=True, tag="overhead"):
    """Time of serial without the GIL, over that of the same binary with it."""

    expected: Alternative


class Decline(_Rule, frozen=True, tag="decline"):
    """A speedup over serial that is above the margin where a sweep starts, and no more where it ends."""

    strategy: Strategy
    parameter: str
    """Of the one workload, which is swept."""
    start: float
    end: float


class Observation(_Test, frozen=True, tag="observation"):
    """What workloads tell of themselves that is no time, in its own unit, with the most workers."""

    workloads: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Names of scripts; all that were measured must bear it out."""
    what: str
    """As the workload calls it."""
    expected: Alternative
    threshold: float
    minus: str = ""
    """Something else that the same invocations tell, which is taken off."""
    strategy: Strategy = Strategy.SERIAL

    def __post_init__(self) -> None:
        """Refuse what only a ratio can be."""
        if self.expected not in {Alternative.ABOVE, Alternative.BELOW}:
            raise ValueError(
                f"what is observed is expected above or below its threshold, not {self.expected}"
            )


class Fact(_Test, frozen=True, tag="fact"):
    """Something that an interpreter says of itself."""

    fact: Literal["gc", "gil", "jit"]
    value: bool | str


Ratio = Speedup | Efficiency | Start | Overhead
"""Rules that take one ratio of each workload."""
Rule = Ratio | Decline | Observation | Fact


class Claim(Record, frozen=True, forbid_unknown_fields=True):
    """A sentence that is tested."""

    id: str
    """Stem of its file."""
    sentence: str
    tests: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1)]
    """All must hold."""
    concerns: Concerns = Concerns()
