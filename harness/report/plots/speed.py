"""Single-thread speed of each interpreter, relative to the baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from harness.report.board import board
from harness.report.findings import speeds
from harness.report.style import GROUPS, INK, label_rows, page, rows
from harness.report.text import certainty, number, plural

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from harness.analysis import Analysis
    from harness.report.board import Subject
    from harness.report.style import Row

ROW_IN = 0.3
ACROSS = 4
MOST_TICKS = 5


def speed(analysis: Analysis) -> Figure | None:
    """Draw a panel a workload, on a logarithmic axis with the baseline at 1."""
    found = analysis.relative
    baseline = analysis.plan.baseline
    if (found["interpreter"] == baseline).all():
        return None
    lines = rows(_subjects(analysis))
    works = list(dict.fromkeys(found["workload"]))
    across = min(ACROSS, len(works))
    down = math.ceil(len(works) / across)
    subtitle = (
        f"Time of {baseline} over time of each interpreter, both serial; right of 1 is faster (log scale). "
        f"Title: geometric mean over {plural(len(works), 'workload')}. {certainty(analysis)}."
    )
    title = f"{speeds(found, baseline)}{board(analysis).caveat}"
    figure = page(title, subtitle, down * (ROW_IN * len(lines) + 0.7))
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, work in zip(grid, works, strict=False):
        _panel(axes, lines, found[found["workload"] == work])
        _scale(axes, found["speed"].to_list())
    for axes in grid[len(works) :]:
        axes.set_visible(False)
    return figure


def _subjects(analysis: Analysis) -> list[Subject]:
    """Everyone who has a speed."""
    found = set(zip(analysis.relative["interpreter"], analysis.relative["variant"], strict=True))
    present = board(analysis).present
    return [subject for subject in present if (subject.interpreter, subject.variant) in found]


def _panel(axes: Axes, lines: Sequence[Row], speeds_of: pd.DataFrame) -> None:
    label_rows(axes, lines)
    axes.set_title(str(speeds_of["workload"].iloc[0]), loc="left")
    axes.spines[["left"]].set_visible(False)
    axes.tick_params(axis="x", labelbottom=True)
    axes.grid(axis="x")
    axes.axvline(1, color=INK, linewidth=1)
    found = {(one["interpreter"], one["variant"]): one for one in speeds_of.to_dict("records")}
    for row in lines:
        one = row.subject and found.get((row.subject.interpreter, row.subject.variant))
        if row.subject and one:
            _dot(axes, row.y, GROUPS[row.subject.group], one)


def _dot(axes: Axes, y: float, colour: str, one: Mapping[Hashable, float]) -> None:
    speed, low, high = one["speed"], one["speed_low"], one["speed_high"]
    axes.plot([1, speed], [y, y], color=colour, linewidth=2.5, alpha=0.35, solid_capstyle="butt")
    axes.plot([low, high], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    axes.plot([speed], [y], color=colour, marker="o", markersize=5)
    beside = max(speed, 1.0 if math.isnan(high) else high, 1.0)
    axes.annotate(
        number(speed), (beside, y), xytext=(5, 0), textcoords="offset points", va="center", size=8.5
    )


def _scale(axes: Axes, speeds_of: Sequence[float]) -> None:
    """Give the axis room for all speeds and the numbers beside them, and at least half to double."""
    low = min(*speeds_of, 0.5) / 1.3
    high = max(*speeds_of, 2.0)
    high *= (high / low) ** 0.22
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = _ticks(low, high)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}x" for tick in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())


def _ticks(low: float, high: float) -> list[float]:
    """Powers of ten, and their halves and doubles where there is room."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fine = [step * 10.0**exponent for exponent in exponents for step in (1, 2, 5)]
    shown = [tick for tick in fine if low <= tick <= high]
    if len(shown) <= MOST_TICKS:
        return shown
    return [tick for tick in (10.0**exponent for exponent in exponents) if low <= tick <= high]
