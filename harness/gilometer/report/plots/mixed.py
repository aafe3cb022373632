"""Speedup over the CPU share of the work: where the gain from threads ends."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.report.plots.curves import MARKERS, Curve, keys_of_categories, name_curves
from gilometer.report.plots.style import INK, key_of_one, page
from gilometer.report.plots.table import ratios
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.headlines import curve
from gilometer.report.sentences.text import counted
from gilometer.report.sweep import share, sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.model import Work
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.configurations import Configuration

HEIGHT_IN = 4.4
PANEL_IN = 3.0
"""Height of a panel without its labels."""
PANEL_LETTERS = 60
"""Letters that fit below a panel."""


def mixed(results: Results) -> Page | None:
    """Draw one panel for threads and one for processes, with a line for each interpreter."""
    works = sweep(results)
    panels = [
        panel
        for strategy in (Strategy.THREADS, Strategy.PROCESSES)
        if (widest := results.widest(strategy)) and (panel := _panel_of(results, works, widest)).curves
    ]
    if not panels:
        return None
    ends = f"{share(works[0]):.0%} to {share(works[-1]):.0%} CPU"
    subtitle = (
        "Speedup over serial by the CPU share of each unit of work; the rest of the unit is waiting. "
        f"{certainty(results)}."
    )
    figure = page(curve(results, works, ends), subtitle, HEIGHT_IN)
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False).ravel()
    for axes, panel in zip(grid, panels, strict=True):
        _draw(axes, panel)
    for axes, panel in zip(grid, panels, strict=True):
        name_curves(axes, panel.curves, PANEL_IN)
    _explain(figure, panels)
    return figure


def mixed_data(results: Results) -> pd.DataFrame:
    """Return the rows of ``summary.csv`` that the curves show: ``table.RATIOS``."""
    widest = [results.widest(strategy) for strategy in (Strategy.THREADS, Strategy.PROCESSES)]
    return ratios(results, sweep(results), [one for one in widest if one])


@dataclass(frozen=True)
class MixedPanel:
    """One strategy's curves, and the interpreters without one."""

    configuration: Configuration
    curves: list[Curve]
    without: list[str]


def _panel_of(results: Results, works: Sequence[Work], configuration: Configuration) -> MixedPanel:
    curves = []
    without = []
    for index, interpreter in enumerate(results.present):
        cells = [(work, results.at(interpreter, work, configuration)) for work in works]
        found = [(share(work), result) for work, result in cells if result and result.is_measured]
        if found:
            shares = [at for at, _ in found]
            curves.append(
                Curve(interpreter, MARKERS[index % len(MARKERS)], shares, [result for _, result in found])
            )
        else:
            without.append(interpreter.label)
    return MixedPanel(configuration, curves, without)


def _draw(axes: Axes, panel: MixedPanel) -> None:
    axes.set_title(panel.configuration.doers, loc="left")
    axes.grid(axis="y")
    axes.axhline(1, color=INK, linewidth=1)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%\nall waiting", "25%", "50%", "75%", "100%\nall CPU"])
    absent = [f"not measured: {counted(panel.without)}"] if panel.without else []
    lines = [
        line for words in ("CPU share of each unit", *absent) for line in textwrap.wrap(words, PANEL_LETTERS)
    ]
    axes.set_xlabel("\n".join(lines))
    for line in panel.curves:
        speedups = [result.speedup.value for result in line.results]
        lows = [result.speedup.low for result in line.results]
        highs = [result.speedup.high for result in line.results]
        axes.plot(
            line.shares,
            speedups,
            color=line.colour,
            marker=line.marker,
            markerfacecolor=line.face,
            markersize=4.5,
            linewidth=1.4,
        )
        axes.fill_between(line.shares, lows, highs, color=line.colour, alpha=0.15, linewidth=0)


def _explain(figure: Page, panels: Sequence[MixedPanel]) -> None:
    handles = [*keys_of_categories(curve for panel in panels for curve in panel.curves), key_of_one()]
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
