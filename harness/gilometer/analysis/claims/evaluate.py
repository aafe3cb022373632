"""Evaluate the claims on a run: a verdict for each claim and interpreter, with what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.beside import beside, doubt_contradictions, verdicts_by_question
from gilometer.analysis.claims.decision import QValues
from gilometer.analysis.claims.hypotheses import ObservationHypothesis, RatioHypothesis
from gilometer.analysis.claims.observation_test import observation_tests
from gilometer.analysis.claims.ratio_test import ratio_tests
from gilometer.analysis.claims.rule_results import combine
from gilometer.analysis.claims.rules import hypotheses_of
from gilometer.analysis.claims.rules.decline import crossing
from gilometer.analysis.claims.verdicts import Basis, ClaimResult, RuleResult, Verdict, WorkloadResult
from gilometer.claims.claim import Decline, FreeThreading
from gilometer.plan.pairs import language_of, ordinary_build_of, pairs
from gilometer.stats.significance import q_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gilometer.analysis.claims.hypotheses import Hypotheses, Hypothesis
    from gilometer.analysis.claims.observation_test import ObservationTest
    from gilometer.analysis.claims.ratio_test import RatioTest
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Claim, Rule
    from gilometer.model import Interpreter, Plan

_GRAVEST_FIRST = (Verdict.REFUTED, Verdict.NOT_APPLICABLE, Verdict.NOT_ESTABLISHED, Verdict.HOLDS)


@dataclass(frozen=True)
class _RuleHypotheses:
    """One rule, and its hypotheses on one interpreter."""

    rule: Rule
    hypotheses: Hypotheses


@dataclass(frozen=True)
class _ClaimHypotheses:
    """One claim on one interpreter; without rules, where the claim or all of its rules are about others."""

    claim: Claim
    interpreter: Interpreter
    rules: tuple[_RuleHypotheses, ...]

    @property
    def to_test(self) -> list[Hypothesis]:
        """The hypotheses of all rules, in order."""
        return [one for rule in self.rules for one in rule.hypotheses if not isinstance(one, WorkloadResult)]


def evaluate(claims: Iterable[Claim], run: RunData) -> tuple[ClaimResult, ...]:
    """Give a verdict for each claim and interpreter of a run, claim by claim.

    All hypotheses of the run are tested at once, so that the false discovery rate counts them all.
    """
    by_claim = [
        _hypotheses(claim, interpreter, run) for claim in claims for interpreter in run.plan.interpreters
    ]
    results = iter(_findings([one for hypotheses in by_claim for one in hypotheses.to_test], run))
    return tuple(_claim_result(hypotheses, results, run) for hypotheses in by_claim)


def basis(claim: Claim, interpreter: Interpreter, plan: Plan) -> Basis:
    """Tell what the GIL of an interpreter is compared with in a run.

    A claim on two builds of a version compares these two: ``OTHER_BUILD`` if they have other options.
    """
    ordinary = ordinary_build_of(interpreter, plan.interpreters)
    if ordinary and any(isinstance(rule, FreeThreading) for rule in claim.tests):
        is_alike = ordinary.facts.build == interpreter.facts.build
        return Basis.SAME_VERSION if is_alike else Basis.OTHER_BUILD
    if any(interpreter in (pair.on, pair.off) for pair in pairs(plan.interpreters)):
        return Basis.SAME_BINARY
    others = [one for one in plan.interpreters if one.facts.gil != interpreter.facts.gil]
    if any(language_of(one) == language_of(interpreter) for one in others):
        return Basis.SAME_VERSION
    return Basis.OTHER_BUILD if others else Basis.ONE_BUILD


def _hypotheses(claim: Claim, interpreter: Interpreter, run: RunData) -> _ClaimHypotheses:
    facts = interpreter.facts
    rules = [rule for rule in claim.tests if claim.concerns.include(facts) and rule.concerns.include(facts)]
    by_rule = [_RuleHypotheses(rule, hypotheses_of(rule, interpreter, run)) for rule in rules]
    asked = tuple(one for one in by_rule if one.hypotheses or not beside(one.rule))
    return _ClaimHypotheses(claim, interpreter, asked)


def _findings(hypotheses: Sequence[Hypothesis], run: RunData) -> list[WorkloadResult]:
    """Test hypotheses, and decide each by its q-values among all of them, in their order."""
    tests = _tests(hypotheses, run)
    p = np.asarray([[test.p for test in tests], [test.contrary_p for test in tests]], dtype=float)
    q = map(QValues, *q_values(p).tolist())
    return [test.result(own) for test, own in zip(tests, q, strict=True)]


def _tests(hypotheses: Sequence[Hypothesis], run: RunData) -> list[RatioTest | ObservationTest]:
    ratios = iter(ratio_tests([one for one in hypotheses if isinstance(one, RatioHypothesis)], run))
    observations = iter(
        observation_tests([one for one in hypotheses if isinstance(one, ObservationHypothesis)])
    )
    return [next(ratios) if isinstance(one, RatioHypothesis) else next(observations) for one in hypotheses]


def _claim_result(claim: _ClaimHypotheses, results: Iterator[WorkloadResult], run: RunData) -> ClaimResult:
    """Combine the results of a claim's rules; those of its hypotheses are the next of ``results``."""
    interpreter = claim.interpreter
    rule_results: list[RuleResult] = []
    for rule in claim.rules:
        own = [one if isinstance(one, WorkloadResult) else next(results) for one in rule.hypotheses]
        ends_at = crossing(rule.rule, interpreter, run) if isinstance(rule.rule, Decline) else math.nan
        rule_results.append(combine(rule.rule, own, ends_at))
    rule_results = doubt_contradictions(rule_results)
    verdict = _gravest(verdicts_by_question(rule_results))
    return ClaimResult(
        claim.claim.id,
        interpreter.label,
        verdict,
        basis(claim.claim, interpreter, run.plan),
        tuple(rule_results),
    )


def _gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine the verdicts of a claim's rules, all of which must hold; without rules it is not applicable."""
    return min(verdicts, key=_GRAVEST_FIRST.index, default=Verdict.NOT_APPLICABLE)
