"""The whole of this stage: entries in, frames out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.analysis.capacity import capacities
from harness.analysis.claims.case import Case
from harness.analysis.claims.judge import judge
from harness.analysis.cores import with_enough_cores, with_whole_rounds
from harness.analysis.disturbances import disturbances
from harness.analysis.frames import gather
from harness.analysis.grid import grid
from harness.analysis.means import means
from harness.analysis.noise import Noise, noise
from harness.analysis.observations import observations, sights, untimed
from harness.analysis.outcomes import failures
from harness.analysis.relative import relative_speeds
from harness.analysis.resolution import resolved
from harness.analysis.same_binary import prices
from harness.analysis.scaling import scaling
from harness.analysis.services import busy_services
from harness.analysis.summary import summarise
from harness.analysis.timeline import timeline
from harness.analysis.warmup import first_iterations
from harness.claims.reading import claims
from harness.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from harness.analysis.claims.verdict import Judgement
    from harness.analysis.runs import Runs
    from harness.model import Entry, Finished, Manifest, Plan


@dataclass(frozen=True)
class Analysis:
    """All that the report shows."""

    plan: Plan
    invocations: pd.DataFrame
    """A row a sample (``frames``)."""
    walls: Runs
    """Wall seconds of the iterations of each invocation, in the order of its rows."""
    cpus: Runs
    """CPU seconds of the same iterations; NaN where unknown."""
    summary: pd.DataFrame
    """A row a cell (``summary.COLUMNS``)."""
    relative: pd.DataFrame
    """A row a serial cell: its speed over the baseline's (``relative``)."""
    means: pd.DataFrame
    """A row for each geometric mean over workloads (``means``)."""
    prices: pd.DataFrame
    """A row for each workload of a binary that ran with its GIL on and off (``same_binary``)."""
    first_iterations: pd.DataFrame
    """A row for each iteration of a cell that has enough of them: its relative time (``warmup``)."""
    failures: pd.DataFrame
    """A row for each way in which a cell failed (``outcomes``)."""
    noise: Noise
    verdicts: tuple[Judgement, ...]
    """One for each claim and interpreter (``claims``)."""
    scaling: pd.DataFrame
    """A row for each curve of speedups that the Universal Scalability Law was fitted to (``scaling``)."""
    observations: pd.DataFrame
    """A row for each cell and thing that it observed: its mean and interval (``observations.COLUMNS``)."""
    timeline: pd.DataFrame
    """A row for each span of the invocations that show who ran when (``timeline.COLUMNS``)."""
    disturbances: pd.DataFrame
    """A row a block: how fast the machine was in it (``disturbances``)."""
    busy_services: pd.DataFrame
    """A row for each cell whose servers took part of the machine from it (``services``)."""
    blocks: int
    """How many blocks hold at least one sample."""
    finished: Finished | None
    """None: the run was interrupted."""


def analyse(manifest: Manifest, entries: Iterable[Entry]) -> Analysis:
    """Turn a run's entries into everything that its report shows."""
    plan = manifest.plan
    entries = tuple(entries)
    seen = sights(entries)
    whole = with_whole_rounds(plan, entries)
    evidence = untimed(plan, resolved(plan, gather(plan.cells, whole.entries)))
    every = grid(evidence, Role.MEASURE)
    loads = capacities(plan, evidence, every)
    measured, possible = with_enough_cores(plan, every, loads)
    summary = summarise(plan, evidence, measured, possible)
    relative = relative_speeds(plan, measured)
    noises = noise(plan, evidence, measured)
    return Analysis(
        plan=plan,
        invocations=evidence.invocations,
        walls=evidence.walls,
        cpus=evidence.cpus,
        summary=summary,
        relative=relative,
        means=means(plan, summary, relative),
        prices=prices(plan, measured),
        first_iterations=first_iterations(evidence),
        failures=failures(evidence),
        noise=noises,
        verdicts=judge(claims(), Case(plan, evidence, summary, measured, possible, noises, seen)),
        scaling=scaling(summary, measured),
        observations=observations(plan.cells, seen),
        timeline=timeline(entries),
        disturbances=disturbances(plan, evidence, every, loads, whole),
        busy_services=busy_services(evidence),
        blocks=len(measured.blocks),
        finished=evidence.finished,
    )
