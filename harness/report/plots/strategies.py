"""The strategies side by side, a panel a workload."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from harness.analysis.claims.rules import MOST_PER_WORKER
from harness.report.board import SERIAL, board
from harness.report.findings import comparison
from harness.report.plots.mixed import sweep
from harness.report.plots.table import ratios
from harness.report.style import (
    BACKING,
    DASHED,
    FAINT,
    INK,
    MOST_PANELS,
    STRATEGIES,
    key_of_capacity,
    key_of_one,
    left_out,
    page,
    panels,
    ratio_panel,
    rows,
)
from harness.report.text import certainty, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from harness.analysis import Analysis
    from harness.model import Work
    from harness.report.board import Board, Result, Spread, Subject
    from harness.report.style import Page, Row

ACROSS = 3
FOUR = 4
"""Panels that stand two by two, so that none is alone in its row."""
BAR_IN = 0.1
NARROW_BAR_IN = 0.075
MOST_WIDE_BARS = 10
"""Interpreters over which bars get narrower."""
LEGEND_COLUMNS = 5


def strategies(analysis: Analysis) -> Page | None:
    """Draw the speedup of each strategy with the most workers that were asked for."""
    shown = board(analysis)
    spreads = _spreads(shown)
    works = [work for work in shown.works if _has_any(shown, work, spreads)]
    swept = [work for work in sweep(shown) if work in works]
    works = [work for work in works if work not in swept] or works
    if not works or spreads == [SERIAL]:
        return None
    more = left_out(min(len(works), MOST_PANELS), len(works), "workloads")
    works = works[:MOST_PANELS]
    lines = rows(shown.present)
    across = _across(len(works))
    down = math.ceil(len(works) / across)
    bar_in = BAR_IN if len(lines) <= MOST_WIDE_BARS else NARROW_BAR_IN
    panel_in = len(lines) * bar_in * (len(spreads) + 1) + 0.55
    note = "; the mixed workload has a plot of its own" if swept and swept[0] not in works else ""
    subtitle = f"Speedup over serial, same interpreter and work{note}. {certainty(analysis)}.{more}"
    figure = page(comparison(shown), subtitle, down * panel_in + 0.55)
    grid = panels(figure, across, len(works))
    grid[0].set_xlim(0, _reach(shown, works, spreads))
    for axes, work in zip(grid, works, strict=True):
        _panel(axes, lines, _bars_for(shown, work, spreads))
    _explain(figure, spreads)
    return figure


def strategies_data(analysis: Analysis) -> pd.DataFrame:
    """Give the rows of ``summary.csv`` that the bars are of: ``table.RATIOS``."""
    shown = board(analysis)
    return ratios(analysis, shown.works, _spreads(shown))


@dataclass(frozen=True)
class _Bars:
    """What one panel draws."""

    shown: Board
    work: Work
    spreads: Sequence[Spread]

    def place(self, row: Row[Subject], index: int) -> float:
        """Height of a subject's bar: its spreads lie below one another around the row."""
        return row.y + (index - (len(self.spreads) - 1) / 2) * self.thickness

    @property
    def thickness(self) -> float:
        return 0.84 / len(self.spreads)

    @property
    def capacity(self) -> float:
        """Of the machine for this work with the most workers; NaN if unknown."""
        found = [
            result.capacity
            for (_, label, spread), result in self.shown.results.items()
            if label == self.work.label and spread in self.spreads[1:] and not math.isnan(result.capacity)
        ]
        return max(found, default=math.nan)


def _bars_for(shown: Board, work: Work, spreads: Sequence[Spread]) -> _Bars:
    """Those of the strategies that the workload can be spread by."""
    return _Bars(shown, work, [spread for spread in spreads if work in shown.works_with(spread)])


def _across(panels_in_all: int) -> int:
    return ACROSS - 1 if panels_in_all == FOUR else ACROSS


def _spreads(shown: Board) -> list[Spread]:
    kinds = dict.fromkeys(spread.strategy for spread in shown.spreads)
    return [SERIAL, *(spread for kind in kinds if (spread := shown.widest(kind)))]


def _has_any(shown: Board, work: Work, spreads: Sequence[Spread]) -> bool:
    results = [shown.at(subject, work, spread) for subject in shown.present for spread in spreads]
    return any(result is not None and result.is_measured for result in results)


def _reach(shown: Board, works: Sequence[Work], spreads: Sequence[Spread]) -> float:
    """How far the axis goes: to the longest bar that can be believed, or its capacity."""
    capacities = [_bars_for(shown, work, spreads).capacity for work in works]
    labels = {work.label for work in works}
    lengths = [
        min(max(result.speedup, result.speedup_high), MOST_PER_WORKER * result.at_once)
        for (_, label, spread), result in shown.results.items()
        if label in labels and spread in spreads and result.is_measured
    ]
    return 1.06 * max(1.0, *lengths, *(capacity for capacity in capacities if not math.isnan(capacity)))


def _panel(axes: Axes, lines: Sequence[Row[Subject]], bars: _Bars) -> None:
    ratio_panel(axes, lines, bars.work.label)
    axes.axvline(bars.capacity, color=INK, linewidth=1.2, linestyle=DASHED)
    for row in lines:
        if row.of:
            _bars_of(axes, row, row.of, bars)


def _bars_of(axes: Axes, row: Row[Subject], subject: Subject, bars: _Bars) -> None:
    """Draw a subject's bars, and write once why there are none for some of its strategies."""
    absent: dict[str, list[int]] = {}
    for index, spread in enumerate(bars.spreads):
        result = bars.shown.at(subject, bars.work, spread)
        if result and result.is_measured:
            _bar(axes, bars.place(row, index), bars.thickness, (spread, result))
        elif result:
            word = f"X {result.absence}" if result.outcome.is_failure else result.absence
            absent.setdefault(word, []).append(index)
    for word, indices in absent.items():
        names = ", ".join(bars.spreads[index].strategy.value for index in indices)
        y = sum(bars.place(row, index) for index in indices) / len(indices)
        axes.text(0.03, y, f"{names}: {word}", size=6.5, color=FAINT, va="center_baseline", bbox=BACKING)


def _bar(axes: Axes, y: float, thickness: float, of: tuple[Spread, Result]) -> None:
    spread, result = of
    axes.barh(y, result.speedup, height=thickness * 0.92, color=STRATEGIES[spread.strategy])
    edge = axes.get_xlim()[1]
    if result.speedup > edge:
        said = f"{number(result.speedup)}x, beyond the edge "
        axes.text(edge, y, said, size=6.5, color=INK, ha="right", va="center_baseline", bbox=BACKING)
    low, high = _ends(spread, result)
    if not math.isnan(low):
        axes.plot([low, high], [y, y], color=INK, linewidth=1.1, solid_capstyle="butt")


def _ends(spread: Spread, result: Result) -> tuple[float, float]:
    """Return the interval; serial's is that of its own time, since its speedup is 1 by definition."""
    if spread == SERIAL:
        return result.wall_s / result.wall_s_high, result.wall_s / result.wall_s_low
    return result.speedup_low, result.speedup_high


def _explain(figure: Page, spreads: Sequence[Spread]) -> None:
    bars = [Patch(facecolor=STRATEGIES[one.strategy], label=one.doers) for one in spreads]
    handles = [*bars, key_of_one(), key_of_capacity()]
    figure.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), LEGEND_COLUMNS))
