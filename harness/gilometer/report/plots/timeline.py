"""The plot of the times at which threads ran: a lane for each, to show taking turns and running at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from gilometer.model import Strategy
from gilometer.report.plots.style import FAINT, INK, RULE, STRATEGIES, label_rows, left_out, page, rows
from gilometer.report.sections.semantics import BUSY
from gilometer.report.sentences.timeline import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gilometer.model import Span
    from gilometer.report.plots.style import ChartRow, Page
    from gilometer.report.results import Results
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.timeline import Lanes

ROW_IN = 0.42
MOST = 20
"""The most interpreters on the page."""
SHOWN_MS = 60.0
"""The time that is shown: twelve turns of CPython; more would be too thin to be seen."""
ROOM = 1.32
"""Factor by which the axis is longer, to have room for the words beside the lanes."""
ROW = 0.76
"""Share of the row's height that the lanes of an interpreter take."""
LIGHTER = 0.5
"""Share of white in the colour of every second lane."""
TRACK = 0.4
"""Opacity of the background of the lanes."""
NEARLY = 0.9
"""Share of the time that is shown; if recorded spans end before it, the plot says so."""


def who_ran_when(results: Results) -> Page | None:
    """Draw when each thread of each interpreter ran, and the share of the time in which several did."""
    timeline = results.timeline
    if timeline is None:
        return None
    drawn = timeline.lanes[:MOST]
    lines = rows([lanes.interpreter for lanes in drawn])
    workers = timeline.configuration.workers
    subtitle = (
        f"When {timeline.configuration.doers} ran that only compute, in the first {SHOWN_MS:g} ms: a lane "
        "each, with a gap where it waited. Beside them, how much of the time at least two ran at once; what "
        "neighbours on the machine take makes that less. Of each interpreter the invocation in the middle."
        f"{left_out(len(drawn), len(timeline.lanes), 'interpreters')}"
    )
    figure = page(finding(timeline), subtitle, ROW_IN * len(lines) + 0.9)
    axes = figure.subplots()
    _frame(axes, lines)
    for lanes, row in zip(drawn, [row for row in lines if row.of], strict=True):
        _row(axes, row.y, lanes, workers)
    _explain(figure)
    return figure


def timeline_data(results: Results) -> pd.DataFrame:
    """Return the spans of the workload that is drawn, a row for each (``Analysis.timeline``)."""
    rows = results.frames.timeline
    return rows[rows["workload"] == rows["workload"].iloc[0]] if len(rows) else rows


def _frame(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]]) -> None:
    """Set up a line for each row, time below, and room at the right."""
    label_rows(axes, lines)
    axes.set_xlim(0, ROOM * SHOWN_MS)
    ticks = range(0, int(SHOWN_MS) + 1, 10)
    axes.set_xticks(ticks, [f"{tick} ms" for tick in ticks])
    axes.spines[["left"]].set_visible(False)
    axes.spines["bottom"].set_bounds(0, SHOWN_MS)


def _row(axes: Axes, y: float, lanes: Lanes, workers: int) -> None:
    """Draw the lanes of an interpreter, the first worker's on top, and the share of the time at once."""
    height = ROW / workers
    bars = lanes.bars
    for worker in range(workers):
        place = (y - ROW / 2 + worker * height, 0.9 * height)
        colour = _shade(worker)
        axes.broken_barh([(0, SHOWN_MS)], place, facecolors=RULE, alpha=TRACK, linewidth=0)
        # Not moved to whole pixels: turns that are shorter than one must still look like half of the time.
        own = [_extent(bar) for bar in bars if bar.worker == worker and 1000 * bar.start_s < SHOWN_MS]
        axes.broken_barh(own, place, facecolors=colour, linewidth=0, snap=False)
    if 1000 * lanes.known_s < NEARLY * SHOWN_MS:
        axes.text(1000 * lanes.known_s + 0.5, y, "the rest is not kept", size=7, va="center", color=FAINT)
    axes.text(SHOWN_MS + 1, y, _words(lanes, workers), size=8.5, va="center", color=INK)


def _extent(bar: Span) -> tuple[float, float]:
    """Return where a bar begins and how long it is, in milliseconds."""
    begin = 1000 * bar.start_s
    return begin, min(1000 * bar.end_s, SHOWN_MS) - begin


def _words(lanes: Lanes, workers: int) -> str:
    """Say the share of the time at once; and the share in which no thread ran, if that is large."""
    few = "both" if workers == 2 else "two"  # noqa: PLR2004  of two
    said = f"{few} at once {lanes.at_once:.0%} of the time"
    return f"{said}\n(nobody {lanes.nobody:.0%})" if lanes.nobody > BUSY else said


def _shade(worker: int) -> tuple[float, float, float]:
    """Return the colour of a lane: every second one is lighter."""
    share = LIGHTER * (worker % 2)
    red, green, blue = (one + share * (1 - one) for one in to_rgb(STRATEGIES[Strategy.THREADS]))
    return red, green, blue


def _explain(figure: Figure) -> None:
    handles = [Patch(facecolor=_shade(worker), label=f"thread {worker + 1}") for worker in range(2)]
    figure.legend(handles=handles, loc="outside lower left", ncols=4, handlelength=1.6)
