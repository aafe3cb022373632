"""The time that one thread, several threads and processes take, against one thread of the baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.report.plots.ratio_scale import ratio_scale
from gilometer.report.plots.style import (
    INK,
    MARKERS,
    STRATEGIES,
    ChartRow,
    key_of_configuration,
    left_out,
    page,
    panels,
    ratio_panel,
    room,
    rows,
)
from gilometer.report.results.configurations import SERIAL
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.costs import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.costs import Cost, InterpreterCosts
    from gilometer.report.results.interpreters import ShownInterpreter

ROW_IN = 0.36
ACROSS = 2
APART = 0.22
"""Distance between the marks of an interpreter, in rows."""


def costs(results: Results) -> Page | None:
    """Draw a panel for each workload: a row for each interpreter, a mark for each configuration."""
    found = results.costs
    if found is None:
        return None
    labels = {one.interpreter.label for one in found.of}
    lines = rows([one for one in results.present if one.label in labels])
    across = min(ACROSS, len(found.works))
    panel_in = ROW_IN * len(lines) + 0.7
    drawn = found.works[: room(across, panel_in)]
    subtitle = (
        f"Time over that of one thread of {found.baseline.label}, for the same work; left of 1 is faster "
        f"(log scale). {certainty(results)}.{left_out(len(drawn), len(found.works), 'workloads')}"
    )
    figure = page(finding(results, found), subtitle, math.ceil(len(drawn) / across) * panel_in + 0.3)
    grid = panels(figure, across, len(drawn))
    ratio_scale(grid[0], [cost.ratio.value for one in found.of for cost in _marks(one)])
    for axes, work in zip(grid, drawn, strict=True):
        ratio_panel(axes, lines, work.label)
        _draw(axes, lines, found.of_work(work))
    shown = [one for one in (SERIAL, found.threads, found.processes) if one]
    figure.legend(handles=[*map(key_of_configuration, shown)], loc="outside lower left", ncols=len(shown))
    return figure


def costs_data(results: Results) -> pd.DataFrame:
    """Return the whole of ``Analysis.costs``."""
    return results.frames.costs


def _marks(one: InterpreterCosts) -> Iterator[Cost]:
    yield from (cost for cost in (one.serial, one.threads, one.processes) if cost)


def _draw(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]], of: Sequence[InterpreterCosts]) -> None:
    found = {one.interpreter.label: one for one in of}
    for row in lines:
        if row.of and (one := found.get(row.of.label)):
            for place, cost in enumerate(_marks(one)):
                _mark(axes, row.y + (place - 1) * APART, cost)


def _mark(axes: Axes, y: float, cost: Cost) -> None:
    strategy, ratio = cost.cell.configuration.strategy, cost.ratio
    axes.plot([ratio.low, ratio.high], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    color, marker = STRATEGIES[strategy], MARKERS[strategy]
    axes.plot([ratio.value], [y], color=color, marker=marker, markersize=6, markeredgewidth=2)
