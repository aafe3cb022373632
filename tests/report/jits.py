"""Runs with enough iterations to see interpreters with a JIT warm up, or not."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

from gilometer.analysis import Analysis, analyse
from gilometer.model import Slot
from gilometer.report.results import Results, results_of
from tests.records import THREADS, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.model import Cell, Manifest

WORKS = (work("fib"), work("sha256", "native"), work("sleep", "io"))
FLAT = [1.0] * 30
FALLING = [8.0] * 4 + [2.0] * 4 + [1.0] * 22
NEVER = [4.0] * 10 + [2.0] * 16 + [1.0] * 4


def levels(cell: Cell) -> list[float]:
    """The JVM warms up, and never settles with threads; the other JIT compiles nothing; the rest has none."""
    if cell.interpreter == "jython-2.7":
        return NEVER if cell.strategy is THREADS else FALLING
    return FLAT


@cache
def outcome(of: Callable[[Cell], Sequence[float]] = levels) -> tuple[Manifest, Analysis]:
    """Three interpreters, two of them with a JIT, five blocks."""
    interpreters = [
        interpreter("cpython-3.13"),
        interpreter("cpython-3.15", "+jit", jit="on"),
        interpreter("jython-2.7", gil=False, jit="on"),
    ]
    whole = plan(interpreters, WORKS)
    draw = random.Random(3)  # noqa: S311  for noise, not for secrets
    entries = [
        sample(Slot(block, cell), [0.1 * level * draw.lognormvariate(0, 0.001) for level in of(cell)])
        for block in range(5)
        for cell in whole.cells
    ]
    return manifest(whole), analyse(manifest(whole), entries)


def world(of: Callable[[Cell], Sequence[float]] = levels) -> Results:
    """What such a run found."""
    return results_of(*outcome(of))
