"""Combine the results of a rule and of the rule beside it, which bears on the same question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.analysis.claims.verdicts import Reason, RuleResult, Verdict
from gilometer.claims.claim import Beside, Observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gilometer.claims.claim import Rule

_CONTRARY = {Verdict.HOLDS: Verdict.REFUTED, Verdict.REFUTED: Verdict.HOLDS}
_DECISIVE = {
    Beside.DECIDES: frozenset({Verdict.HOLDS, Verdict.REFUTED}),
    Beside.REFUTES: frozenset({Verdict.REFUTED}),
}


def beside(rule: Rule) -> Beside | None:
    """Tell what a rule decides beside the one before it; None if it is a question of its own."""
    return rule.beside if isinstance(rule, Observation) else None


def verdicts_by_question(rule_results: Sequence[RuleResult]) -> Iterator[Verdict]:
    """Give the verdict on each question: that of its rule, or of the rule beside it where that decides."""
    for own, other in _questions(rule_results):
        yield other.verdict if other and _decides(other) else own.verdict


def doubt_contradictions(rule_results: Sequence[RuleResult]) -> list[RuleResult]:
    """Establish nothing where a rule and the one beside it show the contrary."""
    found = list(rule_results)
    for own, other in _questions(rule_results):
        if other and _decides(other) and _CONTRARY[other.verdict] is own.verdict:
            for one in (own, other):
                found[found.index(one)] = _doubted(one)
    return found


def _questions(rule_results: Sequence[RuleResult]) -> Iterator[tuple[RuleResult, RuleResult | None]]:
    """Pair each rule's result with that of the rule beside it, if there is one."""
    for place, own in enumerate(rule_results):
        if not beside(own.rule):
            following = next(iter(rule_results[place + 1 :]), None)
            yield own, following if following and beside(following.rule) else None


def _decides(other: RuleResult) -> bool:
    part = beside(other.rule)
    return part is not None and other.verdict in _DECISIVE[part]


def _doubted(rule_result: RuleResult) -> RuleResult:
    doubted = replace(rule_result.deciding, verdict=Verdict.NOT_ESTABLISHED, why=Reason.CONTRARY, stands=None)
    return replace(rule_result, verdict=Verdict.NOT_ESTABLISHED, deciding=doubted)
