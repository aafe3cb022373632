"""Speedup over the CPU share of the work: where the gain from threads ends."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from harness.model import Strategy
from harness.report.board import Group, board
from harness.report.findings import curve
from harness.report.plots.table import ratios
from harness.report.style import GROUPS, INK, key_of_one, page
from harness.report.text import FEW_NAMES, certainty, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from harness.analysis import Analysis
    from harness.model import Work
    from harness.report.board import Board, Result, Spread, Subject
    from harness.report.style import Page

SCRIPT = "mixed"
PARAMETER = "cpu"
HEIGHT_IN = 4.4
PANEL_IN = 3.0
"""Height of a panel without its labels."""
PANEL_LETTERS = 60
"""How many letters fit below a panel."""
LABEL_IN = 0.165
"""Height of a label beside a line's end."""
MARKERS = "osD^vPX*<>"


def sweep(shown: Board) -> list[Work]:
    """Points of the mixed workload, by rising CPU share; none if there are not two to join."""
    points = [work for work in shown.works if work.script == SCRIPT and PARAMETER in work.parameters]
    return sorted(points, key=share) if len(points) > 1 else []


def share(work: Work) -> float:
    """CPU share of a point, from 0 (all waiting) to 1 (all CPU)."""
    return float(work.parameters[PARAMETER])


def mixed(analysis: Analysis) -> Page | None:
    """Draw a panel each for threads and processes, a line an interpreter."""
    shown = board(analysis)
    works = sweep(shown)
    panels = [
        panel
        for strategy in (Strategy.THREADS, Strategy.PROCESSES)
        if (spread := shown.widest(strategy)) and (panel := _panel_of(shown, works, spread)).curves
    ]
    if not panels:
        return None
    ends = f"{share(works[0]):.0%} to {share(works[-1]):.0%} CPU"
    subtitle = (
        "Speedup over serial by the CPU share of each unit of work; the rest of the unit is waiting. "
        f"{certainty(analysis)}."
    )
    figure = page(curve(shown, works, ends), subtitle, HEIGHT_IN)
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False).ravel()
    for axes, panel in zip(grid, panels, strict=True):
        _draw(axes, panel)
    for axes, panel in zip(grid, panels, strict=True):
        _name_curves(axes, panel.curves)
    _explain(figure, panels)
    return figure


def mixed_data(analysis: Analysis) -> pd.DataFrame:
    """Give the rows of ``summary.csv`` that the curves are of: ``table.RATIOS``."""
    shown = board(analysis)
    spreads = [shown.widest(strategy) for strategy in (Strategy.THREADS, Strategy.PROCESSES)]
    return ratios(analysis, sweep(shown), [spread for spread in spreads if spread])


@dataclass(frozen=True)
class Curve:
    """One interpreter's line: the points at which it was measured."""

    subject: Subject
    marker: str
    shares: list[float]
    results: list[Result]

    @property
    def end(self) -> float:
        """Speedup at the last point."""
        return self.results[-1].speedup


@dataclass(frozen=True)
class Panel:
    """One strategy's curves, and who has none."""

    spread: Spread
    curves: list[Curve]
    without: list[str]


def _panel_of(shown: Board, works: Sequence[Work], spread: Spread) -> Panel:
    curves = []
    without = []
    for index, subject in enumerate(shown.present):
        results = [(work, shown.at(subject, work, spread)) for work in works]
        found = [(share(work), result) for work, result in results if result and result.is_measured]
        if found:
            shares = [at for at, _ in found]
            curves.append(
                Curve(subject, MARKERS[index % len(MARKERS)], shares, [result for _, result in found])
            )
        else:
            without.append(subject.label)
    return Panel(spread, curves, without)


def _draw(axes: Axes, panel: Panel) -> None:
    axes.set_title(panel.spread.doers, loc="left")
    axes.grid(axis="y")
    axes.axhline(1, color=INK, linewidth=1)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%\nall waiting", "25%", "50%", "75%", "100%\nall CPU"])
    absent = [f"not measured: {counted(panel.without)}"] if panel.without else []
    lines = [
        line for words in ("CPU share of each unit", *absent) for line in textwrap.wrap(words, PANEL_LETTERS)
    ]
    axes.set_xlabel("\n".join(lines))
    for line in panel.curves:
        colour = GROUPS[line.subject.group]
        speedups = [result.speedup for result in line.results]
        lows = [result.speedup_low for result in line.results]
        highs = [result.speedup_high for result in line.results]
        axes.plot(line.shares, speedups, color=colour, marker=line.marker, markersize=4.5, linewidth=1.4)
        axes.fill_between(line.shares, lows, highs, color=colour, alpha=0.15, linewidth=0)


@dataclass(frozen=True)
class Name:
    """What is written beside the end of one line, or of a bundle of them."""

    text: str
    group: Group
    end: tuple[float, float]


def _name_curves(axes: Axes, curves: Sequence[Curve]) -> None:
    """Write the names beside the lines' ends, moved apart where ends are close."""
    bottom, top = axes.get_ylim()
    step = (top - bottom) * LABEL_IN / PANEL_IN
    names = sorted(names_of(curves, step), key=lambda name: name.end[1])
    for name, y in zip(names, apart([name.end[1] for name in names], step), strict=True):
        colour = GROUPS[name.group]
        leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkB": 3, "relpos": (0, 0.5)}
        axes.annotate(
            name.text,
            name.end,
            xytext=(1.09, y),
            va="center",
            size=8.5,
            color=colour,
            annotation_clip=False,
            arrowprops=leader,
        )


def names_of(curves: Sequence[Curve], step: float) -> list[Name]:
    """One name a curve, but one for a whole bundle where many of a group end within ``step`` of the next."""
    names = []
    for group in Group:
        members = sorted((one for one in curves if one.subject.group is group), key=lambda one: one.end)
        bundles: list[list[Curve]] = []
        for one in members:
            if bundles and one.end - bundles[-1][-1].end < step:
                bundles[-1].append(one)
            else:
                bundles.append([one])
        for bundle in bundles:
            if len(bundle) > FEW_NAMES:
                middle = bundle[len(bundle) // 2]
                text = f"{len(bundle)} {group.value}"
                names.append(Name(text, group, (middle.shares[-1], middle.end)))
            else:
                names += [Name(one.subject.label, group, (one.shares[-1], one.end)) for one in bundle]
    return names


def apart(ends: Sequence[float], step: float) -> list[float]:
    """Positions at least ``step`` apart for ascending ``ends``, each crowd centred on its own middle."""
    crowds: list[list[float]] = []
    for end in ends:
        crowds.append([end])
        while len(crowds) > 1 and _top(crowds[-2], step) + step > _bottom(crowds[-1], step):
            crowds[-2:] = [crowds[-2] + crowds[-1]]
    return [_bottom(crowd, step) + index * step for crowd in crowds for index in range(len(crowd))]


def _bottom(crowd: Sequence[float], step: float) -> float:
    return math.fsum(crowd) / len(crowd) - (len(crowd) - 1) * step / 2


def _top(crowd: Sequence[float], step: float) -> float:
    return _bottom(crowd, step) + (len(crowd) - 1) * step


def _explain(figure: Page, panels: Sequence[Panel]) -> None:
    groups = {line.subject.group for panel in panels for line in panel.curves}
    handles = [
        Line2D([], [], color=GROUPS[group], linewidth=2, label=group.value)
        for group in Group
        if group in groups
    ]
    handles.append(key_of_one())
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
