"""Assertions, such as ``--assert "C2 holds on cpython-*"``, and whether the verdicts of a run meet them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import ClaimResult, Verdict
from gilometer.claims.reading import claims
from gilometer.errors import UsageError
from gilometer.model import Record
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHAPE = re.compile(r"(?P<claim>\S+)\s+(?P<verdict>\S.*\S)\s+on\s+(?P<pattern>\S+)")


class Assertion(Record, frozen=True):
    """A verdict that a claim must have on some interpreters."""

    claim: str
    verdict: Verdict
    pattern: str
    """A glob for the interpreters' labels."""

    def __str__(self) -> str:
        return f"{self.claim} {self.verdict} on {self.pattern}"


class Unmet(Record, frozen=True):
    """An assertion that a run does not meet."""

    assertion: Assertion
    against: tuple[ClaimResult, ...]
    """The results with another verdict; none: the claim is about none of the interpreters that match."""
    matched: tuple[str, ...]
    """Labels of the interpreters that match."""


def parse(text: str) -> Assertion:
    """Parse an assertion as it was typed.

    Raises:
        UsageError: It has another shape, or there is no such claim or verdict.

    """
    shape = _SHAPE.fullmatch(text.strip())
    if not shape:
        raise UsageError(f'--assert {text!r}: write it as "C2 holds on cpython-*"')
    ids = [claim.id for claim in claims()]
    if shape["claim"] not in ids:
        remedy = did_you_mean(shape["claim"].upper(), ids, f"those are {', '.join(ids)}")
        raise UsageError(f"--assert {text!r}: there is no claim {shape['claim']}; {remedy}")
    verdict = " ".join(shape["verdict"].split())
    if verdict not in set(Verdict):
        remedy = did_you_mean(verdict, list(Verdict), f"those are {', '.join(Verdict)}")
        raise UsageError(f"--assert {text!r}: {verdict!r} is no verdict; {remedy}")
    return Assertion(shape["claim"], Verdict(verdict), shape["pattern"])


def unmet(assertions: Sequence[Assertion], claim_results: Sequence[ClaimResult]) -> tuple[Unmet, ...]:
    """List the assertions that the verdicts of a run don't meet."""
    checked = (_check(assertion, claim_results) for assertion in assertions)
    return tuple(found for found in checked if found)


def _check(assertion: Assertion, claim_results: Sequence[ClaimResult]) -> Unmet | None:
    """Compare an assertion with the verdicts of the interpreters that match.

    Interpreters that the claim is not about are ignored, unless it is about none of those that match.
    """
    own = [one for one in claim_results if one.claim == assertion.claim]
    matched = [one for one in own if fnmatchcase(one.interpreter, assertion.pattern)]
    counted = [one for one in matched if _counts(one, assertion)]
    against = tuple(one for one in counted if one.verdict is not assertion.verdict)
    if counted and not against:
        return None
    return Unmet(assertion, against, tuple(one.interpreter for one in matched))


def _counts(claim_result: ClaimResult, assertion: Assertion) -> bool:
    return assertion.verdict is Verdict.NOT_APPLICABLE or claim_result.verdict is not Verdict.NOT_APPLICABLE
