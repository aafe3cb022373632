"""The plots of a report: each a function of the results, which returns None if there is nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from gilometer.report.plots.convoy import convoy, convoy_data
from gilometer.report.plots.costs import costs, costs_data
from gilometer.report.plots.forest import forest, forest_data
from gilometer.report.plots.gil_release import gil_release, gil_release_data
from gilometer.report.plots.heatmap import heatmap, heatmap_data
from gilometer.report.plots.mixed import mixed, mixed_data
from gilometer.report.plots.same_binary import contrasts, contrasts_data
from gilometer.report.plots.scaling import scaling, scaling_data
from gilometer.report.plots.speed import speed, speed_data
from gilometer.report.plots.timeline import timeline_data, who_ran_when
from gilometer.report.plots.warmup import warmup, warmup_data
from gilometer.report.results.cells import KINDS
from gilometer.report.sentences.text import noun

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results

Source = TypeVar("Source")
"""The data of a picture: results, or a history."""


@dataclass(frozen=True)
class Plot(Generic[Source]):
    """One plot: how to draw it, and the rows that it shows."""

    name: str
    """Name of the files, without suffix."""
    shows: str
    """A description for readers who can't see the picture."""
    draw: Callable[[Source], Page | None]
    data: Callable[[Source], pd.DataFrame]
    """Return the rows of the picture, also those that had no room; called only if there is a picture."""


FORESTS = (*KINDS, "contention")
"""The kinds of work that have a forest plot."""


def _forest(kind: str) -> Plot[Results]:
    shows = f"Speedup of each strategy on {noun(kind)}, by workload and interpreter"
    return Plot(kind, shows, partial(forest, kind), partial(forest_data, kind))


PLOTS: tuple[Plot[Results], ...] = (
    Plot(
        "same_binary",
        "Speedup of threads on the same binary with its GIL on and off",
        contrasts,
        contrasts_data,
    ),
    Plot(
        "timeline",
        "When two threads ran on each interpreter, in turn or at once",
        who_ran_when,
        timeline_data,
    ),
    Plot("threads", "Speedup of threads by interpreter and workload", heatmap, heatmap_data),
    Plot("costs", "Time of threads and processes against one thread of the baseline", costs, costs_data),
    *(_forest(kind) for kind in FORESTS),
    Plot(
        "gil_release", "Speed of a thread beside calls that may keep the GIL", gil_release, gil_release_data
    ),
    Plot(
        "convoy",
        "How late a waiting thread wakes up, alone and beside one that computes",
        convoy,
        convoy_data,
    ),
    Plot("scaling", "Speedup over the number of workers by workload and strategy", scaling, scaling_data),
    Plot("cpu_share", "Speedup over the CPU share of the work", mixed, mixed_data),
    Plot("speed", "Single-thread speed relative to the baseline", speed, speed_data),
    Plot(
        "warmup", "First iterations of interpreters with a JIT, until their steady state", warmup, warmup_data
    ),
)
"""All plots of a report, in the order in which it shows them."""
