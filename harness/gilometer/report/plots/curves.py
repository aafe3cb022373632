"""Curves of interpreters in one panel, and their names beside their ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from gilometer.report.plots.style import GROUPS
from gilometer.report.results import Group
from gilometer.report.sentences.text import FEW_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from gilometer.report.results import Result, Subject

MARKERS = "osD^v<>p*h"
"""For as many interpreters, filled or hollow; then they come round again, as names tell them apart."""
FACES = {Group.GIL: GROUPS[Group.GIL], Group.NO_GIL: "white"}
"""A mark is filled, or hollow: the groups are told apart by more than their colours."""
LABEL_IN = 0.165
"""Height of a name."""
BESIDE = 1.06
"""Where names are written, as a share of the horizontal axis."""


@dataclass(frozen=True)
class Curve:
    """One interpreter's line: the points at which it was measured."""

    subject: Subject
    marker: str
    shares: list[float]
    """Where the points lie on the horizontal axis."""
    results: list[Result]

    @property
    def end(self) -> float:
        """Speedup at the last point."""
        return self.results[-1].speedup

    @property
    def colour(self) -> str:
        """That of its group."""
        return GROUPS[self.subject.group]

    @property
    def face(self) -> str:
        """What its marks are filled with."""
        return FACES[self.subject.group]


@dataclass(frozen=True)
class Name:
    """What is written beside the end of one line, or of a bundle of them."""

    text: str
    group: Group
    end: tuple[float, float]

    @property
    def height(self) -> float:
        """Of the end."""
        return self.end[1]


def name_curves(axes: Axes, curves: Sequence[Curve], panel_in: float) -> None:
    """Write the names beside the lines' ends, moved apart where ends are close."""
    bottom, top = axes.get_ylim()
    step = (top - bottom) * LABEL_IN / panel_in
    names = sorted(names_of(curves, step), key=lambda name: name.height)
    for name, y in zip(names, apart([name.height for name in names], step), strict=True):
        colour = GROUPS[name.group]
        leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkB": 3, "relpos": (0, 0.5)}
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
    """One name a curve, but one for a whole bundle where many of a group end within ``step`` of the next."""
    names = []
    for group in Group:
        members = sorted((one for one in curves if one.subject.group is group), key=lambda one: one.end)
        bundles: list[list[Curve]] = []
        for one in members:
            if bundles and one.end - bundles[-1][-1].end < step:
                bundles[-1].append(one)
            else:
                bundles.append([one])
        for bundle in bundles:
            if len(bundle) > FEW_NAMES:
                middle = bundle[len(bundle) // 2]
                text = f"{len(bundle)} {group.value}"
                names.append(Name(text, group, (middle.shares[-1], middle.end)))
            else:
                names += [Name(one.subject.label, group, (one.shares[-1], one.end)) for one in bundle]
    return names


def apart(ends: Sequence[float], step: float) -> list[float]:
    """Positions at least ``step`` apart for ascending ``ends``, each crowd centred on its own middle."""
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


def keys_of_groups(curves: Iterable[Curve]) -> list[Line2D]:
    """Make the legend's entries for the groups of these curves."""
    groups = {curve.subject.group for curve in curves}
    return [
        Line2D(
            [],
            [],
            color=GROUPS[group],
            linewidth=2,
            marker="o",
            markersize=5,
            markerfacecolor=FACES[group],
            label=group.value,
        )
        for group in Group
        if group in groups
    ]
