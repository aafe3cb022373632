"""The plots of a report: each a function of the analysis, which returns None if there is nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.report.plots.convoy import convoy
from harness.report.plots.gil_release import gil_release
from harness.report.plots.heatmap import heatmap
from harness.report.plots.mixed import mixed
from harness.report.plots.same_binary import contrasts
from harness.report.plots.scaling import scaling
from harness.report.plots.speed import speed
from harness.report.plots.strategies import strategies
from harness.report.plots.timeline import who_ran_when
from harness.report.plots.warmup import warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from harness.analysis import Analysis


@dataclass(frozen=True)
class Plot:
    """One picture of the report."""

    name: str
    """Of its files."""
    shows: str
    """For who can't see it."""
    draw: Callable[[Analysis], Figure | None]


PLOTS = (
    Plot("same_binary", "Speedup of threads on the same binary with its GIL on and off", contrasts),
    Plot("timeline", "When two threads ran on each interpreter, in turn or at once", who_ran_when),
    Plot("threads", "Speedup of threads by interpreter and workload", heatmap),
    Plot("strategies", "Speedup of each strategy by workload", strategies),
    Plot("gil_release", "Speed of a thread beside calls that may keep the GIL", gil_release),
    Plot("convoy", "How late a waiting thread wakes up, alone and beside one that computes", convoy),
    Plot("scaling", "Speedup over the number of workers by workload and strategy", scaling),
    Plot("mixed", "Speedup over the CPU share of the work", mixed),
    Plot("speed", "Single-thread speed relative to the baseline", speed),
    Plot("warmup", "First iterations of interpreters with a JIT, until their steady state", warmup),
)
"""In the order in which the report shows them."""
