"""The first iterations of interpreters with a JIT, and where their steady state begins."""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from gilometer.analysis.steady import SteadyState
from gilometer.plan.groups import COMPARABLE_KINDS
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
from gilometer.report.results import SERIAL, board
from gilometer.report.sections.steady import finding, settlings

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.analysis import Analysis
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Board, Spread
    from gilometer.report.sections.steady import Settling

ACROSS = 3
PANEL_IN = 1.9
ROW_LETTERS = 100
"""Of the titles of a row of panels."""
LEAST_REACH = 2.0
"""How far the axis goes from 1 at least, so that noise does not look like a warm-up."""
HALF = 0.5
MARK_SIZE = 7.0
MARK_EDGE = 2.0
"""The mark of serial is a stroke, which must be seen on its line."""


@dataclass(frozen=True)
class WarmUpCurve:
    """One cell's iterations."""

    settling: Settling
    points: pd.DataFrame
    """Rows of ``Analysis.first_iterations``."""

    @property
    def begin(self) -> int:
        """Place of the iteration by which half of the invocations are steady; if never, behind the last."""
        return int((self.points["steady"].to_numpy() < HALF).sum())


@dataclass(frozen=True)
class Panel:
    """A workload on an interpreter."""

    title: str
    """Empty: nothing stands here, so that the next interpreter begins a row."""
    curves: Sequence[WarmUpCurve] = ()
    """None: too few iterations to tell."""


def warmup(analysis: Analysis) -> Page | None:
    """Draw a row for each interpreter with a JIT, with a panel for each workload whose time is work alone."""
    shown = board(analysis)
    found = _curves(analysis, shown)
    curves = [curve for place in found.values() for curve in place]
    if not curves:
        return None
    works = [work.label for work in shown.works if any(work.label == workload for _, workload in found)]
    across = min(ACROSS, len(works))
    every = _rows(found, [subject.label for subject in shown.present], works, across)
    rows = every[: MOST_PANELS // across]
    subtitle = (
        "Time of an iteration over that of the steady state (log scale), by its number: median and quartiles "
        "over invocations. Bold until half of these are steady, at the mark; beside it, how long that takes."
        f"{left_out(len(rows), len(every), 'rows')}"
    )
    serial = [curve.settling for curve in curves if curve.settling.spread == SERIAL]
    figure = page(finding(serial), subtitle, len(rows) * PANEL_IN + 0.7)
    grid = panels(figure, across, len(rows) * across)
    _scale(grid[0], curves)
    for axes, panel in zip(grid, itertools.chain.from_iterable(rows), strict=True):
        axes.set_title(textwrap.fill(panel.title, ROW_LETTERS // across), loc="left")
        _draw(axes, panel)
    _label(grid, rows)
    _explain(figure, curves)
    return figure


def warmup_data(analysis: Analysis) -> pd.DataFrame:
    """Give the rows of ``Analysis.first_iterations`` that the curves are of."""
    found = _curves(analysis, board(analysis))
    places = [place for curves in found.values() for curve in curves for place in curve.points.index]
    return analysis.first_iterations.loc[places]


def _rows(
    found: Mapping[tuple[str, str], Sequence[WarmUpCurve]],
    labels: Sequence[str],
    works: Sequence[str],
    across: int,
) -> list[list[Panel]]:
    """Lay the panels out, each interpreter's workloads in the same places."""
    rows = []
    for label in labels:
        own = [Panel(f"{label}: {work}", found.get((label, work), ())) for work in works]
        own += [Panel("")] * (-len(own) % across)
        if any(panel.curves for panel in own):
            rows += [own[start : start + across] for start in range(0, len(own), across)]
    return rows


def _curves(analysis: Analysis, shown: Board) -> dict[tuple[str, str], list[WarmUpCurve]]:
    """Those of each interpreter and workload, by their labels."""
    jits = {one.label for one in analysis.plan.interpreters if one.facts.jit == "on"}
    alone = {work.label for work in shown.works if work.kind in COMPARABLE_KINDS}
    spreads = _spreads(shown)
    points = _points(analysis.first_iterations)
    curves: dict[tuple[str, str], list[WarmUpCurve]] = {}
    for one in settlings(analysis.summary):
        key = (one.label, one.workload, one.spread.strategy.value, one.spread.workers)
        if one.label in jits and one.workload in alone and one.spread in spreads and key in points:
            curves.setdefault((one.label, one.workload), []).append(WarmUpCurve(one, points[key]))
    return curves


def _spreads(shown: Board) -> list[Spread]:
    strategies = dict.fromkeys(spread.strategy for spread in shown.spreads)
    return [SERIAL, *(spread for strategy in strategies if (spread := shown.widest(strategy)))]


def _points(frame: pd.DataFrame) -> dict[Hashable, pd.DataFrame]:
    """The rows of each cell, by the interpreter's label, the workload, the strategy and the workers."""
    labelled = frame.assign(label=frame["interpreter"] + frame["variant"])
    return dict(iter(labelled.groupby(["label", "workload", "strategy", "workers"], sort=False)))


def _scale(axes: Axes, curves: Sequence[WarmUpCurve]) -> None:
    """Set up the scales that all panels share."""
    low = min(float(curve.points["relative"].min()) for curve in curves)
    high = max(float(curve.points["relative"].max()) for curve in curves)
    axes.set_yscale("log")
    axes.set_ylim(min(low, 1 / LEAST_REACH) / 1.2, max(high, LEAST_REACH) * 1.2)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0,) if high > 100 else (1.0, 2.0, 5.0)))  # noqa: PLR2004
    axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:g}x"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlim(0.5, max(len(curve.points) for curve in curves) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


def _draw(axes: Axes, panel: Panel) -> None:
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
            f"{curve.settling.spread.strategy.value}: {curve.settling.when}",
            (1, 1),
            xycoords="axes fraction",
            xytext=(-2, -2 - 11 * line),
            textcoords="offset points",
            ha="right",
            va="top",
            size=8,
            bbox=BACKING,
        )


def _label(grid: Sequence[Axes], rows: Sequence[Sequence[Panel]]) -> None:
    """Label the vertical scale of the first curves of each row, and the horizontal one of the last row."""
    across = len(rows[0])
    for number, row in enumerate(rows):
        first = next((place for place, panel in enumerate(row) if panel.curves), 0)
        grid[number * across + first].tick_params(axis="y", labelleft=True)
    for axes in grid[-across:]:
        axes.set_xlabel("iteration")


def _curve(axes: Axes, curve: WarmUpCurve) -> None:
    points, begin = curve.points, curve.begin
    colour = STRATEGIES[curve.settling.spread.strategy]
    numbers, relative = points["iteration"], points["relative"]
    axes.fill_between(
        numbers, points["relative_low"], points["relative_high"], color=colour, alpha=0.15, linewidth=0
    )
    axes.plot(numbers, relative, color=colour, linewidth=0.8)
    axes.plot(numbers[: begin + 1], relative[: begin + 1], color=colour, linewidth=2)
    if curve.settling.state is not SteadyState.NONE:
        axes.plot(
            numbers.iloc[begin],
            relative.iloc[begin],
            color=colour,
            marker=MARKERS[curve.settling.spread.strategy],
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
        for one in dict.fromkeys(curve.settling.spread for curve in curves)
    ]
    handles.append(Line2D([], [], color=INK, linewidth=1, label="steady time = 1"))
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
