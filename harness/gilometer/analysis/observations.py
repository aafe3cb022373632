"""What workloads tell of themselves that is no time: means over invocations, with 95% intervals.

An invocation counts as one value, the mean over its iterations, since these share a process; a thing that has
no width of its own, because it happened always or never, is bounded by how often it could have happened
otherwise. docs/method.md has the formulas.
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

SHARES = frozenset({"share", "share run"})
"""Units of how much of all, or how often of all times: from 0 to 1."""
TIME = "share of the time"
"""Unit of how much of the time something was so: from 0 to 1, but nothing that could be counted."""
SPEED = "share of its speed alone"
"""Unit of how fast a thread is, over how fast it is when nothing else runs."""
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
    """What a thing can't be outside of."""

    least: float = -math.inf
    most: float = math.inf


WHOLE = Range(0.0, 1.0)
RANGES = {**dict.fromkeys({*SHARES, TIME}, WHOLE), SPEED: Range(least=0.0)}
"""By unit."""


@dataclass(frozen=True)
class Seen:
    """One thing, as the invocations of a cell observed it."""

    what: str
    unit: str
    each: NDArray[np.float64]
    """One for each invocation that was ok, NaN where it did not tell."""
    iterations: int
    """Of all invocations that told."""
    trials: int
    """How often these did a unit: each time it could have come out otherwise."""
    within: Range = Range()

    @property
    def is_all_or_none(self) -> bool:
        """Whether it is a share, and always happened, or never."""
        told = self.each[np.isfinite(self.each)]
        is_counted = self.unit in SHARES and self.within == WHOLE
        return is_counted and bool((told == told[0]).all()) and told[0] in {0.0, 1.0}

    def less(self, other: Seen) -> Seen:
        """By how much it is more than another thing that the same invocations observed."""
        return dataclasses.replace(self, each=self.each - other.each, within=Range())


Sights = dict[str, Seen]
"""What a cell's invocations observed, by the names that the workload gives, in its order."""


def sights(entries: Iterable[Entry]) -> Mapping[Cell, Sights]:
    """Gather what was observed, from the measured invocations that were ok."""
    lines: defaultdict[Cell, list[Line]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, Sample) and entry.line is not None and _counts(entry):
            lines[entry.slot.cell].append(entry.line)
    return {cell: own for cell, found in lines.items() if (own := _sights_of(found))}


def _counts(sample: Sample) -> bool:
    return sample.slot.role is Role.MEASURE and sample.outcome is Outcome.OK


def _sights_of(lines: Sequence[Line]) -> Sights:
    units = {one.what: one.unit for line in lines for one in line.observations}
    return {what: seen for what, unit in units.items() if (seen := _seen(what, unit, lines)).trials}


def _seen(what: str, unit: str, lines: Sequence[Line]) -> Seen:
    values = np.asarray([_value(what, line) for line in lines], dtype=float)
    told = [line for line, value in zip(lines, values, strict=True) if not math.isnan(value)]
    return Seen(
        what=what,
        unit=unit,
        each=values,
        iterations=sum(len(line.iterations) for line in told),
        trials=sum(len(line.iterations) * line.units * line.passes for line in told),
        within=RANGES.get(unit, Range()),
    )


def _value(what: str, line: Line) -> float:
    """Mean over the iterations of an invocation; NaN if it does not tell."""
    found = (one.values for one in line.observations if one.what == what)  # noqa: PD011  no frame
    return next((fmean(values) for values in found if values), math.nan)


def estimates(some: Sequence[Seen]) -> Estimates:
    """Mean of each thing over its invocations, with its interval: NaN with too few for one."""
    longest = max((len(one.each) for one in some), default=0)
    columns = np.full((longest, len(some)), np.nan)
    for column, one in enumerate(some):
        columns[: len(one.each), column] = one.each
    found = averages(columns)
    least, most = (np.asarray([getattr(one.within, end) for one in some]) for end in ("least", "most"))
    low, high = np.maximum(found.low, least), np.minimum(found.high, most)
    for column, one in enumerate(some):
        if found.count[column] >= FEWEST_FOR_AN_INTERVAL and one.is_all_or_none:
            low[column], high[column] = _bounds(one)
    return Estimates(found.mean, low, high, found.count)


def _bounds(one: Seen) -> tuple[float, float]:
    """Both ends of Clopper and Pearson's interval, of what happened in all of the trials or in none."""
    ends = stats.binomtest(_happened(one), one.trials).proportion_ci(LEVEL, method="exact")
    return float(ends.low), float(ends.high)


def p_of_all_or_none(one: Seen, threshold: float, alternative: Literal["greater", "less"]) -> float:
    """How surprising it would be to see it in all trials, or in none, if its share were not on that side."""
    share = min(max(threshold, 0.0), 1.0)
    return float(stats.binomtest(_happened(one), one.trials, share, alternative).pvalue)


def _happened(one: Seen) -> int:
    return one.trials if np.nanmax(one.each) > 0 else 0


def observations(cells: Sequence[Cell], seen: Mapping[Cell, Sights]) -> pd.DataFrame:
    """Tabulate what was observed: a row for each cell and thing, with exactly ``COLUMNS``.

    ``value`` is the mean over invocations of the mean over their iterations, in ``unit``; ``low`` and
    ``high`` are the ends of its 95% interval, NaN with too few invocations for one; ``invocations`` counts
    those that were ok and told, ``iterations`` all that these did.
    """
    told = [(code, one) for code, cell in enumerate(cells) for one in seen.get(cell, {}).values()]
    found = estimates([one for _, one in told])
    names = cell_columns(cells, [code for code, _ in told]).drop(columns="cell")
    rows = names.assign(
        what=[one.what for _, one in told],
        unit=[one.unit for _, one in told],
        value=found.mean,
        low=found.low,
        high=found.high,
        invocations=found.count,
        iterations=np.asarray([one.iterations for _, one in told], dtype=np.int64),
    )
    return rows[list(COLUMNS)]


def untimed(plan: Plan, evidence: Measurements) -> Measurements:
    """Take the times from cells of which none is asked: what counts there is what was observed."""
    observed = {work.label for work in plan.works if work.kind in OBSERVED_KINDS}
    rows = evidence.invocations
    gone = rows["workload"].isin(observed)
    figures = ("wall_s", "cpu_s", "effective_cores", "warmup_s", "steady_from")
    masked = {name: rows[name].mask(gone) for name in figures}
    return dataclasses.replace(evidence, invocations=rows.assign(**masked))
