"""Who ran when: a lane for each thread, so that taking turns and running at once look as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from gilometer.report.plots.style import CATEGORIES, FAINT, INK, RULE, label_rows, left_out, page, rows
from gilometer.report.results.interpreters import Category
from gilometer.report.sections.semantics import BUSY
from gilometer.report.sections.timeline import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gilometer.model import Span
    from gilometer.report.plots.style import ChartRow, Page
    from gilometer.report.results import Results
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.timeline import Lanes, Timeline

ROW_IN = 0.42
MOST = 20
"""Interpreters on the page."""
SHOWN_MS = 60.0
"""Twelve turns of CPython's; more would be too thin to be seen."""
ROOM = 1.32
"""What the axis is lengthened by for the words beside the lanes, as a factor."""
ROW = 0.76
"""What the lanes of an interpreter take of its row."""
LIGHTER = 0.5
"""How far to white the colour of every second lane is."""
TRACK = 0.4
"""Opacity of what lies below the bars."""
NEARLY = 0.9
"""Of the time that is shown: what is kept may end a little earlier."""


def who_ran_when(results: Results) -> Page | None:
    """Draw, for each interpreter, when each of its threads ran, and how much of the time several did."""
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
    _explain(figure, timeline)
    return figure


def timeline_data(results: Results) -> pd.DataFrame:
    """Give the spans of the workload that is drawn, a row each (``Analysis.timeline``)."""
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
    """Draw the lanes of an interpreter, the first worker's on top, and what they come to."""
    height = ROW / workers
    bars = lanes.bars
    for worker in range(workers):
        place = (y - ROW / 2 + worker * height, 0.9 * height)
        colour = _shade(CATEGORIES[lanes.interpreter.category], worker)
        axes.broken_barh([(0, SHOWN_MS)], place, facecolors=RULE, alpha=TRACK, linewidth=0)
        # Not moved to whole pixels: turns that are shorter than one must still look like half of the time.
        own = [_extent(bar) for bar in bars if bar.worker == worker and 1000 * bar.start_s < SHOWN_MS]
        axes.broken_barh(own, place, facecolors=colour, linewidth=0, snap=False)
    if 1000 * lanes.known_s < NEARLY * SHOWN_MS:
        axes.text(1000 * lanes.known_s + 0.5, y, "the rest is not kept", size=7, va="center", color=FAINT)
    axes.text(SHOWN_MS + 1, y, _words(lanes, workers), size=8.5, va="center", color=INK)


def _extent(bar: Span) -> tuple[float, float]:
    """Where it begins, and how long it is, in milliseconds."""
    begin = 1000 * bar.start_s
    return begin, min(1000 * bar.end_s, SHOWN_MS) - begin


def _words(lanes: Lanes, workers: int) -> str:
    """Say how much was at once; and where that is much, in how much of the time others had the machine."""
    few = "both" if workers == 2 else "two"  # noqa: PLR2004  of two
    said = f"{few} at once {lanes.at_once:.0%} of the time"
    return f"{said}\n(nobody {lanes.nobody:.0%})" if lanes.nobody > BUSY else said


def _shade(colour: str, worker: int) -> tuple[float, float, float]:
    """Make every second lane lighter."""
    share = LIGHTER * (worker % 2)
    red, green, blue = (one + share * (1 - one) for one in to_rgb(colour))
    return red, green, blue


def _explain(figure: Figure, timeline: Timeline) -> None:
    categories = {lanes.interpreter.category for lanes in timeline.lanes}
    handles = [
        Patch(facecolor=_shade(CATEGORIES[category], worker), label=f"thread {worker + 1}, {category.value}")
        for category in (Category.GIL, Category.NO_GIL)
        if category in categories
        for worker in range(2)
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=4, handlelength=1.6)
