"""Results of cells as a run has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gilometer.analysis.steady import SteadyState
from gilometer.model import Estimate, Outcome, Strategy
from gilometer.report.results.cells import CellResult
from gilometer.report.results.configurations import Configuration

TWO_THREADS = CellResult(
    interpreter="cpython-3.13",
    workload="fib",
    kind="cpu",
    configuration=Configuration(Strategy.THREADS, 2),
    outcome=Outcome.OK,
    reason="",
    invocations=6,
    wall_s=Estimate(1.0, 0.9, 1.1),
    speedup=Estimate(1.0, 0.9, 1.1),
    speedup_q=0.01,
    capacity=Estimate(2.0, 1.9, 2.1),
    efficiency=Estimate(0.5, 0.4, 0.6),
    concurrency=Estimate(),
    effective_cores=1.0,
    peak_rss_mb=10.0,
    startup_s=0.02,
    warmup_s=0.0,
    steady_state=SteadyState.FLAT,
    noise=1.1,
)


def cell_result(**changes: Any) -> CellResult:
    """Return what a cell of two threads gave, with these fields otherwise."""
    return replace(TWO_THREADS, **changes)
