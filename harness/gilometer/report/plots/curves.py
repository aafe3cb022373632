"""Curves of interpreters in one panel, and their names beside their ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from gilometer.report.plots.style import FACES, FAINT, INK, STRATEGIES
from gilometer.report.results.interpreters import Category
from gilometer.report.sentences.text import FEW_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.interpreters import ShownInterpreter

MARKERS = "osD^v<>p*h"
"""Markers of interpreters, filled or hollow. If there are more, markers repeat, and names tell them apart."""
LABEL_IN = 0.165
"""Height of a name."""
BESIDE = 1.06
"""Horizontal place of names, as a share of the axis."""


@dataclass(frozen=True)
class Curve:
    """One interpreter's line: the points at which it was measured."""

    interpreter: ShownInterpreter
    marker: str
    shares: list[float]
    """Places of the points on the horizontal axis."""
    results: list[CellResult]

    @property
    def end(self) -> float:
        """Speedup at the last point."""
        return self.results[-1].speedup.value

    @property
    def colour(self) -> str:
        """The colour of its strategy."""
        return STRATEGIES[self.results[0].configuration.strategy]

    @property
    def face(self) -> str:
        """The colour that its marks are filled with."""
        return FACES[self.interpreter.category] or self.colour


@dataclass(frozen=True)
class Name:
    """The text beside the end of one line, or of several lines together."""

    text: str
    category: Category
    end: tuple[float, float]

    @property
    def height(self) -> float:
        """Height of the end."""
        return self.end[1]


def name_curves(axes: Axes, curves: Sequence[Curve], panel_in: float) -> None:
    """Write the names beside the lines' ends, moved apart where ends are close."""
    bottom, top = axes.get_ylim()
    step = (top - bottom) * LABEL_IN / panel_in
    names = sorted(names_of(curves, step), key=lambda name: name.height)
    for name, y in zip(names, apart([name.height for name in names], step), strict=True):
        leader = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.5, "shrinkB": 3, "relpos": (0, 0.5)}
        axes.annotate(
            name.text,
            name.end,
            xytext=(BESIDE, y),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            size=8.5,
            annotation_clip=False,
            arrowprops=leader,
        )


def names_of(curves: Sequence[Curve], step: float) -> list[Name]:
    """Name each curve; if many of a category end within ``step`` of the next, give them one name together."""
    names = []
    for category in Category:
        members = sorted(
            (one for one in curves if one.interpreter.category is category), key=lambda one: one.end
        )
        bundles: list[list[Curve]] = []
        for one in members:
            if bundles and one.end - bundles[-1][-1].end < step:
                bundles[-1].append(one)
            else:
                bundles.append([one])
        for bundle in bundles:
            if len(bundle) > FEW_NAMES:
                middle = bundle[len(bundle) // 2]
                text = f"{len(bundle)} {category.value}"
                names.append(Name(text, category, (middle.shares[-1], middle.end)))
            else:
                names += [Name(one.interpreter.label, category, (one.shares[-1], one.end)) for one in bundle]
    return names


def apart(ends: Sequence[float], step: float) -> list[float]:
    """Return positions at least ``step`` apart for ascending ``ends``; each group keeps its middle."""
    crowds: list[list[float]] = []
    for end in ends:
        crowds.append([end])
        while len(crowds) > 1 and _top(crowds[-2], step) + step > _bottom(crowds[-1], step):
            crowds[-2:] = [crowds[-2] + crowds[-1]]
    return [_bottom(crowd, step) + index * step for crowd in crowds for index in range(len(crowd))]


def _bottom(crowd: Sequence[float], step: float) -> float:
    return math.fsum(crowd) / len(crowd) - (len(crowd) - 1) * step / 2


def _top(crowd: Sequence[float], step: float) -> float:
    return _bottom(crowd, step) + (len(crowd) - 1) * step


def keys_of_categories(curves: Iterable[Curve]) -> list[Line2D]:
    """Make the legend's entries for the categories of these curves."""
    categories = {curve.interpreter.category for curve in curves}
    return [
        Line2D(
            [],
            [],
            color=INK,
            linestyle="none",
            marker="o",
            markersize=5,
            markerfacecolor=FACES[category] or INK,
            label=category.value,
        )
        for category in Category
        if category in categories
    ]
