"""Tables of coloured cells: interpreters down, something across."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import Patch, Rectangle

from gilometer.model import Outcome
from gilometer.report import colours
from gilometer.report.colours import ink_on
from gilometer.report.plots.style import FAINT, INK, PAPER, RULE, label_rows
from gilometer.report.sentences.text import heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from gilometer.report.plots.style import ChartRow
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.interpreters import ShownInterpreter

ROW_IN = 0.31
"""Height of a row."""
ROOM_IN = 8.0
"""Width of all cells together."""
LETTER_IN = 0.075
"""Width of a letter in a cell."""
SHORTEST = 6
"""The fewest letters of a line of a head."""
AFTER_MODULE = re.compile(r"(?<=[a-z]\.)(?=[a-z])")
"""The place in a head where a line may end without a blank."""


@dataclass(frozen=True)
class Mark:
    """The look of a cell without a number: its fill, and a letter for readers who can't tell fills apart."""

    face: str
    hatch: str
    letter: str
    means: str

    @property
    def key(self) -> Patch:
        """The entry in a legend."""
        return Patch(
            facecolor=self.face, hatch=self.hatch, edgecolor=FAINT, label=f"{self.letter}  {self.means}"
        )


UNSUPPORTED = Mark("#ececec", "////", "U", "unsupported: the interpreter lacks what it needs")
UNAVAILABLE = Mark(PAPER, "", "-", "unavailable: not here, or not reached")
FAILED = Mark(colours.CAUTION.light, "xxxx", "X", "failed: crashed, hung, garbled or wrong")
MISSING = {
    Outcome.UNSUPPORTED: UNSUPPORTED,
    Outcome.UNAVAILABLE: UNAVAILABLE,
    Outcome.NOT_REACHED: UNAVAILABLE,
}
"""Marks by outcome; all others but ok are failures."""


def frame(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]], heads: Sequence[str]) -> None:
    """Set up a table: a line for each row, a head over each column."""
    label_rows(axes, lines)
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_xticks(range(len(heads)), [_fitting(head, ROOM_IN / len(heads)) for head in heads])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0)
    axes.spines[:].set_visible(False)


def _fitting(head: str, width_in: float) -> str:
    """Break a head into lines that fit into a width, also at blanks and after the name of a module."""
    letters = max(int(width_in / LETTER_IN), SHORTEST)
    lines = [AFTER_MODULE.sub(" ", line) for line in heading(head)]
    filled = "\n".join(textwrap.fill(line, letters, break_long_words=False) for line in lines)
    return filled.replace(". ", ".")


def box(axes: Axes, at: tuple[float, float], face: str, hatch: str = "") -> None:
    """Fill a cell."""
    corner = (at[0] - 0.48, at[1] - 0.45)
    axes.add_patch(Rectangle(corner, 0.96, 0.9, facecolor=face, edgecolor=RULE, linewidth=0.5, hatch=hatch))


def write(axes: Axes, at: tuple[float, float], face: str, text: str, *, weight: str) -> None:
    """Fill a cell, and write a number on it."""
    box(axes, at, face)
    axes.text(*at, text, ha="center", va="center_baseline", color=_ink(face), weight=weight)


def put_mark(axes: Axes, at: tuple[float, float], mark: Mark, result: CellResult, width_in: float) -> None:
    """Mark a cell that has no number; a failure says how it failed, if the width has room."""
    box(axes, at, mark.face, mark.hatch)
    word = f"{mark.letter} {result.why_missing}"
    fits = len(word) * LETTER_IN < width_in
    backing = {"facecolor": mark.face, "edgecolor": "none", "pad": 1.0}
    text = word if fits and mark is FAILED else mark.letter
    ink = _ink(mark.face)
    axes.text(*at, text, ha="center", va="center_baseline", color=ink, size=8.5, bbox=backing)


def _ink(face: str) -> str:
    """Return the colour of words on a fill; those on paper turn light with it where the page is dark."""
    return INK if face == PAPER else ink_on(face)
