"""The results of one group in one block, once all of its processes have ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Cell, Outcome, Record, Role, Sample, Strategy
from gilometer.plan.cores import cores_over
from gilometer.plan.times import settled_log
from gilometer.stats.levels import adjusted, level, spread_of_ratios

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Iteration


class BlockResult(Record, frozen=True):
    """The results of one group in one block: logarithms of seconds a pass, and of ratios."""

    cells: dict[Cell, float]
    """Seconds of the cells that were measured."""
    references: dict[Cell, float]
    """Seconds of the serial cells of other interpreters in the same rounds."""
    noise: float
    """Ratio of serial over its twin; NaN without both."""
    capacity: dict[int, float]
    """Work that so many copies did at once, over that of one alone; by number of copies."""
    cores: dict[int, float]
    """CPU seconds a second of so many copies together, by number of copies; only of those that took turns.

    No logarithms.
    """
    concurrency: dict[Cell, float]
    """Cores that a cell had, over those that serial had: the most that running at once can gain.

    Logarithms, of the cells that took turns and have CPU times.
    """
    within: float
    """Standard deviation, between rounds, of the ratio of two processes; NaN if they took no turns."""


def block_result(samples: Sequence[Sample]) -> BlockResult:
    """Compute the result of one group in one block from its samples; those that failed are left out."""
    good = [one for one in samples if one.outcome is Outcome.OK and one.line is not None]
    logs = _levels(good)
    measured = {one.slot.cell: log for one, log in logs if one.slot.role is Role.MEASURE}
    serial = next((log for cell, log in measured.items() if cell.strategy is Strategy.SERIAL), math.nan)
    twin = next((log for one, log in logs if one.slot.role is Role.TWIN), math.nan)
    return BlockResult(
        cells=measured,
        references={one.slot.cell: log for one, log in logs if one.slot.role is Role.REFERENCE},
        noise=serial - twin,
        capacity=dict(_capacities(logs, serial)),
        cores=dict(_cores(good)),
        concurrency=_concurrency(good),
        within=_within(good),
    )


def _levels(samples: Sequence[Sample]) -> list[tuple[Sample, float]]:
    """Pair each sample with the logarithm of its seconds a pass; leave out those without a finite time."""
    taken = [one for one in samples if _rounds(one)]
    rows = adjusted([_rounds(one) for one in taken])
    found = [(one, level(row) - math.log(_passes(one))) for one, row in zip(taken, rows, strict=True)]
    alone = ((one, settled_log(one)) for one in samples if not _took_turns(one))
    return found + [(one, log) for one, log in alone if log is not None]


def _took_turns(sample: Sample) -> bool:
    return sample.line is not None and sample.line.turns_from is not None


def _turns(sample: Sample) -> tuple[Iteration, ...]:
    line = sample.line
    return () if line is None or line.turns_from is None else line.iterations[line.turns_from :]


def _rounds(sample: Sample) -> list[float]:
    """Return the wall seconds of the turns of a process; none if one of them is not finite and above 0."""
    if _passes(sample) < 1:
        return []
    walls = [iteration.wall_s for iteration in _turns(sample)]
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
    """Add up the cores of the copies of each control, where each copy has its CPU time."""
    shares: dict[int, list[float]] = {}
    for one in samples:
        if one.slot.role is Role.CAPACITY and _took_turns(one):
            shares.setdefault(one.slot.copies, []).append(cores_over(_turns(one)))
    return ((copies, math.fsum(found)) for copies, found in shares.items() if len(found) == copies)


def _concurrency(samples: Sequence[Sample]) -> dict[Cell, float]:
    """Compute the logarithm of each cell's cores over those of serial; nothing without a serial cell."""
    turns = {one.slot.cell: one for one in samples if one.slot.role is Role.MEASURE and _rounds(one)}
    cores = {cell: cores_over(_turns(one)) for cell, one in turns.items()}
    serial = next((found for cell, found in cores.items() if cell.strategy is Strategy.SERIAL), math.nan)
    return {cell: math.log(found / serial) for cell, found in cores.items() if found > 0 and serial > 0}


def _within(samples: Sequence[Sample]) -> float:
    rows = (_rounds(one) for one in samples if one.slot.role is not Role.CAPACITY)
    return spread_of_ratios([row for row in rows if len(row) > 1])
