"""Speedup of threads as a map: interpreters down, workloads across, centred on 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from gilometer.model import Outcome, Strategy
from gilometer.report import colours
from gilometer.report.plots.cells import (
    FAILED,
    LETTER_IN,
    MISSING,
    ROOM_IN,
    ROW_IN,
    Mark,
    frame,
    put_mark,
    write,
)
from gilometer.report.plots.style import page, rows
from gilometer.report.plots.table import ratios
from gilometer.report.results.cells import SURE_WITHOUT_INTERVAL, Reading, reach_of, read
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.headlines import headline
from gilometer.report.sentences.text import estimate, number
from gilometer.report.sentences.works import in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult

NO_RATIO = Mark("#f7f7f7", "\\\\\\\\", "~", "no ratio: no steady time, or too short for its clock")
WITHOUT = {**MISSING, Outcome.OK: NO_RATIO}
"""Marks by outcome; all others are failures."""
UNCLEAR = colours.UNCLEAR.light


def heatmap(results: Results) -> Page | None:
    """Draw the speedup of threads with the most workers."""
    threads = results.widest(Strategy.THREADS)
    if threads is None:
        return None
    lines = rows(results.interpreters)
    beyond = "its interval" if results.has_intervals else f"{SURE_WITHOUT_INTERVAL:.2f}x"
    subtitle = (
        f"Speedup with {threads.workers} threads: time of serial over time of threads, same interpreter and "
        f"work; 1 is no gain. Bold: clearly not 1 (beyond its A/A noise and {beyond}). {certainty(results)}."
    )
    figure = page(headline(results, Strategy.THREADS), subtitle, ROW_IN * len(lines) + 1.5)
    axes = figure.subplots()
    works = results.works_with(threads)
    frame(axes, lines, [f"{in_words(work)} ({work.label})" for work in works])
    look = _Look(reach_of(results.cells.values(), threads), ROOM_IN / len(works))
    for row in lines:
        for column, work in enumerate(works):
            result = row.of and results.at(row.of, work, threads)
            if result:
                _fill(axes, (column, row.y), result, look)
    _explain(figure)
    return figure


def heatmap_data(results: Results) -> pd.DataFrame:
    """Return the rows of ``summary.csv`` that the map shows: ``table.RATIOS``."""
    threads = results.widest(Strategy.THREADS)
    return ratios(results, results.works, [threads] if threads else [])


@dataclass(frozen=True)
class _Look:
    reach: float
    """log2 of the ratio that has the full colour."""
    width_in: float
    """Width of a cell."""


def _fill(axes: Axes, at: tuple[float, float], result: CellResult, look: _Look) -> None:
    """Draw one cell: a number on a colour, or a mark."""
    if not result.is_measured:
        put_mark(axes, at, WITHOUT.get(result.outcome, FAILED), result, look.width_in)
        return
    reading = read(result)
    if reading is Reading.UNCLEAR:
        write(axes, at, UNCLEAR, _with_interval(result, look.width_in), weight="normal")
        return
    is_doubtful = reading is Reading.DOUBTFUL
    share = math.log2(result.speedup.value) / look.reach
    face = colours.CAUTION.light if is_doubtful else colours.fill(share)
    weight = "bold" if reading in {Reading.GAIN, Reading.HARM} else "normal"
    text = number(result.speedup.value) + ("?" if is_doubtful else "")
    write(axes, at, face, text, weight=weight)


def _with_interval(result: CellResult, width_in: float) -> str:
    """Write a ratio with its interval, if the width has room for both."""
    whole = estimate(result.speedup)
    return whole if len(whole) * LETTER_IN < width_in else number(result.speedup.value)


def _explain(figure: Page) -> None:
    handles = [
        Patch(facecolor=colours.fill(-1), label="slower than serial"),
        Patch(facecolor=colours.fill(1), label="faster than serial"),
        Patch(facecolor=UNCLEAR, label="too uncertain to tell, with the 95% interval"),
        *(mark.key for mark in dict.fromkeys((*WITHOUT.values(), FAILED))),
        Patch(facecolor=colours.CAUTION.light, label=f"?  {Reading.DOUBTFUL.value}"),
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=1.6, columnspacing=1.6)
