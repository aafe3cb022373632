"""The delay with which a waiting thread wakes up, alone and beside one that computes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from gilometer.report.plots.style import (
    BACKING,
    FAINT,
    INK,
    label_rows,
    left_out,
    page,
    panels,
    rows,
)
from gilometer.report.plots.table import observed_rows
from gilometer.report.results.configurations import SERIAL
from gilometer.report.sections.semantics import ALONE, BESIDE, CONVOY, of_convoy
from gilometer.report.sentences import amounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.model import Work
    from gilometer.report.plots.style import ChartRow, Page
    from gilometer.report.results import Results
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.observations import ObservedValue

BESIDE_LATE = "wake-up delay beside a CPU-bound thread p95"
ROW_IN = 0.3
ACROSS = 2
MOST = 6
"""The most panels, one for each point of a sweep."""
LEAST_MS = 0.02
"""The greatest value, in ms, at which the axis begins; a smaller delay does not matter."""
ROOM = 5.0
"""Factor by which the axis is longer, to have room for the numbers."""


@dataclass(frozen=True)
class Delays:
    """The observations of all interpreters on one workload."""

    work: Work
    by_interpreter: Mapping[str, Mapping[str, ObservedValue]]
    """Observations by the label of the interpreter, and by their name."""


def convoy(results: Results) -> Page | None:
    """Draw a row for each interpreter: both medians with a line between them, and the latest wake-ups."""
    works = results.observations.of_script(CONVOY)
    every = [delays for work in works if (delays := _delays(results, work)).by_interpreter]
    if not every:
        return None
    drawn = every[:MOST]
    interpreters = [
        one for one in results.present if any(one.label in delays.by_interpreter for delays in drawn)
    ]
    lines = rows(interpreters)
    across = min(ACROSS, len(drawn))
    subtitle = (
        "How late a thread wakes up whose wait is over (log scale): the median, alone and beside a thread "
        "that computes (with its interval), and the 95th percentile (p95) beside it."
        f"{left_out(len(drawn), len(every), 'workloads')}"
    )
    height = math.ceil(len(drawn) / across) * (ROW_IN * len(lines) + 0.6) + 0.4
    figure = page(of_convoy(results, every[0].work), subtitle, height)
    grid = panels(figure, across, len(drawn))
    _scale(grid[0], drawn)
    for axes, delays in zip(grid, drawn, strict=True):
        _draw(axes, lines, delays)
    _explain(figure)
    return figure


def convoy_data(results: Results) -> pd.DataFrame:
    """Return the rows of ``observations.csv`` that the plot shows."""
    return observed_rows(results, results.observations.of_script(CONVOY), (ALONE, BESIDE, BESIDE_LATE))


def _delays(results: Results, work: Work) -> Delays:
    """Read the delays of the interpreters that observed one beside another thread."""
    observed = {one.label: results.observations.at(one, work, SERIAL) for one in results.present}
    return Delays(work, {label: own for label, own in observed.items() if BESIDE in own})


def _scale(axes: Axes, drawn: Sequence[Delays]) -> None:
    """Give the axis room for every delay that is not negative, and the numbers beside them."""
    values = [delay.value for one in drawn for own in one.by_interpreter.values() for delay in own.values()]
    axes.set_xscale("log")
    axes.set_xlim(min([LEAST_MS, *(0.8 * one for one in values if one > 0)]), ROOM * max([1.0, *values]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} ms"))
    axes.xaxis.set_minor_locator(NullLocator())


def _draw(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]], delays: Delays) -> None:
    label_rows(axes, lines)
    axes.set_title(delays.work.label, loc="left")
    axes.grid(axis="x")
    axes.tick_params(axis="x", labelbottom=True)
    axes.spines[["left"]].set_visible(False)
    for row in lines:
        if row.of and row.of.label in delays.by_interpreter:
            _row(axes, row.y, FAINT, delays.by_interpreter[row.of.label])
        elif row.of:
            axes.text(
                0.01,
                row.y,
                "not measured",
                size=7,
                color=FAINT,
                va="center",
                transform=axes.get_yaxis_transform(),
            )


def _row(axes: Axes, y: float, colour: str, own: Mapping[str, ObservedValue]) -> None:
    """Draw a line from one median to the other, the latest wake-ups, and both numbers."""
    beside, late = own[BESIDE], own.get(BESIDE_LATE, own[BESIDE])
    if ALONE in own:
        axes.plot([own[ALONE].value, beside.value], [y, y], color=colour, linewidth=2.5, alpha=0.35)
        axes.plot([own[ALONE].value], [y], color=colour, marker="o", markersize=5, markerfacecolor="white")
    axes.plot(beside.estimate.ends, [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    axes.plot([beside.value], [y], color=colour, marker="o", markersize=5)
    axes.plot([late.value], [y], color=colour, marker="|", markersize=8)
    words = axes.annotate(
        f"{amounts.amount(beside.value, beside.unit)} (p95 {amounts.amount(late.value, late.unit)})",
        (max(beside.value, late.value), y),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        size=8.5,
        bbox=BACKING,
    )
    words.set_in_layout(False)  # the axis has room for it, and measuring it takes long


def _explain(figure: Page) -> None:
    handles = [
        Line2D([], [], color=FAINT, linestyle="", marker=marker, markerfacecolor=face, label=words)
        for marker, face, words in (
            ("o", "white", "alone, median"),
            ("o", FAINT, "beside a CPU-bound thread, median"),
            ("|", FAINT, "and 95th percentile"),
        )
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
