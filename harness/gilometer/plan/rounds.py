"""What one block tells of a group, once all of its processes have ended."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from gilometer.model import Cell, Outcome, Record, Role, Sample, Strategy
from gilometer.plan.cores import cores_over
from gilometer.plan.times import settled_log
from gilometer.stats.levels import adjusted, level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Told(Record, frozen=True):
    """Logarithms of seconds a pass, and of ratios, that a block gave of one group."""

    cells: dict[Cell, float]
    """Of the cells that were measured."""
    references: dict[Cell, float]
    """Of other interpreters' serial cells beside them."""
    noise: float
    """Of serial over its twin; NaN without both."""
    capacity: dict[int, float]
    """What so many copies achieved at once, over one alone."""
    cores: dict[int, float]
    """CPU seconds a second that so many copies had at once, together; of copies that took turns."""
    within: float
    """Standard deviation, from round to round, of the ratio of two processes; NaN if they took no turns."""


def tell(samples: Sequence[Sample]) -> Told:
    """Put together the samples of one group in one block; what failed tells nothing."""
    good = [one for one in samples if one.outcome is Outcome.OK and one.line is not None]
    logs = _levels(good)
    measured = {one.slot.cell: log for one, log in logs if one.slot.role is Role.MEASURE}
    serial = next((log for cell, log in measured.items() if cell.strategy is Strategy.SERIAL), math.nan)
    twin = next((log for one, log in logs if one.slot.role is Role.TWIN), math.nan)
    return Told(
        cells=measured,
        references={one.slot.cell: log for one, log in logs if one.slot.role is Role.REFERENCE},
        noise=serial - twin,
        capacity=dict(_capacities(logs, serial)),
        cores=dict(_cores(good)),
        within=_within(good),
    )


def _levels(samples: Sequence[Sample]) -> list[tuple[Sample, float]]:
    """Give each sample its logarithm; what has no finite time is left out."""
    taken = [one for one in samples if _rounds(one)]
    rows = adjusted([_rounds(one) for one in taken])
    found = [(one, level(row) - math.log(_passes(one))) for one, row in zip(taken, rows, strict=True)]
    alone = ((one, settled_log(one)) for one in samples if not _took_turns(one))
    return found + [(one, log) for one, log in alone if log is not None]


def _took_turns(sample: Sample) -> bool:
    return sample.line is not None and sample.line.turns_from is not None


def _rounds(sample: Sample) -> list[float]:
    """Give the seconds of the turns that a process took; none if it had none, or one can't be."""
    line = sample.line
    if line is None or line.turns_from is None or line.passes < 1:
        return []
    walls = [iteration.wall_s for iteration in line.iterations[line.turns_from :]]
    return walls if all(0 < wall < math.inf for wall in walls) else []


def _passes(sample: Sample) -> int:
    return sample.line.passes if sample.line else 1


def _capacities(logs: Iterable[tuple[Sample, float]], serial: float) -> Iterable[tuple[int, float]]:
    shares: dict[int, list[float]] = {}
    for one, log in logs:
        if one.slot.role is Role.CAPACITY:
            shares.setdefault(one.slot.copies, []).append(math.exp(serial - log))
    for copies, found in shares.items():
        if len(found) == copies and not math.isnan(serial):
            yield copies, math.log(math.fsum(found))


def _cores(samples: Iterable[Sample]) -> Iterable[tuple[int, float]]:
    """Give the cores of all copies together, where each has its CPU time."""
    shares: dict[int, list[float]] = {}
    for one in samples:
        if one.slot.role is Role.CAPACITY and _took_turns(one):
            turns = one.line.iterations[one.line.turns_from :] if one.line else ()
            shares.setdefault(one.slot.copies, []).append(cores_over(turns))
    return ((copies, math.fsum(found)) for copies, found in shares.items() if len(found) == copies)


def _within(samples: Sequence[Sample]) -> float:
    """Take the median over all pairs with the first process."""
    rows = [_rounds(one) for one in samples if one.slot.role is not Role.CAPACITY and len(_rounds(one)) > 1]
    spreads = [
        statistics.stdev([math.log(a / b) for a, b in zip(rows[0], row, strict=False)]) for row in rows[1:]
    ]
    return statistics.median(spreads) if spreads else math.nan
