"""Ratios as a run tells of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Cell, Known, Outcome, Strategy

if TYPE_CHECKING:
    from collections.abc import Iterable


def speedup(
    interpreter: str, workload: str, ratio: float = math.nan, half: float = math.nan, **changes: object
) -> Known:
    """One of two threads; without a ratio it was not measured yet."""
    cell = Cell(interpreter, "", workload, Strategy.THREADS, 2)
    fields: dict[str, object] = {
        "over": Cell(interpreter, "", workload, Strategy.SERIAL, 1),
        "under": cell,
        "ratio": ratio,
        "low": ratio - half,
        "high": ratio + half,
        "is_precise": False,
        "outcome": None if math.isnan(ratio) else Outcome.OK,
    }
    return Known(**fields | changes)  # type: ignore[arg-type]


def crowd(interpreters: Iterable[str], workloads: Iterable[str]) -> list[Known]:
    """Those of a run that has measured none."""
    workloads = list(workloads)
    return [speedup(interpreter, workload) for interpreter in interpreters for workload in workloads]
