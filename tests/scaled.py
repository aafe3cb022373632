"""Runs whose speedups follow the Universal Scalability Law: the truth that a fit should find again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis import analyse
from gilometer.analysis.scaling import Terms
from gilometer.model import Role, Slot, Strategy
from tests.records import interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gilometer.analysis import Analysis
    from gilometer.model import Entry, Manifest, Plan

LEVELS = (2, 3, 4, 6, 8)
WITH_GIL = Terms(1.0, 0.01)
WITHOUT = Terms(0.05, 0.01)
MACHINE = Terms(0.02, 0.001)


@dataclass(frozen=True)
class Noise:
    """How much a time differs from its truth."""

    spread: float
    """Standard deviation of its logarithm."""
    seed: int = 1


def entries(of: Plan, blocks: int, noise: Noise) -> Iterator[Entry]:
    """Threads scale by the interpreter's GIL; processes, and the machine itself, by the machine."""
    draw = random.Random(noise.seed)  # noqa: S311  for noise, not for secrets
    free = {one.name for one in of.interpreters if not one.facts.gil}
    slots = [Slot(0, cell) for cell in of.cells] + list(of.controls)
    for block in range(blocks):
        for slot in slots:
            for copy in range(slot.copies):
                wall_s = _wall_s(slot, free) * draw.lognormvariate(0, noise.spread)
                yield sample(Slot(block, slot.cell, slot.role, slot.copies), [wall_s] * 4, copy)


def _wall_s(slot: Slot, free: set[str]) -> float:
    cell = slot.cell
    if slot.role is Role.CAPACITY:
        return 0.1 * slot.copies / _speedup(MACHINE, slot.copies)
    if cell.strategy is Strategy.PROCESSES:
        return 0.1 / _speedup(MACHINE, cell.workers)
    if cell.strategy is Strategy.THREADS:
        return 0.1 / _speedup(WITHOUT if cell.interpreter in free else WITH_GIL, cell.workers)
    return 0.1


def _speedup(law: Terms, workers: int) -> float:
    return float(law.speedup(np.asarray(float(workers))))


def scaled(workers: tuple[int, ...], blocks: int, noise: Noise) -> tuple[Manifest, Analysis]:
    """Two interpreters, with and without a GIL, on three workloads."""
    interpreters = [interpreter("cpython-3.13"), interpreter("cpython-3.13t", gil=False)]
    works = [work("fib"), work("mixed:cpu=0", "mixed", cpu="0"), work("mixed:cpu=1", "mixed", cpu="1")]
    of = manifest(plan(interpreters, works, workers=workers))
    return of, analyse(of, entries(of.plan, blocks, noise))


@cache
def six_levels() -> tuple[Manifest, Analysis]:
    """Enough for the law; no test may change it."""
    return scaled(LEVELS, 8, Noise(0.01))


@cache
def three_levels() -> tuple[Manifest, Analysis]:
    """Enough for a curve, and not for the law."""
    return scaled((2, 4), 3, Noise(0.01))
