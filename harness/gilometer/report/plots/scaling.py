"""The plot of speedups over the number of workers, beside the capacity of the machine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from gilometer.report.plots.curves import MARKERS, Curve, keys_of_categories, name_curves
from gilometer.report.plots.style import (
    DASHED,
    FAINT,
    INK,
    MOST_PANELS,
    key_of_capacity,
    key_of_one,
    left_out,
    page,
)
from gilometer.report.plots.table import ratios
from gilometer.report.results.scaling import WELL
from gilometer.report.sections.scaling import finding
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sweep import sweep
from gilometer.stats.equivalence import MOST_PER_WORKER

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.analysis.scaling import Terms
    from gilometer.model import Strategy
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.scaling import ScalingCurve

PANEL_IN = 2.3
"""Height of a panel without its labels."""
LABELS_IN = 0.75
"""Height of the labels around a panel."""
ROOM = 1.08
"""Factor by which the vertical axis is higher than the highest value."""
STEPS = 100
"""Points of the line of a fitted law."""
LAW_WIDTH = 1.8
JOINED_WIDTH = 0.8
OF_CURVE = ["interpreter", "variant", "workload", "strategy"]
"""The columns that name a curve."""


def scaling(results: Results) -> Page | None:
    """Draw a row for each workload and a column for each strategy: curves and the capacity."""
    found = _curves(results)
    if not found:
        return None
    every_row = _panels(results, found)
    rows = every_row[: MOST_PANELS // len(every_row[0])]
    law = (
        f" The law is drawn where no level is more than {WELL - 1:.0%} off it."
        if any(law.fits for law in results.laws)
        else ""
    )
    subtitle = (
        "Speedup over serial by the number of workers, same interpreter and work; bars are intervals."
        f"{law} {certainty(results)}.{left_out(len(rows), len(every_row), 'workloads')}"
    )
    figure = page(finding(results, found), subtitle, len(rows) * (PANEL_IN + LABELS_IN) + 0.4)
    grid = figure.subplots(len(rows), len(rows[0]), sharex=True, sharey="row", squeeze=False)
    for axes_of_row, row in zip(grid, rows, strict=True):
        axes_of_row[0].set_ylim(0, ROOM * max(panel.top for panel in row))
        for axes, panel in zip(axes_of_row, row, strict=True):
            _draw(axes, panel)
            name_curves(axes, panel.curves, PANEL_IN)
        first = next(axes for axes, panel in zip(axes_of_row, row, strict=True) if panel.curves)
        first.tick_params(axis="y", labelleft=True)
    _explain(figure, [panel for row in rows for panel in row])
    return figure


def scaling_data(results: Results) -> pd.DataFrame:
    """Return the rows of ``summary.csv`` that the curves show, each with the law of its curve.

    Columns: ``table.RATIOS``, contention, coherence, misfit (NaN: no law was fitted).
    """
    found = _curves(results)
    strategies = {one.strategy for one in found}
    drawn = [one for one in results.configurations if one.strategy in strategies]
    rows = ratios(results, [one.work for one in found], drawn)
    laws = results.frames.scaling[[*OF_CURVE, "contention", "coherence", "misfit"]]
    return rows.merge(laws, how="left", on=OF_CURVE)


def _curves(results: Results) -> Sequence[ScalingCurve]:
    """List the curves that are no points of the sweep, which has its own plot; if there are none, all."""
    swept = {work.label for work in sweep(results)}
    return [one for one in results.curves if one.work.label not in swept] or results.curves


@dataclass(frozen=True)
class _ScalingPanel:
    """One strategy of one workload."""

    workload: str
    strategy: Strategy
    curves: tuple[Curve, ...]
    laws: tuple[Terms | None, ...]
    """One law for each curve; None: it does not fit."""

    @property
    def capacity(self) -> dict[float, float]:
        """The capacity of the machine, where it is known, by workers."""
        found = {
            float(result.workers): result.capacity.value
            for curve in self.curves
            for result in curve.results
            if not math.isnan(result.capacity.value)
        }
        return {workers: found[workers] for workers in sorted(found)}

    @property
    def top(self) -> float:
        """The highest value that is drawn; an interval counts as far as it can be believed."""
        highs = [
            min(
                max(result.speedup.value, result.speedup.high), MOST_PER_WORKER * result.configuration.at_once
            )
            for curve in self.curves
            for result in curve.results
        ]
        return max([1.0, *highs, *self.capacity.values()])


def _panels(results: Results, found: Sequence[ScalingCurve]) -> list[list[_ScalingPanel]]:
    """Arrange panels: a row for each workload, a column for each strategy."""
    markers = {one: MARKERS[place % len(MARKERS)] for place, one in enumerate(results.present)}
    strategies = list(dict.fromkeys(one.strategy for one in found))
    rows = []
    for workload in dict.fromkeys(one.work.label for one in found):
        row = []
        for strategy in strategies:
            own = [one for one in found if (one.work.label, one.strategy) == (workload, strategy)]
            curves = tuple(_curve(one, markers[one.interpreter]) for one in own)
            laws = tuple(one.law.terms if one.law and one.law.fits else None for one in own)
            row.append(_ScalingPanel(workload, strategy, curves, laws))
        rows.append(row)
    return rows


def _curve(of: ScalingCurve, marker: str) -> Curve:
    return Curve(of.interpreter, marker, [float(one.workers) for one in of.results], [*of.results])


def _draw(axes: Axes, panel: _ScalingPanel) -> None:
    if not panel.curves:
        axes.set_axis_off()
        return
    axes.set_title(f"{panel.workload}, {panel.strategy.value}", loc="left")
    axes.grid(axis="y")
    axes.axhline(1, color=INK, linewidth=1)
    capacity = panel.capacity
    axes.plot([1, *capacity], [1, *capacity.values()], color=INK, linewidth=1.2, linestyle=DASHED)
    for curve, law in zip(panel.curves, panel.laws, strict=True):
        _draw_curve(axes, curve, law)
    levels = sorted({1.0, *(workers for curve in panel.curves for workers in curve.shares)})
    axes.set_xticks(levels, [f"{level:g}" for level in levels])
    axes.tick_params(axis="x", labelbottom=True)
    axes.set_xlabel("workers")


def _draw_curve(axes: Axes, curve: Curve, law: Terms | None) -> None:
    """Draw the points and the law through them; if no law fits, join the points."""
    colour = curve.colour
    speedups = [result.speedup.value for result in curve.results]
    axes.plot(
        curve.shares,
        speedups,
        color=colour,
        marker=curve.marker,
        markerfacecolor=curve.face,
        markersize=4.5,
        linestyle="none",
        zorder=3,
    )
    axes.vlines(
        curve.shares,
        [result.speedup.low for result in curve.results],
        [result.speedup.high for result in curve.results],
        color=colour,
        linewidth=1.1,
    )
    if law:
        workers = np.linspace(1, curve.shares[-1], STEPS)
        axes.plot(workers, law.speedup(workers), color=colour, linewidth=LAW_WIDTH)
    else:
        axes.plot([1, *curve.shares], [1, *speedups], color=colour, linewidth=JOINED_WIDTH)


def _explain(figure: Page, panels: Sequence[_ScalingPanel]) -> None:
    handles = keys_of_categories(curve for panel in panels for curve in panel.curves)
    laws = [law for panel in panels for law in panel.laws]
    if any(laws):
        handles.append(Line2D([], [], color=FAINT, linewidth=LAW_WIDTH, label="Universal Scalability Law"))
    if any(laws) and not all(laws):
        handles.append(Line2D([], [], color=FAINT, linewidth=JOINED_WIDTH, label="points joined"))
    handles += [key_of_one(), key_of_capacity()]
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
