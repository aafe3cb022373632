"""The claims that a run tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Reason, Verdict
from gilometer.claims.reading import claims

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.claims.claim import Claim


def is_tested(claim_result: ClaimResult) -> bool:
    """Tell whether the run tested a claim on an interpreter, even if it came to no verdict."""
    if claim_result.verdict is not Verdict.NOT_ESTABLISHED:
        return claim_result.verdict is not Verdict.NOT_APPLICABLE
    return claim_result.deciding.why is not Reason.UNMEASURED and any(
        one.why is not Reason.UNMEASURED and one.verdict is not Verdict.NOT_APPLICABLE
        for rule_result in claim_result.rule_results
        for one in rule_result.results
    )


def claims_tested(claim_results: Iterable[ClaimResult]) -> list[Claim]:
    """List the claims that the run tested."""
    ids = {one.claim for one in claim_results if is_tested(one)}
    return [claim for claim in claims() if claim.id in ids]
