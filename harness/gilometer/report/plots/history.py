"""One speedup over runs, with its intervals and what the machine gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gilometer.report.plots import Plot
from gilometer.report.plots.curves import MARKERS
from gilometer.report.plots.style import DASHED, INK, RULE, STRATEGIES, key_of_capacity, key_of_one, page
from gilometer.report.sentences.text import doers, number, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from gilometer.report.plots.style import Page
    from gilometer.runs.history import History, Past, Point, TrackedSpeedup

HISTORY = "history"
"""Name of its files."""
HEIGHT_IN = 3.6
MOST_TICKS = 9
"""The most runs that are named below the axis."""
HALF = 0.3
"""Half of the length of the line for a run's capacity; runs are 1 apart."""
ROOM = 1.08
"""Factor by which the vertical axis is higher than the highest value."""


@dataclass(frozen=True)
class _Dot:
    """A run that has the figure."""

    run: Past
    point: Point


def history_plot(figure: TrackedSpeedup) -> Plot[History]:
    """Make the plot of a figure."""
    shows = "A speedup over runs, beside what the machine could give"
    return Plot(
        HISTORY, shows, lambda history: history_page(history, figure), lambda of: history_data(of, figure)
    )


def history_data(history: History, figure: TrackedSpeedup) -> pd.DataFrame:
    """Tabulate the runs that have the figure: run, started, machine, and the fields of ``Point``."""
    return pd.DataFrame(
        [
            {"run": run.name, "started": run.manifest.started, "machine": run.machine} | vars(point)
            for run in history.runs
            if (point := run.point(figure))
        ]
    )


def history_page(history: History, figure: TrackedSpeedup) -> Page | None:
    """Draw a point for each run, the oldest at the left; None if no run has the figure."""
    dots = [_Dot(run, point) for run in history.runs if (point := run.point(figure))]
    if not dots:
        return None
    machines = list(dict.fromkeys(dot.run.machine for dot in dots))
    markers = {machine: MARKERS[place % len(MARKERS)] for place, machine in enumerate(machines)}
    drawn = page(_finding(dots, figure), _subtitle(dots, machines), HEIGHT_IN + 0.1 * len(machines))
    axes = drawn.subplots()
    _draw(axes, dots, figure, markers)
    _name_runs(axes, dots)
    _explain(drawn, figure, markers)
    return drawn


def _finding(dots: Sequence[_Dot], figure: TrackedSpeedup) -> str:
    *before, newest = [dot.point.speedup for dot in dots]
    who = doers(figure.strategy, figure.workers)
    said = f"{figure.workload} with {who} on {figure.interpreter}: {number(newest)}x serial in the newest run"
    if not before:
        return said
    span = "" if min(before) == max(before) else f" to {number(max(before))}x"
    where = "run" if len(before) == 1 else f"{len(before)} runs"
    return f"{said}, {number(min(before))}x{span} in the {where} before"


def _subtitle(dots: Sequence[_Dot], machines: Sequence[str]) -> str:
    first = f"Speedup over serial in {plural(len(dots), 'run')}, oldest at the left; bars are 95% intervals."
    if len(machines) == 1:
        return f"{first} All on one machine: {machines[0]}."
    return (
        f"{first} They ran on {len(machines)} machines, each with a marker of its own: what differs between"
        " markers may be the machine's doing."
    )


def _draw(axes: Axes, dots: Sequence[_Dot], figure: TrackedSpeedup, markers: Mapping[str, str]) -> None:
    colour = STRATEGIES[figure.strategy]
    axes.grid(axis="y")
    axes.axhline(1, color=INK, linewidth=1)
    for place, dot in enumerate(dots):
        point = dot.point
        across = [place - HALF, place + HALF]
        axes.fill_between(across, point.capacity_low, point.capacity_high, color=RULE, alpha=0.6, linewidth=0)
        axes.plot(across, [point.capacity] * 2, color=INK, linewidth=1.2, linestyle=DASHED)
        axes.plot([place] * 2, [point.speedup_low, point.speedup_high], color=colour, linewidth=1.4)
        axes.plot([place], [point.speedup], color=colour, marker=markers[dot.run.machine], markersize=6)
    axes.set_ylim(0, ROOM * max(1.0, *(dot.point.most for dot in dots)))
    axes.set_xlim(-0.5, len(dots) - 0.5)
    axes.set_ylabel("speedup")


def _name_runs(axes: Axes, dots: Sequence[_Dot]) -> None:
    step = -(-len(dots) // MOST_TICKS)
    places = range(len(dots) - 1, -1, -step)[::-1]
    started = [dots[place].run.manifest.started[:16].replace("T", "\n") for place in places]
    axes.set_xticks(places, started)
    axes.set_xlabel("started (UTC)")


def _explain(drawn: Page, figure: TrackedSpeedup, markers: Mapping[str, str]) -> None:
    colour = STRATEGIES[figure.strategy]
    named = doers(figure.strategy, figure.workers)
    several = len(markers) > 1
    handles: list[Line2D | Patch] = [
        Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            markersize=6,
            label=f"{named}, {machine}" if several else named,
        )
        for machine, marker in markers.items()
    ]
    handles += [key_of_one(), key_of_capacity(), Patch(facecolor=RULE, label="its interval")]
    drawn.legend(handles=handles, loc="outside lower left", ncols=2 if several else len(handles))
