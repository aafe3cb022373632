"""``verdicts.json``: the verdicts for programs, with all that each rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from gilometer.analysis.claims.verdicts import (  # noqa: TC001  msgspec resolves annotations at run time
    Basis,
    Reason,
    Verdict,
)
from gilometer.claims.reading import claims
from gilometer.model import SCHEMA, Record
from gilometer.report.sentences.verdicts import sentence
from gilometer.stats.equivalence import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.analysis.claims.verdicts import ClaimResult, RuleResult, WorkloadResult
    from gilometer.claims.claim import Claim

DIGITS = 6
"""Significant digits of a number."""


class ClaimLine(Record, frozen=True):
    """A claim in the file."""

    id: str
    sentence: str


class ModeLine(Record, frozen=True):
    """One of several separate values of a ratio, and the share of the blocks that have it."""

    ratio: float | None
    share: float | None


class FindingLine(Record, frozen=True):
    """The result of one workload."""

    rule: str
    workload: str
    workers: int
    verdict: Verdict
    why: Reason
    ratio: float | None
    what: str
    """Name of the observation; ``value``, ``low`` and ``high`` are in its ``unit``."""
    unit: str
    value: float | None
    low: float | None
    high: float | None
    band: float | None
    q: float | None
    blocks: int
    concurrency: float | None
    """Cores over those of serial."""
    concurrency_low: float | None
    concurrency_high: float | None
    modes: list[ModeLine]
    """The separate values of its ratio, the highest first; none if it has one."""


class VerdictLine(Record, frozen=True):
    """A verdict in the file."""

    claim: str
    interpreter: str
    verdict: Verdict
    evidence: Basis
    sentence: str
    workload: str
    """The deciding workload; its numbers follow."""
    ratio: float | None
    what: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    band: float | None
    q: float | None
    findings: tuple[FindingLine, ...]


class VerdictsFile(Record, frozen=True):
    """The content of ``verdicts.json``."""

    schema: int
    run: str
    margin: float
    claims: tuple[ClaimLine, ...]
    verdicts: tuple[VerdictLine, ...]


def verdicts_json(run: str, claim_results: Iterable[ClaimResult]) -> bytes:
    """Write ``verdicts.json``; what is not known is null."""
    known = {claim.id: claim for claim in claims()}
    content = VerdictsFile(
        schema=SCHEMA,
        run=run,
        margin=MARGIN,
        claims=tuple(ClaimLine(claim.id, claim.sentence) for claim in known.values()),
        verdicts=tuple(_verdict_line(one, known[one.claim]) for one in claim_results),
    )
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def _verdict_line(claim_result: ClaimResult, claim: Claim) -> VerdictLine:
    deciding = claim_result.deciding
    return VerdictLine(
        claim=claim.id,
        interpreter=claim_result.interpreter,
        verdict=claim_result.verdict,
        evidence=claim_result.basis,
        sentence=sentence(claim_result, claim),
        workload=deciding.workload,
        ratio=_rounded(deciding.ratio),
        what=deciding.what,
        unit=deciding.unit,
        value=_rounded(deciding.value),
        low=_rounded(deciding.low),
        high=_rounded(deciding.high),
        band=_rounded(deciding.band),
        q=_rounded(deciding.q),
        findings=tuple(
            _finding_line(rule_result, finding)
            for rule_result in claim_result.rule_results
            for finding in rule_result.results
        ),
    )


def _finding_line(rule_result: RuleResult, finding: WorkloadResult) -> FindingLine:
    return FindingLine(
        rule=str(rule_result.rule.__struct_config__.tag),
        workload=finding.workload,
        workers=finding.workers,
        verdict=finding.verdict,
        why=finding.why,
        ratio=_rounded(finding.ratio),
        what=finding.what,
        unit=finding.unit,
        value=_rounded(finding.value),
        low=_rounded(finding.low),
        high=_rounded(finding.high),
        band=_rounded(finding.band),
        q=_rounded(finding.q),
        blocks=finding.blocks,
        concurrency=_rounded(finding.concurrency.value),
        concurrency_low=_rounded(finding.concurrency.low),
        concurrency_high=_rounded(finding.concurrency.high),
        modes=[ModeLine(_rounded(one.ratio), _rounded(one.share)) for one in finding.modes],
    )


def _rounded(value: float) -> float | None:
    """Round to as many digits as the summary has, so that the last bits of a sum don't change the file."""
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}")
