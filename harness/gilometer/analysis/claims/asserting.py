"""``--assert "C2 holds on cpython-*"``: what a run must say, and whether it does."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdict import Judgement, Verdict
from gilometer.claims.reading import claims
from gilometer.errors import UsageError
from gilometer.model import Record
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHAPE = re.compile(r"(?P<claim>\S+)\s+(?P<verdict>\S.*\S)\s+on\s+(?P<pattern>\S+)")


class Assertion(Record, frozen=True):
    """A verdict that is asked for."""

    claim: str
    verdict: Verdict
    pattern: str
    """A glob that labels of interpreters match."""

    def __str__(self) -> str:
        return f"{self.claim} {self.verdict} on {self.pattern}"


class Unmet(Record, frozen=True):
    """An assertion that a run does not bear out."""

    assertion: Assertion
    against: tuple[Judgement, ...]
    """Verdicts that are otherwise; none: the claim is about none of the interpreters that match."""
    matched: tuple[str, ...]
    """Labels of the interpreters that match."""


def parse(text: str) -> Assertion:
    """Read an assertion as it was typed.

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


def unmet(assertions: Sequence[Assertion], judgements: Sequence[Judgement]) -> tuple[Unmet, ...]:
    """List the assertions that the verdicts of a run don't bear out."""
    checked = (_check(assertion, judgements) for assertion in assertions)
    return tuple(found for found in checked if found)


def _check(assertion: Assertion, judgements: Sequence[Judgement]) -> Unmet | None:
    """Hold an assertion against the interpreters that match.

    One that the claim is not about counts for nothing, as long as it is about another that matches.
    """
    own = [one for one in judgements if one.claim == assertion.claim]
    matched = [one for one in own if fnmatchcase(one.interpreter, assertion.pattern)]
    heard = [one for one in matched if _counts(one, assertion)]
    against = tuple(one for one in heard if one.verdict is not assertion.verdict)
    if heard and not against:
        return None
    return Unmet(assertion, against, tuple(one.interpreter for one in matched))


def _counts(judgement: Judgement, assertion: Assertion) -> bool:
    return assertion.verdict is Verdict.NOT_APPLICABLE or judgement.verdict is not Verdict.NOT_APPLICABLE
