"""The verdicts: what the findings of all workloads and rules say of each claim on each interpreter."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.answer import answers
from gilometer.analysis.claims.ask import Asked, ask, sweep, widest
from gilometer.analysis.claims.verdict import Basis, Finding, Judgement, Ruling, Verdict, Why
from gilometer.claims.claim import Combine, Decline, Fact, Observation
from gilometer.interpreters.versions import short_version
from gilometer.plan.pairs import pairs
from gilometer.stats.intervals import typical_ratios

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gilometer.analysis.claims.ask import Question
    from gilometer.analysis.claims.case import Case
    from gilometer.analysis.claims.observed import Query
    from gilometer.claims.claim import Claim, Rule
    from gilometer.model import Interpreter, Plan

UNMEASURED = Finding(Verdict.NOT_ESTABLISHED, Why.UNMEASURED)
TOO_LITTLE = frozenset({Why.NOT_REACHED, Why.FEW_BLOCKS, Why.EARLY})
"""Why a workload says nothing that more time would let speak."""


@dataclass(frozen=True)
class _Inquiry:
    """One rule, and what it asks."""

    rule: Rule
    asked: Asked


@dataclass(frozen=True)
class _Hearing:
    """One claim and one interpreter; no inquiries, where the claim or all of its tests are about others."""

    claim: Claim
    one: Interpreter
    inquiries: tuple[_Inquiry, ...]

    @property
    def questions(self) -> list[Question | Query]:
        """What figures are to answer, in order."""
        return [item for one in self.inquiries for item in one.asked if not isinstance(item, Finding)]


def judge(claims: Iterable[Claim], case: Case) -> tuple[Judgement, ...]:
    """Give a verdict for each claim and interpreter of a run, claim by claim."""
    hearings = [_hearing(claim, one, case) for claim in claims for one in case.plan.interpreters]
    found = iter(answers([question for hearing in hearings for question in hearing.questions], case))
    return tuple(_judgement(hearing, found, case) for hearing in hearings)


def basis(one: Interpreter, plan: Plan) -> Basis:
    """Tell what an interpreter's GIL is compared with in a run."""
    if any(one in (pair.on, pair.off) for pair in pairs(plan.interpreters)):
        return Basis.SAME_BINARY
    others = [other for other in plan.interpreters if other.facts.gil != one.facts.gil]
    if any(_language(other) == _language(one) for other in others):
        return Basis.SAME_VERSION
    return Basis.OTHER_BUILD if others else Basis.ONE_BUILD


def _language(one: Interpreter) -> tuple[str, str]:
    return one.facts.implementation, short_version(one.facts.version)


def _hearing(claim: Claim, one: Interpreter, case: Case) -> _Hearing:
    rules = [
        rule for rule in claim.tests if claim.concerns.include(one.facts) and rule.concerns.include(one.facts)
    ]
    return _Hearing(claim, one, tuple(_Inquiry(rule, ask(rule, one, case)) for rule in rules))


def _judgement(hearing: _Hearing, found: Iterator[Finding], case: Case) -> Judgement:
    """Put together what a hearing's rules found; the answers to its questions come next."""
    one = hearing.one
    rulings = []
    for inquiry in hearing.inquiries:
        findings = [item if isinstance(item, Finding) else next(found) for item in inquiry.asked]
        ends_at = crossing(inquiry.rule, one, case) if isinstance(inquiry.rule, Decline) else math.nan
        rulings.append(_ruling(inquiry.rule, findings, ends_at))
    verdict = _gravest(ruling.verdict for ruling in rulings)
    return Judgement(hearing.claim.id, one.label, verdict, basis(one, case.plan), tuple(rulings))


def _gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """All rules of a claim must hold; without any it is about others."""
    order = (Verdict.REFUTED, Verdict.NOT_APPLICABLE, Verdict.NOT_ESTABLISHED, Verdict.HOLDS)
    return min(verdicts, key=order.index, default=Verdict.NOT_APPLICABLE)


def _ruling(rule: Rule, findings: Sequence[Finding], ends_at: float) -> Ruling:
    """Let the workloads that an interpreter has, and that were measured, bear on a rule."""
    heard = [one for one in findings if one.verdict is not Verdict.NOT_APPLICABLE] or list(findings)
    heard = [one for one in heard if not may_be_left_out(one, rule)] or heard or [UNMEASURED]
    combine = Combine.ALL if isinstance(rule, Fact | Observation) else rule.combine
    order = (Verdict.NOT_APPLICABLE, Verdict.REFUTED, Verdict.NOT_ESTABLISHED, Verdict.HOLDS)
    picked = {Combine.ALL: min, Combine.ANY: max}[combine]
    verdict = picked((one.verdict for one in heard), key=order.index)
    deciding = _deciding([one for one in heard if one.verdict is verdict], combine)
    return Ruling(rule, verdict, tuple(findings), deciding, ends_at)


def may_be_left_out(finding: Finding, rule: Rule) -> bool:
    """Whether others can establish a verdict without it: the run had too little time for it, or none.

    A decline needs both ends of its sweep. Where one workload is enough, those that are named must be heard
    before it is refuted that one of them bears the rule out.
    """
    if finding.why not in TOO_LITTLE or isinstance(rule, Fact | Decline):
        return False
    is_needed = not isinstance(rule, Observation) and rule.combine is Combine.ANY
    return not (is_needed and finding.workload.partition(":")[0] in rule.workloads)


def _deciding(bearing: Sequence[Finding], combine: Combine) -> Finding:
    """Take the weakest finding where the verdict needed all, the strongest where one was enough."""
    verdict = bearing[0].verdict
    if verdict not in {Verdict.HOLDS, Verdict.REFUTED}:
        return bearing[0]
    needs_all = (combine is Combine.ALL) == (verdict is Verdict.HOLDS)
    pick = max if needs_all else min
    return pick(bearing, key=lambda one: (one.q, -_distance(one)))


def _distance(of: Finding) -> float:
    """How far a finding is from where it would say nothing."""
    return abs(math.log(of.ratio) if math.isnan(of.value) else of.value - of.edge)


def crossing(rule: Decline, one: Interpreter, case: Case) -> float:
    """Find where in the sweep of a decline the gain ends, between the points that were measured; else NaN.

    The logarithm of the speedup is taken to be a straight line from point to point.
    """
    gains = {
        at: typical_ratios((case.times(side.over) - case.times(side.under))[:, None]).mean[0]
        for at, work in sweep(rule, case).items()
        if (side := widest(one, work, rule.strategy, case))
    }
    above = {at: math.log(gain / rule.margin) for at, gain in gains.items() if not math.isnan(gain)}
    for (start, before), (end, after) in itertools.pairwise(above.items()):
        if before > 0 >= after:
            return float(np.interp(0.0, [after, before], [end, start]))
    return math.nan
