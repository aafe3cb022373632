"""The first iterations of interpreters with a JIT, and where their steady state begins."""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from gilometer.analysis.steady import SteadyState
from gilometer.report.plots.style import (
    BACKING,
    FAINT,
    INK,
    MARKERS,
    MOST_PANELS,
    STRATEGIES,
    left_out,
    page,
    panels,
)
from gilometer.report.results.configurations import SERIAL
from gilometer.report.sections.steady import finding, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.warmup import WarmUpCurve

ACROSS = 3
PANEL_IN = 1.9
ROW_LETTERS = 100
"""Letters of the titles of a row of panels."""
LEAST_REACH = 2.0
"""The axis includes at least this ratio and its inverse, so that noise does not look like a warm-up."""
MARK_SIZE = 7.0
MARK_EDGE = 2.0
"""Line width of the mark of serial, which is a stroke and must be seen on its line."""


@dataclass(frozen=True)
class WarmUpPanel:
    """The panel of a workload on an interpreter."""

    title: str
    """Title of the panel; empty for an empty place at the end of a row."""
    curves: Sequence[WarmUpCurve] = ()
    """The curves; none if there are too few iterations."""


def warmup(results: Results) -> Page | None:
    """Draw a row for each interpreter with a JIT, with a panel for each workload that does not wait."""
    curves = results.warm_ups
    if not curves:
        return None
    labels = {curve.result.workload for curve in curves}
    works = [work.label for work in results.works if work.label in labels]
    across = min(ACROSS, len(works))
    every = _rows(results, works, across)
    rows = every[: MOST_PANELS // across]
    subtitle = (
        "Time of an iteration over that of the steady state (log scale), by its number: median and quartiles "
        "over invocations. Bold until half of these are steady, at the mark; beside it, how long that takes."
        f"{left_out(len(rows), len(every), 'rows')}"
    )
    serial = [curve.result for curve in curves if curve.result.configuration == SERIAL]
    figure = page(finding(serial), subtitle, len(rows) * PANEL_IN + 0.7)
    grid = panels(figure, across, len(rows) * across)
    _scale(grid[0], curves)
    for axes, panel in zip(grid, itertools.chain.from_iterable(rows), strict=True):
        axes.set_title(textwrap.fill(panel.title, ROW_LETTERS // across), loc="left")
        _draw(axes, panel)
    _label(grid, rows)
    _explain(figure, curves)
    return figure


def warmup_data(results: Results) -> pd.DataFrame:
    """Return the rows of ``Analysis.first_iterations`` that the curves show."""
    return results.frames.warm_up


def _rows(results: Results, works: Sequence[str], across: int) -> list[list[WarmUpPanel]]:
    """Arrange the panels in rows: the workloads of each interpreter have the same places."""
    found: dict[tuple[str, str], list[WarmUpCurve]] = {}
    for curve in results.warm_ups:
        found.setdefault((curve.result.interpreter, curve.result.workload), []).append(curve)
    rows = []
    for label in (one.label for one in results.present):
        own = [WarmUpPanel(f"{label}: {work}", found.get((label, work), ())) for work in works]
        own += [WarmUpPanel("")] * (-len(own) % across)
        if any(panel.curves for panel in own):
            rows += [own[start : start + across] for start in range(0, len(own), across)]
    return rows


def _scale(axes: Axes, curves: Sequence[WarmUpCurve]) -> None:
    """Set up the scales that all panels share."""
    low = min(point.relative for curve in curves for point in curve.points)
    high = max(point.relative for curve in curves for point in curve.points)
    axes.set_yscale("log")
    axes.set_ylim(min(low, 1 / LEAST_REACH) / 1.2, max(high, LEAST_REACH) * 1.2)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0,) if high > 100 else (1.0, 2.0, 5.0)))  # noqa: PLR2004
    axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:g}x"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlim(0.5, max(len(curve.points) for curve in curves) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


def _draw(axes: Axes, panel: WarmUpPanel) -> None:
    if not panel.curves:
        axes.set_axis_off()
        words = "not enough iterations" if panel.title else ""
        axes.text(0, 1, words, transform=axes.transAxes, va="top", size=8, color=FAINT)
        return
    axes.grid(axis="y")
    axes.tick_params(axis="x", labelbottom=True)
    axes.axhline(1, color=INK, linewidth=1)
    for line, curve in enumerate(panel.curves):
        _curve(axes, curve)
        axes.annotate(
            f"{curve.result.configuration.strategy.value}: {when(curve.result)}",
            (1, 1),
            xycoords="axes fraction",
            xytext=(-2, -2 - 11 * line),
            textcoords="offset points",
            ha="right",
            va="top",
            size=8,
            bbox=BACKING,
        )


def _label(grid: Sequence[Axes], rows: Sequence[Sequence[WarmUpPanel]]) -> None:
    """Label the vertical scale of the first curves of each row, and the horizontal one of the last row."""
    across = len(rows[0])
    for number, row in enumerate(rows):
        first = next((place for place, panel in enumerate(row) if panel.curves), 0)
        grid[number * across + first].tick_params(axis="y", labelleft=True)
    for axes in grid[-across:]:
        axes.set_xlabel("iteration")


def _curve(axes: Axes, curve: WarmUpCurve) -> None:
    strategy, begin = curve.result.configuration.strategy, curve.begin
    colour = STRATEGIES[strategy]
    numbers = [point.iteration for point in curve.points]
    relative = [point.relative for point in curve.points]
    quartiles = ([one.lower_quartile for one in curve.points], [one.upper_quartile for one in curve.points])
    axes.fill_between(numbers, *quartiles, color=colour, alpha=0.15, linewidth=0)
    axes.plot(numbers, relative, color=colour, linewidth=0.8)
    axes.plot(numbers[: begin + 1], relative[: begin + 1], color=colour, linewidth=2)
    if curve.result.steady_state is not SteadyState.NONE:
        axes.plot(
            numbers[begin],
            relative[begin],
            color=colour,
            marker=MARKERS[strategy],
            markersize=MARK_SIZE,
            markeredgewidth=MARK_EDGE,
        )


def _explain(figure: Page, curves: Sequence[WarmUpCurve]) -> None:
    handles = [
        Line2D(
            [],
            [],
            color=STRATEGIES[one.strategy],
            marker=MARKERS[one.strategy],
            linewidth=2,
            label="serial" if one == SERIAL else f"{one.workers} {one.strategy.value}",
            markersize=MARK_SIZE,
            markeredgewidth=MARK_EDGE,
        )
        for one in dict.fromkeys(curve.result.configuration for curve in curves)
    ]
    handles.append(Line2D([], [], color=INK, linewidth=1, label="steady time = 1"))
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
