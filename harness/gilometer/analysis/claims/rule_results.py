"""Combine the results of all workloads into the verdict on one rule."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Reason, RuleResult, Verdict, WorkloadResult
from gilometer.claims.claim import Combine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.claims.claim import Rule

UNMEASURED = WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.UNMEASURED)
TOO_LITTLE = frozenset({Reason.NOT_REACHED, Reason.FEW_BLOCKS, Reason.EARLY})
"""Reasons for an open decision that a longer run would remove."""
_WORST_FIRST = (Verdict.NOT_APPLICABLE, Verdict.REFUTED, Verdict.NOT_ESTABLISHED, Verdict.HOLDS)


def combine(rule: Rule, results: Sequence[WorkloadResult], crossing: float) -> RuleResult:
    """Combine the results of the workloads that the interpreter has and that were measured enough.

    Where all must meet the rule the worst verdict counts, where one is enough the best. Without any such
    workload the others count.
    """
    applicable = [one for one in results if one.verdict is not Verdict.NOT_APPLICABLE] or list(results)
    counted = [one for one in applicable if not may_be_left_out(one, rule)] or applicable or [UNMEASURED]
    pick = {Combine.ALL: min, Combine.ANY: max}[rule.combined]
    verdict = pick((one.verdict for one in counted), key=_WORST_FIRST.index)
    deciding = _deciding([one for one in counted if one.verdict is verdict], rule.combined)
    return RuleResult(rule, verdict, tuple(results), deciding, crossing)


def may_be_left_out(result: WorkloadResult, rule: Rule) -> bool:
    """Tell whether a rule has a verdict without a workload, because the run had too little time for it."""
    return result.why in TOO_LITTLE and rule.can_do_without(result.workload.partition(":")[0])


def _deciding(results: Sequence[WorkloadResult], combined: Combine) -> WorkloadResult:
    """Pick the weakest of the results where the verdict needs all, the strongest where one is enough."""
    verdict = results[0].verdict
    if verdict not in {Verdict.HOLDS, Verdict.REFUTED}:
        return results[0]
    needs_all = (combined is Combine.ALL) == (verdict is Verdict.HOLDS)
    pick = max if needs_all else min
    return pick(results, key=lambda one: (one.q, -_distance(one)))


def _distance(result: WorkloadResult) -> float:
    """Measure how far a ratio is from 1, in logarithms, or a value from its threshold."""
    return abs(math.log(result.ratio) if math.isnan(result.value) else result.value - result.edge)
