"""Runs of the workload that tells who ran when; each is made once, so no test may change one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gilometer.model import Outcome
from tests.records import SERIAL, THREADS, World, interpreter, manifest, plan, work
from tests.report.worlds import outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gilometer.analysis import Analysis
    from gilometer.model import Cell, Interpreter, Manifest

TURNS = work("turns", "semantics", (SERIAL, THREADS))
TURN_S = 0.005
FREE = {"cpython-3.13t": 0.96, "jython-2.7": 0.9}
"""How much of the time two threads run at once, by interpreter; elsewhere they take turns."""


def spans(cell: Cell) -> Sequence[tuple[int, float, float]]:
    """Turns of 5 ms for a tenth of a second, or all of it at once."""
    if cell.workers < 2:
        return [(0, 0.0, 0.1)]
    if _is_free(cell):
        return [(0, 0.0, 0.1), (1, 0.002, 0.1)]
    return [(turn % 2, turn * TURN_S, (turn + 1) * TURN_S) for turn in range(20)]


def shares(cell: Cell, nobody: float = 0.01) -> Mapping[tuple[str, str], float]:
    at_once = FREE[cell.interpreter] if cell.workers > 1 and _is_free(cell) else 0.0
    return {
        ("at once", "share of the time"): at_once,
        ("nobody", "share of the time"): nobody,
        ("usual turn", "ms"): 90.0 if at_once else 5.0,
    }


def _is_free(cell: Cell) -> bool:
    return cell.interpreter in FREE and not cell.variant


def turning(interpreters: Sequence[Interpreter], nobody: float = 0.01) -> tuple[Manifest, Analysis]:
    """A run of nothing but turns; on PyPy it crashes."""
    endings = {("pypy-3.11", "turns", THREADS): (Outcome.CRASHED, "died of SIGSEGV")}
    world = World(observed=lambda cell: shares(cell, nobody), spans=spans, endings=endings, spread=1e-6)
    return outcome(manifest(plan(interpreters, [TURNS])), world, 3)


@cache
def turns() -> tuple[Manifest, Analysis]:
    """A binary with its GIL on and off among others."""
    return turning(
        [
            interpreter("cpython-3.13t", gil=False),
            interpreter("cpython-3.13t", "+gil"),
            interpreter("cpython-3.14"),
            interpreter("jython-2.7", gil=False),
            interpreter("pypy-3.11"),
        ]
    )


@cache
def turns_of_many() -> tuple[Manifest, Analysis]:
    """More interpreters than a page has room for."""
    return turning([interpreter(f"cpython-3.{minor}") for minor in range(23)])
