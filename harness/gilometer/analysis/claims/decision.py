"""Hold, refute, or leave open: what questions of all kinds have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gilometer.analysis.claims.verdict import Verdict, Why

if TYPE_CHECKING:
    from gilometer.analysis.claims.verdict import Finding
    from gilometer.model import Alternative


@dataclass(frozen=True)
class Sureness:
    """How surprising it would be otherwise, among all that was asked of the run."""

    q: float
    """Of standing where it should."""
    contrary_q: float


class Figures(Protocol):
    """What was measured of one question."""

    @property
    def p(self) -> float:
        """Of standing where it should; NaN where too little was measured."""
        ...

    @property
    def contrary_p(self) -> float:
        """Of standing in the contrary place."""
        ...

    def finding(self, sure: Sureness) -> Finding:
        """Answer the question."""
        ...


@dataclass(frozen=True)
class Decision:
    """The answer, and what decided."""

    verdict: Verdict
    why: Why
    stands: Alternative | None = None


@dataclass(frozen=True)
class Side:
    """Where a figure may stand, and what it would mean."""

    alternative: Alternative
    verdict: Verdict
    q: float


def sides(alternative: Alternative, sure: Sureness) -> tuple[Side, Side]:
    """Where it should stand, and the contrary place."""
    return (
        Side(alternative, Verdict.HOLDS, sure.q),
        Side(alternative.contrary, Verdict.REFUTED, sure.contrary_q),
    )


def undecided(why: Why) -> Decision:
    """Leave it open."""
    return Decision(Verdict.NOT_ESTABLISHED, why)
