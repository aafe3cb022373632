"""The forest plot of a kind of work: a panel for each workload, a row for each interpreter."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.report.plots.style import (
    BACKING,
    DASHED,
    FAINT,
    INK,
    MARKERS,
    RULE,
    STRATEGIES,
    ChartRow,
    key_of_band,
    key_of_capacity,
    key_of_configuration,
    key_of_one,
    left_out,
    page,
    panels,
    ratio_panel,
    room,
    rows,
)
from gilometer.report.plots.table import ratios
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.headlines import comparison
from gilometer.report.sentences.text import number
from gilometer.report.sweep import sweep
from gilometer.stats.equivalence import MOST_PER_WORKER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.model import Work
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.interpreters import ShownInterpreter

ACROSS = 3
FOUR = 4
"""The number of panels that are arranged two by two, so that none is alone in its row."""
MARK_IN = 0.1
"""Height of a mark and the space around it."""
NARROW_MARK_IN = 0.08
MOST_WIDE_ROWS = 12
"""With more rows, marks are closer together."""
HEADING = 2.2
"""Height of a heading, in marks."""
AROUND_IN = 0.55
"""Height of a panel without its rows."""
LEGEND_COLUMNS = 5
SMALL = 6.5
"""Size of the words in a panel."""


def forest(kind: str, results: Results) -> Page | None:
    """Draw each strategy with its most workers, for the workloads of one kind."""
    every = _panels(kind, results)
    if not every:
        return None
    marked = [one for one in _widest(results) if any(one in panel.configurations for panel in every)]
    lines = _rows(results.present, len(marked))
    across = ACROSS - 1 if len(every) == FOUR else min(ACROSS, len(every))
    bottom = lines[-1].y + (len(marked) + 1) / 2
    panel_in = bottom * _mark_in(lines) + AROUND_IN
    drawn = every[: room(across, panel_in)]
    subtitle = (
        "Speedup over serial, same interpreter and work; a line is an interval. "
        f"{certainty(results)}.{left_out(len(drawn), len(every), 'workloads')}"
    )
    height = math.ceil(len(drawn) / across) * panel_in + 0.7
    figure = page(comparison(results, [panel.work for panel in every]), subtitle, height)
    grid = panels(figure, across, len(drawn))
    grid[0].set_xlim(min(panel.least for panel in drawn), max(panel.most for panel in drawn))
    for axes, panel in zip(grid, drawn, strict=True):
        ratio_panel(axes, lines, panel.work.label)
        _draw(axes, lines, panel)
    grid[0].set_ylim(bottom, 0)
    _explain(figure, marked)
    return figure


def forest_data(kind: str, results: Results) -> pd.DataFrame:
    """Return the rows of ``summary.csv`` that the marks show: ``table.RATIOS``, and their A/A band."""
    works = [panel.work for panel in _panels(kind, results)]
    found = ratios(results, works, _widest(results))
    bands = {(cell.interpreter, cell.workload): cell.noise for cell in results.cells.values()}
    groups = zip(found["interpreter"] + found["variant"], found["workload"], strict=True)
    return found.assign(band=[bands[group] for group in groups])


@dataclass(frozen=True)
class _ForestPanel:
    """The panel of one workload."""

    results: Results
    work: Work
    configurations: tuple[Configuration, ...]
    """The configurations of which the workload has cells."""
    bands: Mapping[str, float]
    """A/A bands by the interpreter's label; absent if unknown."""

    def offset(self, index: int) -> float:
        """Return the distance of a mark below the middle of its row, whose marks are stacked."""
        return index - (len(self.configurations) - 1) / 2

    def at(self, interpreter: ShownInterpreter, configuration: Configuration) -> CellResult | None:
        return self.results.at(interpreter, self.work, configuration)

    @property
    def measured(self) -> list[CellResult]:
        found = [self.at(one, of) for one in self.results.present for of in self.configurations]
        return [result for result in found if result and result.is_measured]

    @property
    def capacity(self) -> float:
        """The capacity of the machine for this work with the most workers; NaN if unknown."""
        capacities = [result.capacity.value for result in self.measured]
        return max((one for one in capacities if not math.isnan(one)), default=math.nan)

    @property
    def least(self) -> float:
        """The lower limit that its axis needs: below all that is measured, and always below 1."""
        return 0.9 * min([0.8, *(min(one.speedup.value, one.speedup.ends[0]) for one in self.measured)])

    @property
    def most(self) -> float:
        """The upper limit that its axis needs: above the capacity and all that can be believed."""
        ends = [
            min(max(one.speedup.value, one.speedup.high), MOST_PER_WORKER * one.configuration.at_once)
            for one in self.measured
        ]
        return 1.06 * max(1.0, *ends, *([] if math.isnan(self.capacity) else [self.capacity]))


def _panels(kind: str, results: Results) -> list[_ForestPanel]:
    """List the workloads of a kind with something to show; points of the sweep only if there is no other."""
    works = [work for work in results.works if work.kind == kind]
    found = [panel for work in works if (panel := _panel(results, work)).measured]
    swept = sweep(results)
    return [panel for panel in found if panel.work not in swept] or found


def _panel(results: Results, work: Work) -> _ForestPanel:
    own = tuple(one for one in _widest(results) if work in results.works_with(one))
    cells = [cell for cell in results.cells.values() if cell.workload == work.label]
    bands = {cell.interpreter: cell.noise for cell in cells if not math.isnan(cell.noise)}
    return _ForestPanel(results, work, own, bands)


def _widest(results: Results) -> list[Configuration]:
    """List each strategy with the most workers."""
    strategies = dict.fromkeys(one.strategy for one in results.configurations)
    return [widest for strategy in strategies if (widest := results.widest(strategy))]


def _rows(interpreters: Sequence[ShownInterpreter], marks: int) -> list[ChartRow[ShownInterpreter]]:
    """Place interpreters and headings, in heights of a mark from the top."""
    found: list[ChartRow[ShownInterpreter]] = []
    top = 0.0
    for row in rows(interpreters):
        height = marks + 1.0 if row.of else HEADING
        found.append(ChartRow(top + height / 2, row.label, row.of))
        top += height
    return found


def _mark_in(lines: Sequence[ChartRow[ShownInterpreter]]) -> float:
    return MARK_IN if len(lines) <= MOST_WIDE_ROWS else NARROW_MARK_IN


def _draw(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]], panel: _ForestPanel) -> None:
    _draw_bands(axes, lines, panel)
    axes.axvline(panel.capacity, color=INK, linewidth=1.2, linestyle=DASHED)
    between = [(above.y + below.y) / 2 for above, below in itertools.pairwise(lines) if above.of and below.of]
    axes.hlines(between, *axes.get_xlim(), color=RULE, linewidth=0.5, zorder=0)
    for index, configuration in enumerate(panel.configurations):
        found = [
            (row.y + panel.offset(index), result)
            for row in lines
            if row.of and (result := panel.at(row.of, configuration)) and result.is_measured
        ]
        _mark(axes, configuration, found)
    for row in lines:
        if row.of:
            _say_what_is_missing(axes, row.y, row.of, panel)


def _draw_bands(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]], panel: _ForestPanel) -> None:
    """Shade the A/A band in the row of each interpreter."""
    noisy = [(row.y, panel.bands[row.of.label]) for row in lines if row.of and row.of.label in panel.bands]
    axes.barh(
        [y for y, _ in noisy],
        [band - 1 / band for _, band in noisy],
        left=[1 / band for _, band in noisy],
        height=len(panel.configurations) + 1.0,
        color=RULE,
        alpha=0.6,
        linewidth=0,
        zorder=0,
    )


def _mark(axes: Axes, configuration: Configuration, found: Sequence[tuple[float, CellResult]]) -> None:
    """Draw the marks of a strategy with their intervals; write the values that lie beyond the axis."""
    colour = STRATEGIES[configuration.strategy]
    known = [(y, result) for y, result in found if result.speedup.has_interval]
    axes.hlines(
        [y for y, _ in known],
        [result.speedup.low for _, result in known],
        [result.speedup.high for _, result in known],
        color=colour,
        linewidth=1.4,
    )
    axes.plot(
        [result.speedup.value for _, result in found],
        [y for y, _ in found],
        color=colour,
        marker=MARKERS[configuration.strategy],
        markersize=4,
        linestyle="none",
    )
    edge = axes.get_xlim()[1]
    for y, result in found:
        if result.speedup.value > edge:
            said = f"{configuration.strategy.value}: {number(result.speedup.value)}x, beyond the edge "
            axes.text(edge, y, said, size=SMALL, ha="right", va="center_baseline", bbox=BACKING)


def _say_what_is_missing(axes: Axes, y: float, interpreter: ShownInterpreter, panel: _ForestPanel) -> None:
    """Write once for each reason which strategies have no mark; for all of them, the reason alone."""
    missing: dict[str, list[int]] = {}
    for index, configuration in enumerate(panel.configurations):
        result = panel.at(interpreter, configuration)
        if result and not result.is_measured:
            word = f"X {result.why_missing}" if result.outcome.is_failure else result.why_missing
            missing.setdefault(word, []).append(index)
    said = []
    for word, indices in missing.items():
        names = ", ".join(panel.configurations[index].strategy.value for index in indices)
        said.append(word if len(indices) == len(panel.configurations) else f"{names}: {word}")
    places = [index for indices in missing.values() for index in indices]
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


def _explain(figure: Page, marked: Sequence[Configuration]) -> None:
    handles = [*(key_of_configuration(one) for one in marked), key_of_one(), key_of_band(), key_of_capacity()]
    figure.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), LEGEND_COLUMNS))
