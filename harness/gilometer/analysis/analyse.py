"""The entry of this stage: turn a run's entries into all that its report shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.analysis.capacity import capacities
from gilometer.analysis.claims.evaluate import evaluate
from gilometer.analysis.claims.run_data import RunData
from gilometer.analysis.concurrency import concurrency
from gilometer.analysis.cores import with_enough_cores, with_whole_rounds
from gilometer.analysis.costs import costs
from gilometer.analysis.disturbances import disturbances
from gilometer.analysis.frames import gather
from gilometer.analysis.grid import grid
from gilometer.analysis.means import means
from gilometer.analysis.noise import Noise, noise
from gilometer.analysis.observations import observations, observed_by_cell, untimed
from gilometer.analysis.outcomes import failures
from gilometer.analysis.relative import relative_speeds
from gilometer.analysis.resolution import resolved
from gilometer.analysis.same_binary import overheads
from gilometer.analysis.scaling import scaling
from gilometer.analysis.services import busy_services
from gilometer.analysis.summary import summarise
from gilometer.analysis.timeline import timeline
from gilometer.analysis.warmup import first_iterations
from gilometer.claims.reading import claims
from gilometer.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.model import Entry, Finished, Manifest, Plan
    from gilometer.stats.ragged import Ragged


@dataclass(frozen=True)
class Analysis:
    """The figures, outcomes and verdicts of a run."""

    plan: Plan
    invocations: pd.DataFrame
    """A row for each sample (``frames``)."""
    walls: Ragged
    """Wall seconds of the iterations of each invocation, in the order of its rows."""
    cpus: Ragged
    """CPU seconds of the same iterations; NaN where unknown."""
    summary: pd.DataFrame
    """A row for each cell (``summary.COLUMNS``)."""
    relative: pd.DataFrame
    """A row for each serial cell: its speed over the baseline's (``relative``)."""
    costs: pd.DataFrame
    """A row for each cell that is compared with one thread of the baseline (``costs``)."""
    means: pd.DataFrame
    """A row for each geometric mean over workloads (``means``)."""
    overheads: pd.DataFrame
    """A row for each workload of a binary that ran with its GIL on and off (``same_binary``)."""
    first_iterations: pd.DataFrame
    """A row for each iteration of a cell that has enough of them: its relative time (``warmup``)."""
    failures: pd.DataFrame
    """A row for each way in which a cell failed (``outcomes``)."""
    noise: Noise
    verdicts: tuple[ClaimResult, ...]
    """One for each claim and interpreter (``claims``)."""
    scaling: pd.DataFrame
    """A row for each curve of speedups that the Universal Scalability Law was fitted to (``scaling``)."""
    observations: pd.DataFrame
    """A row for each cell and quantity that it observed: its mean and interval (``observations.COLUMNS``)."""
    timeline: pd.DataFrame
    """A row for each span of time in which a worker ran, of one invocation each (``timeline.COLUMNS``)."""
    disturbances: pd.DataFrame
    """A row for each block: how fast the machine was in it (``disturbances``)."""
    busy_services: pd.DataFrame
    """A row for each cell whose servers were busy meanwhile (``services``)."""
    blocks: int
    """The number of blocks with at least one sample."""
    finished: Finished | None
    """None: the run was interrupted."""


def analyse(manifest: Manifest, entries: Iterable[Entry]) -> Analysis:
    """Compute all that the report of a run shows from its entries."""
    plan = manifest.plan
    entries = tuple(entries)
    observed = observed_by_cell(entries)
    whole = with_whole_rounds(plan, entries)
    measurements = untimed(plan, resolved(plan, gather(plan.cells, whole.entries)))
    all_times = grid(measurements, Role.MEASURE)
    all_capacities = capacities(plan, measurements, all_times)
    times, capacity = with_enough_cores(plan, all_times, all_capacities)
    at_once = concurrency(plan, measurements, all_times, all_capacities)
    summary = summarise(plan, measurements, times, capacity, at_once)
    relative = relative_speeds(plan, times)
    noises = noise(plan, measurements, times)
    run = RunData(plan, measurements, summary, times, capacity, at_once, noises, observed)
    return Analysis(
        plan=plan,
        invocations=measurements.invocations,
        walls=measurements.walls,
        cpus=measurements.cpus,
        summary=summary,
        relative=relative,
        costs=costs(plan, times),
        means=means(plan, summary, relative),
        overheads=overheads(plan, times),
        first_iterations=first_iterations(measurements),
        failures=failures(plan, measurements),
        noise=noises,
        verdicts=evaluate(claims(), run),
        scaling=scaling(summary, times),
        observations=observations(plan.cells, observed),
        timeline=timeline(entries),
        disturbances=disturbances(plan, measurements, all_times, all_capacities, whole),
        busy_services=busy_services(measurements),
        blocks=len(times.blocks),
        finished=measurements.finished,
    )
