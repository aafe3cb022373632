"""Which claims a run had something to say of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdict import Verdict, Why
from gilometer.claims.reading import claims

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.analysis.claims.verdict import Judgement
    from gilometer.claims.claim import Claim


def is_tested(judgement: Judgement) -> bool:
    """Tell whether the run had anything to say of a claim on an interpreter, be it that it can't tell."""
    if judgement.verdict is not Verdict.NOT_ESTABLISHED:
        return judgement.verdict is not Verdict.NOT_APPLICABLE
    return judgement.deciding.why is not Why.UNMEASURED and any(
        one.why is not Why.UNMEASURED and one.verdict is not Verdict.NOT_APPLICABLE
        for ruling in judgement.rulings
        for one in ruling.findings
    )


def claims_tested(judgements: Iterable[Judgement]) -> list[Claim]:
    """List the claims that the run had something to say of."""
    ids = {one.claim for one in judgements if is_tested(one)}
    return [claim for claim in claims() if claim.id in ids]
