"""Speedup of threads as a map: interpreters down, workloads across, centred on 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Patch

from gilometer.model import Outcome, Strategy
from gilometer.report.plots.cells import ABSENCES, FAILED, ROOM_IN, ROW_IN, Mark, frame, put_mark, write
from gilometer.report.plots.style import page, rows
from gilometer.report.plots.table import ratios
from gilometer.report.results import SURE_WITHOUT_INTERVAL, Reading, board, read
from gilometer.report.sentences.headlines import headline
from gilometer.report.sentences.text import certainty, number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.analysis import Analysis
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Board, Result, Spread

NO_RATIO = Mark("#f7f7f7", "\\\\\\\\", "~", "no ratio: no steady time, or too short for its clock")
WITHOUT = {**ABSENCES, Outcome.OK: NO_RATIO}
"""Marks by outcome; all others are failures."""
COLOURS = mpl.colormaps["RdBu"]


def heatmap(analysis: Analysis) -> Page | None:
    """Draw the speedup of threads with the most workers that were asked for."""
    shown = board(analysis)
    spread = shown.widest(Strategy.THREADS)
    if spread is None:
        return None
    lines = rows(shown.subjects)
    beyond = f"{SURE_WITHOUT_INTERVAL:.2f}x" if shown.caveat else "its interval"
    subtitle = (
        f"Speedup with {spread.workers} threads: time of serial over time of threads, same interpreter and "
        f"work; 1 is no gain. Bold: clearly not 1 (beyond its A/A noise and {beyond}). {certainty(analysis)}."
    )
    figure = page(headline(shown, Strategy.THREADS), subtitle, ROW_IN * len(lines) + 1.5)
    axes = figure.subplots()
    works = shown.works_with(spread)
    frame(axes, lines, [work.label for work in works])
    look = _Look(_reach(shown, spread), ROOM_IN / len(works))
    for row in lines:
        for column, work in enumerate(works):
            result = row.of and shown.at(row.of, work, spread)
            if result:
                _fill(axes, (column, row.y), result, look)
    _explain(figure)
    return figure


def heatmap_data(analysis: Analysis) -> pd.DataFrame:
    """Give the rows of ``summary.csv`` that the map is of: ``table.RATIOS``."""
    shown = board(analysis)
    spread = shown.widest(Strategy.THREADS)
    return ratios(analysis, shown.works, [spread] if spread else [])


@dataclass(frozen=True)
class _Look:
    reach: float
    """log2 of the ratio that has the full colour."""
    width_in: float
    """Of a cell."""


def _reach(shown: Board, spread: Spread) -> float:
    """At least a factor of two, so that noise does not look like a finding."""
    ratios = [
        result.speedup
        for (_, _, of), result in shown.results.items()
        if of == spread and read(result) not in {Reading.NOTHING, Reading.DOUBTFUL}
    ]
    return float(np.max(np.abs(np.log2(ratios)), initial=1.0))


def _fill(axes: Axes, at: tuple[float, float], result: Result, look: _Look) -> None:
    """Draw one cell: a number on a colour, or a mark."""
    if not result.is_measured:
        put_mark(axes, at, WITHOUT.get(result.outcome, FAILED), result, look.width_in)
        return
    face = COLOURS(0.5 + 0.5 * float(np.log2(result.speedup)) / look.reach)
    reading = read(result)
    weight = "bold" if reading in {Reading.GAIN, Reading.HARM} else "normal"
    text = number(result.speedup) + ("?" if reading is Reading.DOUBTFUL else "")
    write(axes, at, face, text, weight=weight)


def _explain(figure: Page) -> None:
    handles = [
        Patch(facecolor=COLOURS(0.1), label="slower than serial"),
        Patch(facecolor=COLOURS(0.9), label="faster than serial"),
        *(mark.key for mark in (*WITHOUT.values(), FAILED)),
        Patch(facecolor="none", label=f"?  {Reading.DOUBTFUL.value}"),
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=1.6, columnspacing=1.6)
