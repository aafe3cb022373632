"""The decision on one hypothesis: it holds, it is refuted, or neither is established."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Reason, Verdict

if TYPE_CHECKING:
    from gilometer.model import Alternative


@dataclass(frozen=True)
class QValues:
    """False discovery rates of a hypothesis and of its contrary, among all that the run tests."""

    q: float
    contrary_q: float


@dataclass(frozen=True)
class Decision:
    """A verdict on one hypothesis, and its reason."""

    verdict: Verdict
    why: Reason
    stands: Alternative | None = None
    """The alternative that was established, if one was."""


@dataclass(frozen=True)
class Conclusion:
    """A conclusion that a test may reach: an alternative, the verdict that it gives, and its q-value."""

    alternative: Alternative
    verdict: Verdict
    q: float


def conclusions(alternative: Alternative, q_values: QValues) -> tuple[Conclusion, Conclusion]:
    """List the two conclusions of a test: that the hypothesis holds, and that it is refuted."""
    return (
        Conclusion(alternative, Verdict.HOLDS, q_values.q),
        Conclusion(alternative.contrary, Verdict.REFUTED, q_values.contrary_q),
    )


def not_established(why: Reason) -> Decision:
    """Decide neither, for a reason."""
    return Decision(Verdict.NOT_ESTABLISHED, why)
