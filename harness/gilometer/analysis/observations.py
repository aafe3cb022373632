"""Quantities other than time that workloads observe: means over invocations, with 95% intervals.

An invocation counts as one value, the mean over its iterations, since these share a process. A share that was
0 or 1 throughout has no spread, so its interval comes from the number of trials. These are invocations: what
happens within one process is not independent. docs/method.md has the formulas.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from gilometer.analysis.frames import cell_columns
from gilometer.model import Outcome, Role, Sample
from gilometer.plan.groups import OBSERVED_KINDS
from gilometer.stats.averages import averages
from gilometer.stats.bootstrap import LEVEL
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL, Estimates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gilometer.analysis.frames import Measurements
    from gilometer.model import Cell, Entry, Line, Plan

FINALISED = "share run"
"""Unit of the share of finalisers that ran: from 0 to 1. Whether each ran is decided by itself."""
UPDATES = "share"
"""Unit of the share of what threads did together: from 0 to 1. Losses come in clusters, by process."""
SHARES = frozenset({UPDATES, FINALISED})
"""Units of shares of things counted: from 0 to 1."""
TIME = "share of the time"
"""Unit of a share of the time: from 0 to 1, without anything that is counted."""
SPEED = "share of its speed alone"
"""Unit of the speed of a thread, over its speed when nothing else runs."""
COLUMNS = (
    "interpreter",
    "variant",
    "workload",
    "strategy",
    "workers",
    "what",
    "unit",
    "value",
    "low",
    "high",
    "invocations",
    "iterations",
)


@dataclass(frozen=True)
class Range:
    """The least and the greatest value that a quantity can have."""

    least: float = -math.inf
    most: float = math.inf


WHOLE = Range(0.0, 1.0)
RANGES = {**dict.fromkeys({*SHARES, TIME}, WHOLE), **dict.fromkeys({SPEED, "ms"}, Range(least=0.0))}
"""The range of the quantities of each unit; those of other units are not bounded."""


@dataclass(frozen=True)
class ObservedValues:
    """One quantity, as the invocations of a cell observed it."""

    what: str
    unit: str
    means: NDArray[np.float64]
    """One for each invocation that was ok: the mean over its iterations, NaN where it did not report it."""
    iterations: int
    """The number of iterations of all invocations that reported it."""
    trials: int
    """How often the result could have been another: in each invocation, or for finalisers in each unit."""
    within: Range = Range()

    @property
    def is_none_of_updates(self) -> bool:
        """Tell whether it is a share of what threads did together, and was 0 in all invocations."""
        known = self.means[np.isfinite(self.means)]
        return self.unit == UPDATES and bool((known == 0).all())

    @property
    def is_all_or_none(self) -> bool:
        """Tell whether it is a share of things counted, and 1 in all invocations or 0 in all."""
        known = self.means[np.isfinite(self.means)]
        is_counted = self.unit in SHARES and self.within == WHOLE
        return is_counted and bool((known == known[0]).all()) and known[0] in {0.0, 1.0}

    def minus(self, other: ObservedValues) -> ObservedValues:
        """Subtract another quantity of the same invocations."""
        return dataclasses.replace(self, means=self.means - other.means, within=Range())


CellObservations = dict[str, ObservedValues]
"""The quantities that a cell's invocations observed, by the names that the workload gives, in its order."""


def observed_by_cell(entries: Iterable[Entry]) -> Mapping[Cell, CellObservations]:
    """Gather what was observed, from the measured invocations that were ok."""
    lines: defaultdict[Cell, list[Line]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, Sample) and entry.line is not None and _counts(entry):
            lines[entry.slot.cell].append(entry.line)
    return {cell: own for cell, found in lines.items() if (own := _observations_of(found))}


def _counts(sample: Sample) -> bool:
    return sample.slot.role is Role.MEASURE and sample.outcome is Outcome.OK


def _observations_of(lines: Sequence[Line]) -> CellObservations:
    units = {one.what: one.unit for line in lines for one in line.observations}
    found = {what: _observed(what, unit, lines) for what, unit in units.items()}
    return {what: one for what, one in found.items() if one.trials}


def _observed(what: str, unit: str, lines: Sequence[Line]) -> ObservedValues:
    values = np.asarray([_mean_value(what, line) for line in lines], dtype=float)
    known = [line for line, value in zip(lines, values, strict=True) if not math.isnan(value)]
    return ObservedValues(
        what=what,
        unit=unit,
        means=values,
        iterations=sum(len(line.iterations) for line in known),
        trials=sum(_units_done(line) for line in known) if unit == FINALISED else len(known),
        within=RANGES.get(unit, Range()),
    )


def _units_done(line: Line) -> int:
    return len(line.iterations) * line.units * line.passes


def _mean_value(what: str, line: Line) -> float:
    """Average over the iterations of an invocation; NaN if it did not report the quantity."""
    found = (one.values for one in line.observations if one.what == what)  # noqa: PD011  no frame
    return next((fmean(values) for values in found if values), math.nan)


def estimates(quantities: Sequence[ObservedValues]) -> Estimates:
    """Estimate the mean of each quantity over its invocations; its interval is NaN with too few for one.

    The interval of a share that was 0 or 1 in all invocations is Clopper and Pearson's, over the trials.
    """
    longest = max((len(one.means) for one in quantities), default=0)
    columns = np.full((longest, len(quantities)), np.nan)
    for column, one in enumerate(quantities):
        columns[: len(one.means), column] = one.means
    found = averages(columns)
    least, most = (np.asarray([getattr(one.within, end) for one in quantities]) for end in ("least", "most"))
    low, high = np.maximum(found.low, least), np.minimum(found.high, most)
    for column, one in enumerate(quantities):
        if found.count[column] >= FEWEST_FOR_AN_INTERVAL and one.is_all_or_none:
            ends = stats.binomtest(_successes(one), one.trials).proportion_ci(LEVEL, method="exact")
            low[column], high[column] = ends.low, ends.high
    return Estimates(found.mean, low, high, found.count)


def p_of_all_or_none(
    observed: ObservedValues, threshold: float, alternative: Literal["greater", "less"]
) -> float:
    """Test a share that was 0 or 1 in all invocations against a threshold: the one-sided binomial p-value."""
    share = min(max(threshold, 0.0), 1.0)
    return float(stats.binomtest(_successes(observed), observed.trials, share, alternative).pvalue)


def _successes(observed: ObservedValues) -> int:
    return observed.trials if np.nanmax(observed.means) > 0 else 0


def observations(cells: Sequence[Cell], observed: Mapping[Cell, CellObservations]) -> pd.DataFrame:
    """Tabulate what was observed: a row for each cell and quantity, with exactly ``COLUMNS``.

    ``value`` is the mean over invocations of the mean over their iterations, in ``unit``; ``low`` and
    ``high`` are the ends of its 95% interval, NaN with too few invocations for one; ``invocations`` counts
    those that were ok and reported it, ``iterations`` all iterations of these.
    """
    found = [(code, one) for code, cell in enumerate(cells) for one in observed.get(cell, {}).values()]
    quantities = [one for _, one in found]
    means = estimates(quantities)
    names = cell_columns(cells, [code for code, _ in found]).drop(columns="cell")
    rows = names.assign(
        what=[one.what for one in quantities],
        unit=[one.unit for one in quantities],
        value=means.mean,
        low=means.low,
        high=means.high,
        invocations=means.count,
        iterations=np.asarray([one.iterations for one in quantities], dtype=np.int64),
    )
    return rows[list(COLUMNS)]


def untimed(plan: Plan, measurements: Measurements) -> Measurements:
    """Remove the times of workloads whose kind is in ``OBSERVED_KINDS``: their observations alone count."""
    observed = {work.label for work in plan.works if work.kind in OBSERVED_KINDS}
    rows = measurements.invocations
    gone = rows["workload"].isin(observed)
    figures = ("wall_s", "cpu_s", "effective_cores", "warmup_s", "steady_from")
    masked = {name: rows[name].mask(gone) for name in figures}
    return dataclasses.replace(measurements, invocations=rows.assign(**masked))
