"""The result of each cell, and the reading of its speedup."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gilometer.analysis.steady import SteadyState
from gilometer.model import Group, Outcome, Strategy
from gilometer.plan.groups import OBSERVED_KINDS
from gilometer.report.order import rank
from gilometer.report.results.configurations import Configuration, configurations_of
from gilometer.report.results.interpreters import Category, shown_interpreters
from gilometer.report.results.rows import configuration_of, estimate_of, label_of, rows_of
from gilometer.stats.equivalence import MARGIN, MOST_PER_WORKER
from gilometer.stats.significance import Direction, RatioEvidence, call

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from gilometer.analysis.noise import Noise
    from gilometer.model import Estimate, Plan, Work
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.rows import CellKey, FrameRow

KINDS = ("cpu", "native", "mixed", "io")
"""The order of workloads everywhere: from all work to all waiting; other kinds follow."""

SURE_WITHOUT_INTERVAL = 1.25
"""The ratio that a speedup must exceed to count as a gain if too few blocks give it no interval."""


NO_GAIN = 1.1
"""The ratio under which a whole interval must be to rule out a gain, as in C2: two cores could give 2."""


class Reading(StrEnum):
    """The reading of a speedup: a gain, none, a harm, or too uncertain to tell."""

    GAIN = "faster"
    LEVEL = "no faster"
    HARM = "slower"
    UNCLEAR = "can't tell"
    DOUBTFUL = "more than its workers can give"
    NOTHING = "not measured"


@dataclass(frozen=True)
class CellResult:
    """The result of a cell; NaN where there is no number."""

    interpreter: str
    """Label of the interpreter."""
    workload: str
    """Label of the workload."""
    kind: str
    """Kind of the workload."""
    configuration: Configuration
    outcome: Outcome
    reason: str
    invocations: int
    """Number of invocations that were measured."""
    wall_s: Estimate
    speedup: Estimate
    speedup_q: float
    capacity: Estimate
    efficiency: Estimate
    concurrency: Estimate
    """Cores over those of serial, of work that never waits: the most that running at once can gain."""
    effective_cores: float
    peak_rss_mb: float
    startup_s: float
    warmup_s: float
    """NaN also if there is no steady state."""
    steady_state: SteadyState
    noise: float
    """The A/A band of its group: the ratio above 1 that noise alone can reach."""

    @property
    def workers(self) -> int:
        """Number of its workers."""
        return self.configuration.workers

    @property
    def is_measured(self) -> bool:
        """Tell whether it ended well and has a speedup."""
        return self.outcome is Outcome.OK and not math.isnan(self.speedup.value)

    @property
    def band(self) -> float:
        """The ratio above 1 up to which a difference is noise, or too small to matter."""
        return MARGIN if math.isnan(self.noise) else max(MARGIN, self.noise)

    @property
    def why_missing(self) -> str:
        """The reason why it has no speedup, in one to three words."""
        if self.outcome is not Outcome.OK:
            return self.outcome.words
        return self.reason if self.reason == SteadyState.NONE else "no ratio"


def read(result: CellResult) -> Reading:
    """Tell whether a speedup is a gain, a harm or neither; without an interval it must be large to count.

    That there is no gain takes a machine that was shown to give one.
    """
    if not result.is_measured:
        return Reading.NOTHING
    speedup, least = result.speedup, result.band
    found = RatioEvidence(speedup.value, speedup.low, speedup.high, result.speedup_q)
    if not speedup.has_interval:
        found = RatioEvidence(speedup.value, speedup.value, speedup.value, q=0.0)
        least = max(least, SURE_WITHOUT_INTERVAL)
    if found.low > MOST_PER_WORKER * result.configuration.at_once:
        return Reading.DOUBTFUL
    direction = call(found, least)
    had_no_concurrency = result.concurrency.high <= NO_GAIN
    if direction is Direction.LOWER:
        return Reading.HARM
    if direction is Direction.HIGHER:  # without concurrency, something else made it so
        return Reading.UNCLEAR if had_no_concurrency else Reading.GAIN
    is_ruled_out = had_no_concurrency or (speedup.has_interval and speedup.high <= NO_GAIN)
    could_gain = result.capacity.low > NO_GAIN
    return Reading.LEVEL if is_ruled_out and could_gain else Reading.UNCLEAR


def reach_of(results: Iterable[CellResult], configuration: Configuration) -> float:
    """Return log2 of the ratio that has the full colour in a map.

    It is at least a factor of two, so that noise does not look like a finding.
    """
    clear = {Reading.GAIN, Reading.HARM, Reading.LEVEL}
    own = (one for one in results if one.configuration == configuration and read(one) in clear)
    return max([1.0, *(abs(math.log2(one.speedup.value)) for one in own)])


@dataclass(frozen=True)
class MeasuredCells:
    """The cells of a run by interpreter, workload and configuration."""

    interpreters: tuple[ShownInterpreter, ...]
    works: tuple[Work, ...]
    """The workloads that are compared by their times."""
    configurations: tuple[Configuration, ...]
    """The configurations of these works, all but serial, in the order of ``Strategy``."""
    cells: Mapping[CellKey, CellResult]
    """The result of each cell, in the order of the plan."""

    @property
    def present(self) -> tuple[ShownInterpreter, ...]:
        """The interpreters that could run."""
        return tuple(one for one in self.interpreters if one.category is not Category.MISSING)

    @property
    def has_intervals(self) -> bool:
        """Tell whether any speedup has an interval."""
        return any(result.speedup.has_interval for result in self.cells.values())

    @property
    def has_doubts(self) -> bool:
        """Tell whether some speedup is too large to be believed."""
        return any(read(result) is Reading.DOUBTFUL for result in self.cells.values())

    def widest(self, strategy: Strategy) -> Configuration | None:
        """Find the configuration of a strategy that has the most workers."""
        workers = [one.workers for one in self.configurations if one.strategy is strategy]
        return Configuration(strategy, max(workers)) if workers else None

    def works_with(self, configuration: Configuration) -> tuple[Work, ...]:
        """List the works that have cells of that configuration in the plan."""
        labels = {label for _, label, of in self.cells if of == configuration}
        return tuple(work for work in self.works if work.label in labels)

    def at(
        self, interpreter: ShownInterpreter, work: Work, configuration: Configuration
    ) -> CellResult | None:
        """Find the result of that cell; None if the plan had no such cell."""
        return self.cells.get((interpreter.label, work.label, configuration))

    def reading(self, interpreter: ShownInterpreter, work: Work, configuration: Configuration) -> Reading:
        """Read the speedup of that cell."""
        result = self.at(interpreter, work, configuration)
        return Reading.NOTHING if result is None else read(result)


def measured_cells(plan: Plan, summary: pd.DataFrame, noise: Noise) -> MeasuredCells:
    """Make the records of all cells from the summary of a run."""
    works = [work for work in plan.works if work.kind not in OBSERVED_KINDS]
    results = [_result(row, noise) for row in rows_of(summary)]
    return MeasuredCells(
        interpreters=shown_interpreters(plan),
        works=tuple(sorted(works, key=lambda work: rank(work.kind, KINDS))),
        configurations=configurations_of(plan, works)[1:],
        cells={(one.interpreter, one.workload, one.configuration): one for one in results},
    )


def _result(row: FrameRow, noise: Noise) -> CellResult:
    return CellResult(
        interpreter=label_of(row),
        workload=row["workload"],
        kind=row["kind"],
        configuration=configuration_of(row),
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        invocations=row["invocations"],
        wall_s=estimate_of(row, "wall_s"),
        speedup=estimate_of(row, "speedup"),
        speedup_q=row["speedup_q"],
        capacity=estimate_of(row, "capacity"),
        efficiency=estimate_of(row, "efficiency"),
        concurrency=estimate_of(row, "concurrency"),
        effective_cores=row["effective_cores"],
        peak_rss_mb=row["peak_rss_mb"],
        startup_s=row["startup_s"],
        warmup_s=row["warmup_s"],
        steady_state=SteadyState(row["steady_state"]),
        noise=noise.band(Group(row["interpreter"], row["variant"], row["workload"])),
    )
