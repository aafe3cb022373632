"""Single-thread speed of each interpreter, relative to the baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.plan.groups import baseline_of
from gilometer.report.plots.ratio_scale import ratio_scale
from gilometer.report.plots.style import (
    FACES,
    STRATEGIES,
    Dot,
    dot,
    left_out,
    page,
    panels,
    ratio_panel,
    room,
    rows,
)
from gilometer.report.sentences.certainty import caveat, certainty
from gilometer.report.sentences.headlines import speeds
from gilometer.report.sentences.text import number, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.report.plots.style import ChartRow, Page
    from gilometer.report.results import Results
    from gilometer.report.results.comparisons import RelativeSpeed
    from gilometer.report.results.interpreters import ShownInterpreter

ROW_IN = 0.3
ACROSS = 4


def speed(results: Results) -> Page | None:
    """Draw a panel for each workload, on a logarithmic axis with the baseline at 1."""
    baseline = baseline_of(results.plan).label
    labels = {one.interpreter for one in results.speeds}
    if labels <= {baseline}:
        return None
    lines = rows([one for one in results.present if one.label in labels])
    works = list(dict.fromkeys(one.workload for one in results.speeds))
    across = min(ACROSS, len(works))
    panel_in = ROW_IN * len(lines) + 0.7
    drawn = works[: room(across, panel_in)]
    down = math.ceil(len(drawn) / across)
    subtitle = (
        f"Time of {baseline} over time of each interpreter, both serial; right of 1 is faster (log scale). "
        f"Title: from the slowest to the fastest of {plural(len(works), 'workload')}. {certainty(results)}."
        f"{left_out(len(drawn), len(works), 'workloads')}"
    )
    title = f"{speeds(results.speeds, baseline)}{caveat(results)}"
    figure = page(title, subtitle, down * panel_in)
    grid = panels(figure, across, len(drawn))
    ratio_scale(grid[0], [one.speed.value for one in results.speeds])
    for axes, work in zip(grid, drawn, strict=True):
        ratio_panel(axes, lines, work)
        _draw(axes, lines, [one for one in results.speeds if one.workload == work])
    return figure


def speed_data(results: Results) -> pd.DataFrame:
    """Return the whole of ``Analysis.relative``."""
    return results.frames.relative


def _draw(axes: Axes, lines: Sequence[ChartRow[ShownInterpreter]], relative: Sequence[RelativeSpeed]) -> None:
    found = {one.interpreter: one.speed for one in relative}
    for row in lines:
        if row.of and (one := found.get(row.of.label)):
            colour, face = STRATEGIES[Strategy.SERIAL], FACES[row.of.category]
            dot(axes, row.y, Dot(one, number(one.value)), color=colour, face=face)
