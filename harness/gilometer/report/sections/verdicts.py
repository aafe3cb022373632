"""The section with the verdicts of a run: where each claim holds, and the evidence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Basis, Verdict
from gilometer.claims.reading import claims
from gilometer.report.document import ClaimVerdicts, InterpreterVerdict, Section, Verdicts, paragraph, section
from gilometer.report.results.verdicts import claims_tested, is_tested
from gilometer.report.sentences.text import number, sentence_case
from gilometer.report.sentences.verdicts import NOTHING_TESTED, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.claims.claim import Claim
    from gilometer.report.results import Results

TELLING = (Verdict.REFUTED, Verdict.HOLDS, Verdict.NOT_ESTABLISHED)
"""The verdicts by importance, the most important first."""
READING = (
    "A verdict is given only where the whole 95% interval lies on one side of what the claim says, and the "
    "ratio is clear of the noise of the machine; where this run can't tell, it says so: not established."
)
SMALLEST_Q = 0.001
"""A smaller q-value is written as less than this."""


def verdicts_section(results: Results) -> Section | None:
    """Say of each claim where it holds, and on what each verdict rests."""
    labels = [one.label for one in results.present]
    claim_results = sorted(results.verdicts, key=lambda one: labels.index(one.interpreter))
    tested = claims_tested(claim_results)
    rest = "; ".join(f"{claim.id}, {claim.sentence}" for claim in claims() if claim not in tested)
    if not tested:
        return section("Verdicts", paragraph(NOTHING_TESTED), id="verdicts")
    said = Verdicts(tuple(_of_claim(claim, claim_results) for claim in tested))
    untested = paragraph(f"Nothing in this run tests {rest}.") if rest else None
    return section("Verdicts", paragraph(READING), said, untested, id="verdicts")


def _of_claim(claim: Claim, claim_results: Iterable[ClaimResult]) -> ClaimVerdicts:
    own = [one for one in claim_results if one.claim == claim.id and is_tested(one)]
    told = {
        one.interpreter: InterpreterVerdict(one.interpreter, one.verdict, sentence(one, claim), _beside(one))
        for one in own
    }
    strength = list(Basis)
    chief = min(own, key=lambda one: (TELLING.index(one.verdict), strength.index(one.basis)))
    return ClaimVerdicts(
        claim.id, sentence_case(claim.sentence), tuple(told.values()), told[chief.interpreter]
    )


def _beside(claim_result: ClaimResult) -> str:
    """Set the certainty and the kind of comparison beside a figure, and the noise beside a ratio."""
    of = claim_result.deciding
    if math.isnan(of.q):
        return ""
    q = f"q < {SMALLEST_Q}" if of.q < SMALLEST_Q else f"q = {number(of.q)}"
    noise = "" if math.isnan(of.band) else f"noise {number(of.band)}x, "
    return f"{claim_result.basis.value}; {noise}{q}"
