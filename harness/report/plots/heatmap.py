"""Speedup of threads as a map: interpreters down, workloads across, centred on 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

from harness.model import Outcome, Strategy
from harness.report.board import SURE_WITHOUT_INTERVAL, Reading, board, read
from harness.report.findings import headline
from harness.report.style import FAINT, INK, RULE, label_rows, page, rows
from harness.report.text import certainty, heading, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import ColorType

    from harness.analysis import Analysis
    from harness.report.board import Board, Result, Spread, Subject
    from harness.report.style import Row

ROW_IN = 0.31
LETTER_IN = 0.075
"""Width of a letter in a cell."""
ROOM_IN = 8.0
"""Width of all cells together."""


@dataclass(frozen=True)
class Mark:
    """How a cell without a number looks: its fill, and a letter for whoever can't tell fills apart."""

    face: str
    hatch: str
    letter: str
    means: str


MARKS = {
    Outcome.UNSUPPORTED: Mark("#ececec", "////", "U", "unsupported: the interpreter lacks what it needs"),
    Outcome.UNAVAILABLE: Mark("#ffffff", "", "-", "unavailable: not here, or not reached"),
    Outcome.OK: Mark("#f7f7f7", "....", "~", "no ratio: no steady time, or too short for its clock"),
}
FAILED = Mark("#fff3b0", "xxxx", "X", "failed: crashed, hung, garbled or wrong")
COLOURS = mpl.colormaps["RdBu"]


def heatmap(analysis: Analysis) -> Figure | None:
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
    figure = page(headline(shown, Strategy.THREADS), subtitle, ROW_IN * len(lines) + 1.15)
    axes = figure.subplots()
    _frame(axes, lines, shown)
    look = _Look(_reach(shown, spread), ROOM_IN / len(shown.works))
    for row in lines:
        for column, work in enumerate(shown.works):
            result = row.of and shown.at(row.of, work, spread)
            if result:
                _fill(axes, (column, row.y), result, look)
    _explain(figure)
    return figure


def _frame(axes: Axes, lines: list[Row[Subject]], shown: Board) -> None:
    label_rows(axes, lines)
    axes.set_xlim(-0.5, len(shown.works) - 0.5)
    axes.set_xticks(range(len(shown.works)), [heading(work.label) for work in shown.works])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0)
    axes.spines[:].set_visible(False)


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
    if result.is_measured:
        face = COLOURS(0.5 + 0.5 * float(np.log2(result.speedup)) / look.reach)
        _box(axes, at, face, "")
        reading = read(result)
        weight = "bold" if reading in {Reading.GAIN, Reading.HARM} else "normal"
        text = number(result.speedup) + ("?" if reading is Reading.DOUBTFUL else "")
        axes.text(*at, text, ha="center", va="center", color=_ink_on(face), weight=weight)
        return
    mark = MARKS.get(result.outcome, FAILED)
    _box(axes, at, mark.face, mark.hatch)
    word = f"{mark.letter} {result.absence}"
    fits = len(word) * LETTER_IN < look.width_in
    backing = {"facecolor": mark.face, "edgecolor": "none", "pad": 1.0}
    text = word if fits and mark is FAILED else mark.letter
    axes.text(*at, text, ha="center", va="center", color=INK, size=8.5, bbox=backing)


def _box(axes: Axes, at: tuple[float, float], face: ColorType, hatch: str) -> None:
    corner = (at[0] - 0.48, at[1] - 0.45)
    axes.add_patch(Rectangle(corner, 0.96, 0.9, facecolor=face, edgecolor=RULE, linewidth=0.5, hatch=hatch))


def _ink_on(face: ColorType) -> str:
    """Black or white, whichever reads better (relative luminance, ITU-R BT.709)."""
    red, green, blue = to_rgb(face)
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "white"  # noqa: PLR2004


def _explain(figure: Figure) -> None:
    marks = [*MARKS.values(), FAILED]
    handles = [
        Patch(facecolor=COLOURS(0.1), label="slower than serial"),
        Patch(facecolor=COLOURS(0.9), label="faster than serial"),
        *(
            Patch(
                facecolor=mark.face, hatch=mark.hatch, edgecolor=FAINT, label=f"{mark.letter}  {mark.means}"
            )
            for mark in marks
        ),
    ]
    handles.append(Patch(facecolor="none", label=f"?  {Reading.DOUBTFUL.value}"))
    figure.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=1.6, columnspacing=1.6)
