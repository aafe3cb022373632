"""Make tidy frames of a run, for notebooks and other programs; ``columns`` describes their columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd

from gilometer.analysis.claims.verdicts import ClaimResult
from gilometer.analysis.columns import COLUMNS, Holds
from gilometer.analysis.steady import SteadyState
from gilometer.claims.claim import Claim
from gilometer.claims.reading import claims
from gilometer.model import Sample
from gilometer.plan.groups import baseline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.analyse import Analysis
    from gilometer.analysis.claims.verdicts import WorkloadResult
    from gilometer.model import Entry, Interpreter, Plan
    from gilometer.stats.ragged import Ragged

WARM_UP, STEADY, TURN = "warm-up", "steady", "turn"
FIRST_HALF, SECOND_HALF = "first half", "second half"
"""The phases of an invocation's iterations."""
COUNTED = frozenset({STEADY, TURN, SECOND_HALF})
"""The phases whose iterations count for the time of an invocation."""

Say = Callable[[ClaimResult, Claim], str]
"""A function that puts a verdict into a sentence."""


@dataclass(frozen=True)
class Frames:
    """The measurements and the results of a run, each frame with exactly its ``columns.COLUMNS``."""

    invocations: pd.DataFrame
    """A row for each sample."""
    iterations: pd.DataFrame
    """A row for each iteration of a sample."""
    observed: pd.DataFrame
    """A row for each iteration and quantity that it observed."""
    summary: pd.DataFrame
    """A row for each cell."""
    relative: pd.DataFrame
    """A row for each serial cell: its speed over the baseline's."""
    noise: pd.DataFrame
    """A row for each interpreter and workload that has A/A pairs."""
    observations: pd.DataFrame
    """A row for each cell and quantity that it observed."""
    verdicts: pd.DataFrame
    """A row for each claim and interpreter."""
    findings: pd.DataFrame
    """A row for each claim, interpreter, rule and workload: what the verdicts rest on."""
    interpreters: pd.DataFrame
    """A row for each interpreter that took part."""


def tidy(entries: Iterable[Entry], analysis: Analysis, say: Say) -> Frames:
    """Make the frames of a run from its entries and its analysis; ``say`` words the verdicts."""
    samples = [entry for entry in entries if isinstance(entry, Sample)]
    rows = analysis.invocations.assign(sample=np.arange(len(analysis.invocations)))
    found = {
        "invocations": rows,
        "iterations": _iterations(rows, analysis.walls, analysis.cpus),
        "observed": _observed(rows, samples),
        "summary": analysis.summary,
        "relative": analysis.relative,
        "noise": analysis.noise.pairs,
        "observations": analysis.observations,
        "verdicts": pd.DataFrame(_verdicts(analysis.verdicts, say)),
        "findings": pd.DataFrame(_findings(analysis.verdicts)),
        "interpreters": pd.DataFrame(_interpreters(analysis.plan)),
    }
    return Frames(**{name: _typed(name, frame) for name, frame in found.items()})


def _typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Put a frame's columns in order, each with its type."""
    columns = COLUMNS[name]
    texts = {one.name: "" for one in columns if one.holds is Holds.TEXT}
    whole = frame.reindex(columns=[one.name for one in columns]) if frame.empty else frame
    ordered = whole[[one.name for one in columns]].fillna(texts)
    return ordered.astype({one.name: one.holds.value for one in columns}).reset_index(drop=True)


def _iterations(rows: pd.DataFrame, walls: Ragged, cpus: Ragged) -> pd.DataFrame:
    owners, places = walls.owners(), walls.places()
    of = rows.iloc[owners]
    passes = of["passes"].to_numpy()
    return of.assign(
        iteration=places,
        wall_s=walls.seconds / passes,
        cpu_s=cpus.seconds / passes,
        phase=_phases(of, places),
    )


def _phases(of: pd.DataFrame, places: NDArray[np.intp]) -> NDArray[np.object_]:
    """Find the phase of each iteration."""
    is_unknown = (of["steady_state"] == SteadyState.UNKNOWN.value).to_numpy()
    took_turns = of["turns_from"].notna().to_numpy()
    is_early = places < of["settled_from"].to_numpy()
    halves = np.where(is_early, FIRST_HALF, SECOND_HALF)
    turns = np.where(is_early, WARM_UP, TURN)
    is_warming = (places < of["steady_from"].to_numpy()) | (took_turns & is_early)
    parts = np.where(is_warming, WARM_UP, STEADY)
    timed = of["wall_s"].notna().to_numpy()
    all_phases = np.where(is_unknown, np.where(took_turns, turns, halves), parts)
    phases: NDArray[np.object_] = np.where(timed, all_phases, "").astype(object)
    return phases


def _observed(rows: pd.DataFrame, samples: Sequence[Sample]) -> pd.DataFrame:
    values = [
        {"sample": number, "iteration": iteration, "what": one.what, "unit": one.unit, "value": value}
        for number, sample in enumerate(samples)
        if sample.line is not None
        for one in sample.line.observations
        for iteration, value in enumerate(one.values)
    ]
    found = pd.DataFrame(values, columns=["sample", "iteration", "what", "unit", "value"])
    return found.merge(rows, on="sample")


def _verdicts(claim_results: Iterable[ClaimResult], say: Say) -> Iterator[dict[str, Any]]:
    known = {claim.id: claim for claim in claims()}
    for one in claim_results:
        claim = known[one.claim]
        yield {
            **_finding_columns(one.deciding),
            "claim": claim.id,
            "sentence": claim.sentence,
            "interpreter": one.interpreter,
            "verdict": one.verdict.value,
            "basis": one.basis.value,
            "said": say(one, claim),
        }


def _findings(claim_results: Iterable[ClaimResult]) -> Iterator[dict[str, Any]]:
    for one in claim_results:
        for rule_result in one.rule_results:
            rule = str(rule_result.rule.__struct_config__.tag)
            for finding in rule_result.results:
                names = {"claim": one.claim, "interpreter": one.interpreter, "rule": rule}
                yield {**_finding_columns(finding), **names}


def _finding_columns(finding: WorkloadResult) -> dict[str, Any]:
    return {
        "verdict": finding.verdict.value,
        "why": finding.why.value,
        "detail": finding.detail,
        "workload": finding.workload,
        "workers": finding.workers,
        "ratio": finding.ratio,
        "what": finding.what,
        "unit": finding.unit,
        "value": finding.value,
        "low": finding.low,
        "high": finding.high,
        "band": finding.band,
        "edge": finding.edge,
        "q": finding.q,
        "blocks": finding.blocks,
        "capacity": finding.capacity,
    }


def _interpreters(plan: Plan) -> Iterator[dict[str, Any]]:
    baseline = baseline_of(plan)
    for one in plan.interpreters:
        yield {**_attributes(one), "baseline": one == baseline}


def _attributes(one: Interpreter) -> dict[str, Any]:
    facts = one.facts
    return {
        **msgspec.structs.asdict(facts.build),
        **msgspec.structs.asdict(facts),
        **msgspec.structs.asdict(one),
        "interpreter": one.name,
        "clock": facts.clock.name,
        "tick_s": facts.clock.tick_s,
        "warm_up_s": one.warm_up_s,
    }
