"""The record that all of a report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gilometer.report.results.cells import MeasuredCells, measured_cells
from gilometer.report.results.comparisons import means_over_workloads, relative_speeds
from gilometer.report.results.costs import costs
from gilometer.report.results.failures import cell_failures, changed_gils
from gilometer.report.results.frames import ResultFrames
from gilometer.report.results.machine import block_conditions, busy_servers, noise_pairs
from gilometer.report.results.observations import observations, observations_that_count
from gilometer.report.results.same_binary import same_binary
from gilometer.report.results.scaling import fitted_laws, scaling_curves
from gilometer.report.results.timeline import timeline
from gilometer.report.results.values import ReturnedValues, returned_values
from gilometer.report.results.warmup import warm_up_curves, warm_up_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.analysis import Analysis
    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.model import Finished, Manifest, Plan
    from gilometer.report.results.comparisons import MeanOverWorkloads, RelativeSpeed
    from gilometer.report.results.costs import Costs
    from gilometer.report.results.failures import CellFailure
    from gilometer.report.results.machine import BlockCondition, BusyServers, NoisePair
    from gilometer.report.results.observations import Observations
    from gilometer.report.results.same_binary import SameBinary
    from gilometer.report.results.scaling import FittedLaw, ScalingCurve
    from gilometer.report.results.timeline import Timeline
    from gilometer.report.results.warmup import WarmUpCurve


@dataclass(frozen=True)
class Results(MeasuredCells):
    """All results of a run that plots, pages and the terminal show."""

    manifest: Manifest
    blocks: int
    """Number of blocks with at least one sample."""
    finished: Finished | None
    """None: the run was interrupted."""
    verdicts: tuple[ClaimResult, ...]
    """One for each claim and interpreter."""
    same_binary: SameBinary | None
    """None: no binary ran with its GIL on and off."""
    costs: Costs | None
    """None: no interpreter was compared with the baseline."""
    laws: tuple[FittedLaw, ...]
    curves: tuple[ScalingCurve, ...]
    observations: Observations
    timeline: Timeline | None
    """None: no workload recorded when its threads ran."""
    warm_ups: tuple[WarmUpCurve, ...]
    speeds: tuple[RelativeSpeed, ...]
    means: tuple[MeanOverWorkloads, ...]
    failures: tuple[CellFailure, ...]
    changed_gils: Mapping[str, tuple[str, ...]]
    """Workloads after which the GIL was not as the probe had said, by the interpreter's label."""
    noise: tuple[NoisePair, ...]
    conditions: tuple[BlockCondition, ...]
    """One for each block."""
    busy_servers: tuple[BusyServers, ...]
    """Cells with busy servers, the busiest first."""
    values: ReturnedValues
    """What a function of the user's own returned."""
    frames: ResultFrames

    @property
    def plan(self) -> Plan:
        """The plan of the run."""
        return self.manifest.plan


def results_of(manifest: Manifest, analysis: Analysis) -> Results:
    """Make the records of the report from an analysis."""
    plan = manifest.plan
    measured = measured_cells(plan, analysis.summary, analysis.noise)
    laws = fitted_laws(analysis.scaling)
    counting = observations_that_count(analysis.observations, measured)
    warm_up = warm_up_rows(plan, measured, analysis.first_iterations)
    return Results(
        interpreters=measured.interpreters,
        works=measured.works,
        configurations=measured.configurations,
        cells=measured.cells,
        manifest=manifest,
        blocks=analysis.blocks,
        finished=analysis.finished,
        verdicts=analysis.verdicts,
        same_binary=same_binary(plan, measured, analysis.overheads),
        costs=costs(plan, measured, analysis.costs),
        laws=laws,
        curves=scaling_curves(measured, laws),
        observations=observations(plan, counting),
        timeline=timeline(plan, measured, analysis.timeline),
        warm_ups=warm_up_curves(measured, warm_up),
        speeds=relative_speeds(analysis.relative),
        means=means_over_workloads(analysis.means),
        failures=cell_failures(analysis.failures),
        changed_gils=changed_gils(plan, analysis.invocations),
        noise=noise_pairs(analysis.noise.pairs),
        conditions=block_conditions(analysis.disturbances),
        busy_servers=busy_servers(analysis.busy_services),
        values=returned_values(plan, analysis.invocations),
        frames=ResultFrames(
            summary=analysis.summary,
            observations=analysis.observations,
            observations_that_count=counting,
            relative=analysis.relative,
            costs=analysis.costs,
            overheads=analysis.overheads,
            scaling=analysis.scaling,
            warm_up=pd.concat([analysis.first_iterations.iloc[:0], *warm_up.values()]),
            timeline=analysis.timeline,
        ),
    )
