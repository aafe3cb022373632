"""The style of all plots: colours, fonts, page. They can be read at 1000 pixels, and without colours."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gilometer.model import Strategy
from gilometer.report import colours
from gilometer.report.results.interpreters import Category
from gilometer.report.sentences.text import one_line

mpl.use("agg")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.layout_engine import LayoutEngine
    from matplotlib.typing import RcKeyType

    from gilometer.model import Estimate
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.interpreters import ShownInterpreter

INK, FAINT, RULE, PAPER = (one.light for one in (colours.INK, colours.FAINT, colours.RULE, colours.PAPER))
STRATEGIES = {strategy: colour.light for strategy, colour in colours.STRATEGIES.items()}
"""The colours of a plot are those of light paper; a page swaps them for those of its theme."""

MARKERS = {
    Strategy.SERIAL: "|",
    Strategy.THREADS: "o",
    Strategy.PROCESSES: "s",
    Strategy.HYBRID: "D",
    Strategy.ASYNCIO: "^",
    Strategy.SUBINTERPRETERS: "v",
}

FACES = {Category.GIL: None, Category.NO_GIL: PAPER}
"""Fills of marks: with a GIL they are filled, in their own colour, and without one hollow."""

DASHED = (0, (4, 2))
BACKING = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.1}
"""The background of words, so that they can be read on top of lines."""

WIDTH_IN = 10.0
SIDE_IN = 0.15
TITLE_LINE_IN = 0.26
SUBTITLE_LINE_IN = 0.2
TITLE_LETTERS = 84
SUBTITLE_LETTERS = 136
MOST_PANELS = 30
"""The most panels of a page: more take too long to read and to draw."""
MOST_IN = 60.0
"""The greatest height of a page with more than one row of panels."""

RC: dict[RcKeyType, Any] = {
    "figure.dpi": 100,
    "savefig.dpi": 120,
    "font.size": 9.5,
    "font.sans-serif": ["DejaVu Sans", "Verdana"],  # as wide as each other, so an SVG keeps its layout
    "text.color": INK,
    "text.parse_math": False,  # a label may hold a $
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "hatch.linewidth": 0.6,
    "hatch.color": "#a8a8a8",
    "svg.hashsalt": "gilometer",
    "svg.fonttype": "none",
}


class Page(Figure):
    """A figure with a head: a finding as its title, and below it a description."""

    def __init__(self, title: str, subtitle: str, height_in: float) -> None:
        self.title = title
        self.subtitle = subtitle
        self.titles = textwrap.wrap(title, TITLE_LETTERS)
        self.subtitles = textwrap.wrap(subtitle, SUBTITLE_LETTERS)
        self.head_in = 0.2 + len(self.titles) * TITLE_LINE_IN + len(self.subtitles) * SUBTITLE_LINE_IN
        super().__init__(figsize=(WIDTH_IN, self.head_in + height_in))


def page(title: str, subtitle: str, height_in: float) -> Page:
    """Open a page with a finding as its title, and a subtitle; ``height_in`` is the height of the rest."""
    figure = Page(one_line(title), one_line(subtitle), height_in)
    height = figure.head_in + height_in
    rect = (0.01, 0.01, 0.98, (height_in / height) - 0.01)
    figure.set_layout_engine("constrained", rect=rect, h_pad=0.06, w_pad=0.06)
    left = SIDE_IN / WIDTH_IN
    top = 1 - 0.1 / height
    figure.text(left, top, "\n".join(figure.titles), size=13, weight="bold", va="top", linespacing=1.25)
    below = top - (len(figure.titles) * TITLE_LINE_IN + 0.02) / height
    figure.text(left, below, "\n".join(figure.subtitles), size=9.5, color=FAINT, va="top", linespacing=1.25)
    return figure


def settle(figure: Figure) -> None:
    """Compute the layout of a finished page once, and keep it.

    The solver's last digits differ from one call to the next, which an SVG would show. And it takes long for
    many panels, so it is called once and not for each kind of file.
    """
    cast("LayoutEngine", figure.get_layout_engine()).execute(figure)
    figure.set_layout_engine(None)
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position((round(box.x0, 4), round(box.y0, 4), round(box.width, 4), round(box.height, 4)))


Thing = TypeVar("Thing")
"""The subject of a line of a chart: an interpreter, or a workload."""


@dataclass(frozen=True)
class ChartRow(Generic[Thing]):
    """A line of a chart: a subject at its height, or the heading of the lines below."""

    y: float
    label: str
    of: Thing | None
    """The subject; None: a heading."""


def rows(interpreters: Sequence[ShownInterpreter]) -> list[ChartRow[ShownInterpreter]]:
    """Place interpreters from the top down, a heading before each category."""
    found: list[ChartRow[ShownInterpreter]] = []
    category = None
    for interpreter in interpreters:
        if interpreter.category is not category:
            category = interpreter.category
            found.append(ChartRow(float(len(found)), category.value, None))
        found.append(ChartRow(float(len(found)), interpreter.label, interpreter))
    return found


def label_rows(axes: Axes, lines: Sequence[ChartRow[Thing]]) -> None:
    """Name the lines at the left; headings stand out by weight and place, not by colour."""
    place = axes.get_subplotspec()
    if place and not place.is_first_col():
        axes.yaxis.set_visible(False)  # it shares the scale, and measuring its labels takes long
        return
    axes.set_yticks([row.y for row in lines], [one_line(row.label) for row in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    for row, tick in zip(lines, axes.yaxis.get_major_ticks(len(lines)), strict=True):
        if row.of is None:
            tick.label1.set_fontweight("bold")
            tick.label1.set_color(FAINT)


def ratio_panel(axes: Axes, lines: Sequence[ChartRow[Thing]], title: str) -> None:
    """Set up a chart of ratios: a line for each row, the scale below, and 1 drawn through all."""
    label_rows(axes, lines)
    axes.set_title(title, loc="left")
    axes.grid(axis="x")
    axes.tick_params(axis="x", labelbottom=True)
    axes.spines[["left"]].set_visible(False)
    axes.axvline(1, color=INK, linewidth=1)


@dataclass(frozen=True)
class Dot:
    """A ratio to draw, and the words beside it."""

    estimate: Estimate
    words: str


def dot(axes: Axes, y: float, at: Dot, *, color: str, face: str | None, marker: str = "o") -> None:
    """Draw a ratio as a line from 1, with its interval and its number; ``face`` fills the mark."""
    of = at.estimate
    axes.plot([1, of.value], [y, y], color=color, linewidth=2.5, alpha=0.35, solid_capstyle="butt")
    axes.plot([of.low, of.high], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    axes.plot([of.value], [y], color=color, marker=marker, markersize=5, markerfacecolor=face or color)
    beside = max(of.value, of.ends[1], 1.0)
    offset = "offset points"
    words = axes.annotate(
        at.words, (beside, y), xytext=(5, 0), textcoords=offset, va="center", size=8.5, bbox=BACKING
    )
    words.set_in_layout(False)  # the axis has room for it, and measuring it takes long


def left_out(shown: int, of: int, noun: str) -> str:
    """Say in a subtitle that a page has no room for all; empty if it has."""
    return f" The first {shown} of {of} {noun}; summary.csv has all." if shown < of else ""


def room(across: int, panel_in: float) -> int:
    """Count the panels of a height that a page has room for."""
    return min(MOST_PANELS, across * max(1, int(MOST_IN / panel_in)))


def panels(figure: Figure, across: int, wanted: int) -> list[Axes]:
    """Make as many panels as are wanted, with shared scales; the last row may have fewer."""
    down = math.ceil(wanted / across)
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    for axes in grid[wanted:]:
        axes.set_visible(False)
    return list(grid[:wanted])


def key_of_one() -> Line2D:
    """Make the legend's entry for the line at 1."""
    return Line2D([], [], color=INK, linewidth=1, label="serial = 1")


def key_of_configuration(configuration: Configuration) -> Line2D:
    """Make the legend's entry for a configuration's marks."""
    strategy = configuration.strategy
    return Line2D(
        [],
        [],
        color=STRATEGIES[strategy],
        marker=MARKERS[strategy],
        markersize=5,
        linewidth=1.4,
        label=configuration.doers,
    )


def key_of_band() -> Patch:
    """Make the legend's entry for the noise around 1."""
    return Patch(facecolor=RULE, label="A/A band: a cell against itself")


def key_of_capacity() -> Line2D:
    """Make the legend's entry for the machine's capacity."""
    return Line2D([], [], color=INK, linewidth=1.2, linestyle=DASHED, label="capacity of the machine")
