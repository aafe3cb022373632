"""One kind of work as a forest: a panel a workload, a row an interpreter, a mark a strategy."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Group
from gilometer.report.plots.style import (
    BACKING,
    DASHED,
    FAINT,
    INK,
    MARKERS,
    RULE,
    STRATEGIES,
    Row,
    key_of_band,
    key_of_capacity,
    key_of_one,
    key_of_strategy,
    left_out,
    page,
    panels,
    ratio_panel,
    room,
    rows,
)
from gilometer.report.plots.table import ratios
from gilometer.report.results import board
from gilometer.report.sentences.headlines import comparison
from gilometer.report.sentences.text import certainty, number
from gilometer.report.sweep import sweep
from gilometer.stats.equivalence import MOST_PER_WORKER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.analysis import Analysis
    from gilometer.model import Work
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Board, Result, Spread, Subject

ACROSS = 3
FOUR = 4
"""Panels that stand two by two, so that none is alone in its row."""
MARK_IN = 0.1
"""Height that a mark has for itself."""
NARROW_MARK_IN = 0.08
MOST_WIDE_ROWS = 12
"""Rows over which marks stand closer."""
HEADING = 2.2
"""Height of a heading, in marks."""
AROUND_IN = 0.55
"""Height of what is around the rows of a panel."""
LEGEND_COLUMNS = 5
SMALL = 6.5
"""Size of the words in a panel."""


def forest(kind: str, analysis: Analysis) -> Page | None:
    """Draw each strategy with the most workers that were asked for, for the workloads of one kind."""
    shown = board(analysis)
    every = _panels(kind, analysis, shown)
    if not every:
        return None
    spreads = [one for one in _spreads(shown) if any(one in panel.spreads for panel in every)]
    lines = _rows(shown.present, len(spreads))
    across = ACROSS - 1 if len(every) == FOUR else min(ACROSS, len(every))
    bottom = lines[-1].y + (len(spreads) + 1) / 2
    panel_in = bottom * _mark_in(lines) + AROUND_IN
    drawn = every[: room(across, panel_in)]
    subtitle = (
        "Speedup over serial, same interpreter and work; a line is an interval. "
        f"{certainty(analysis)}.{left_out(len(drawn), len(every), 'workloads')}"
    )
    height = math.ceil(len(drawn) / across) * panel_in + 0.7
    figure = page(comparison(shown, [panel.work for panel in every]), subtitle, height)
    grid = panels(figure, across, len(drawn))
    grid[0].set_xlim(min(panel.least for panel in drawn), max(panel.most for panel in drawn))
    for axes, panel in zip(grid, drawn, strict=True):
        ratio_panel(axes, lines, panel.work.label)
        _draw(axes, lines, panel)
    grid[0].set_ylim(bottom, 0)
    _explain(figure, spreads)
    return figure


def forest_data(kind: str, analysis: Analysis) -> pd.DataFrame:
    """Give the rows of ``summary.csv`` that the marks are of: ``table.RATIOS``, and their A/A band."""
    shown = board(analysis)
    works = [panel.work for panel in _panels(kind, analysis, shown)]
    found = ratios(analysis, works, _spreads(shown))
    groups = map(Group, found["interpreter"], found["variant"], found["workload"])
    return found.assign(band=[analysis.noise.band(group) for group in groups])


@dataclass(frozen=True)
class _Panel:
    """What is drawn of one workload."""

    shown: Board
    work: Work
    spreads: tuple[Spread, ...]
    """Those that it can be spread by."""
    bands: Mapping[str, float]
    """How far from 1 its A/A ratios reach, by the interpreter's label; absent if unknown."""

    def offset(self, index: int) -> float:
        """How far below the middle of its row a mark is: spreads lie below one another."""
        return index - (len(self.spreads) - 1) / 2

    def at(self, subject: Subject, spread: Spread) -> Result | None:
        return self.shown.at(subject, self.work, spread)

    @property
    def measured(self) -> list[Result]:
        found = [self.at(subject, spread) for subject in self.shown.present for spread in self.spreads]
        return [result for result in found if result and result.is_measured]

    @property
    def capacity(self) -> float:
        """Of the machine for this work with the most workers; NaN if unknown."""
        return max((one.capacity for one in self.measured if not math.isnan(one.capacity)), default=math.nan)

    @property
    def least(self) -> float:
        """Where its axis may begin: before all that is measured, and always before 1."""
        ends = [end for one in self.measured for end in (one.speedup, one.speedup_low) if not math.isnan(end)]
        return 0.9 * min(0.8, *ends)

    @property
    def most(self) -> float:
        """Where its axis may end: at what is longest and can be believed, or at the capacity."""
        ends = [
            min(max(one.speedup, one.speedup_high), MOST_PER_WORKER * one.at_once) for one in self.measured
        ]
        return 1.06 * max(1.0, *ends, *([] if math.isnan(self.capacity) else [self.capacity]))


def _panels(kind: str, analysis: Analysis, shown: Board) -> list[_Panel]:
    """List the workloads of a kind with something to show; points of the sweep only if there is no other."""
    found = [
        _Panel(
            shown,
            work,
            tuple(spread for spread in _spreads(shown) if work in shown.works_with(spread)),
            _bands(analysis, work),
        )
        for work in shown.works
        if work.kind == kind
    ]
    found = [panel for panel in found if panel.measured]
    swept = sweep(shown)
    return [panel for panel in found if panel.work not in swept] or found


def _bands(analysis: Analysis, work: Work) -> dict[str, float]:
    groups = {one.label: Group(one.name, one.variant, work.label) for one in analysis.plan.interpreters}
    known = analysis.noise.bands(groups.values())
    return {label: known[group] for label, group in groups.items() if group in known}


def _spreads(shown: Board) -> list[Spread]:
    strategies = dict.fromkeys(spread.strategy for spread in shown.spreads)
    return [spread for strategy in strategies if (spread := shown.widest(strategy))]


def _rows(subjects: Sequence[Subject], marks: int) -> list[Row[Subject]]:
    """Place interpreters and headings, in heights of a mark from the top."""
    found: list[Row[Subject]] = []
    top = 0.0
    for row in rows(subjects):
        height = marks + 1.0 if row.of else HEADING
        found.append(Row(top + height / 2, row.label, row.of))
        top += height
    return found


def _mark_in(lines: Sequence[Row[Subject]]) -> float:
    return MARK_IN if len(lines) <= MOST_WIDE_ROWS else NARROW_MARK_IN


def _draw(axes: Axes, lines: Sequence[Row[Subject]], panel: _Panel) -> None:
    _draw_bands(axes, lines, panel)
    axes.axvline(panel.capacity, color=INK, linewidth=1.2, linestyle=DASHED)
    between = [(above.y + below.y) / 2 for above, below in itertools.pairwise(lines) if above.of and below.of]
    axes.hlines(between, *axes.get_xlim(), color=RULE, linewidth=0.5, zorder=0)
    for index, spread in enumerate(panel.spreads):
        found = [
            (row.y + panel.offset(index), result)
            for row in lines
            if row.of and (result := panel.at(row.of, spread)) and result.is_measured
        ]
        _mark(axes, spread, found)
    for row in lines:
        if row.of:
            _say_what_is_absent(axes, row.y, row.of, panel)


def _draw_bands(axes: Axes, lines: Sequence[Row[Subject]], panel: _Panel) -> None:
    """Shade what is noise, in the row of each interpreter."""
    noisy = [(row.y, panel.bands[row.of.label]) for row in lines if row.of and row.of.label in panel.bands]
    axes.barh(
        [y for y, _ in noisy],
        [band - 1 / band for _, band in noisy],
        left=[1 / band for _, band in noisy],
        height=len(panel.spreads) + 1.0,
        color=RULE,
        alpha=0.6,
        linewidth=0,
        zorder=0,
    )


def _mark(axes: Axes, spread: Spread, found: Sequence[tuple[float, Result]]) -> None:
    """Draw the marks of a strategy with their intervals; what can not be stands beyond the edge, in words."""
    colour = STRATEGIES[spread.strategy]
    known = [(y, result) for y, result in found if not math.isnan(result.speedup_low)]
    axes.hlines(
        [y for y, _ in known],
        [result.speedup_low for _, result in known],
        [result.speedup_high for _, result in known],
        color=colour,
        linewidth=1.4,
    )
    axes.plot(
        [result.speedup for _, result in found],
        [y for y, _ in found],
        color=colour,
        marker=MARKERS[spread.strategy],
        markersize=4,
        linestyle="none",
    )
    edge = axes.get_xlim()[1]
    for y, result in found:
        if result.speedup > edge:
            said = f"{spread.strategy.value}: {number(result.speedup)}x, beyond the edge "
            axes.text(edge, y, said, size=SMALL, ha="right", va="center_baseline", bbox=BACKING)


def _say_what_is_absent(axes: Axes, y: float, subject: Subject, panel: _Panel) -> None:
    """Write once for each reason which strategies have no mark; for all of them, the reason alone."""
    absent: dict[str, list[int]] = {}
    for index, spread in enumerate(panel.spreads):
        result = panel.at(subject, spread)
        if result and not result.is_measured:
            word = f"X {result.absence}" if result.outcome.is_failure else result.absence
            absent.setdefault(word, []).append(index)
    said = []
    for word, indices in absent.items():
        names = ", ".join(panel.spreads[index].strategy.value for index in indices)
        said.append(word if len(indices) == len(panel.spreads) else f"{names}: {word}")
    places = [index for indices in absent.values() for index in indices]
    if said:
        axes.text(
            0.01,
            y + panel.offset(0) + sum(places) / len(places),
            "; ".join(said),
            transform=axes.get_yaxis_transform(),
            size=SMALL,
            color=FAINT,
            va="center_baseline",
            bbox=BACKING,
        )


def _explain(figure: Page, spreads: Sequence[Spread]) -> None:
    handles = [*(key_of_strategy(one) for one in spreads), key_of_one(), key_of_band(), key_of_capacity()]
    figure.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), LEGEND_COLUMNS))
