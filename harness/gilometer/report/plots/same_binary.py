"""The plot of the same binary with its GIL on and off: speedups of threads, overhead of one thread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from gilometer.model import Strategy
from gilometer.plan.pairs import pairs
from gilometer.report.plots.style import (
    DASHED,
    FACES,
    FAINT,
    INK,
    STRATEGIES,
    ChartRow,
    Dot,
    dot,
    key_of_capacity,
    key_of_one,
    page,
    ratio_panel,
)
from gilometer.report.plots.table import ratios
from gilometer.report.results.cells import Reading, read
from gilometer.report.results.interpreters import Category
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.same_binary import finding
from gilometer.report.sentences.text import number
from gilometer.stats.equivalence import MOST_PER_WORKER

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.same_binary import Binary, Contrast, SameBinary

ROW_IN = 0.36
FROM_MIDDLE = 0.19
"""Distance of each side of a contrast from the middle of its row, in rows."""
SIDES = {Category.GIL: "GIL on", Category.NO_GIL: "GIL off"}
MARKERS = {Category.GIL: "o", Category.NO_GIL: "D"}
ROOM = 1.14
"""Factor by which an axis is longer, to have room for the numbers beside its dots."""


def contrasts(results: Results) -> Page | None:
    """Draw for each binary and workload the speedup of threads with its GIL on and off, and the overhead."""
    same = results.same_binary
    if same is None:
        return None
    lines = _rows(same.binaries)
    subtitle = (
        "Left: time of serial over time of threads, with the GIL on and with it off. Right: time of serial "
        f"with the GIL off over that with it on, for work that does not wait. {certainty(results)}."
    )
    figure = page(finding(results, same), subtitle, ROW_IN * len(lines) + 1.2)
    gains, overheads = figure.subplots(1, 2, sharey=True, width_ratios=(1.6, 1))
    ratio_panel(gains, lines, f"Speedup of {same.configuration.workers} threads")
    ratio_panel(overheads, lines, "What one thread pays for no GIL")
    for row in lines:
        if row.of:
            _limit(gains, row.y, row.of)
            _gain(gains, row.y - FROM_MIDDLE, Category.GIL, row.of.on)
            _gain(gains, row.y + FROM_MIDDLE, Category.NO_GIL, row.of.off)
            _pay(overheads, row.y, row.of)
    _scale(gains, overheads, same)
    _explain(figure)
    return figure


def contrasts_data(results: Results) -> pd.DataFrame:
    """Return both sides of each contrast as rows of ``summary.csv``; the side without a GIL has the overhead.

    Columns: ``table.RATIOS``, overhead, overhead_low, overhead_high (NaN: the side with a GIL, or work that
    waits).
    """
    threads = results.widest(Strategy.THREADS)
    rows = ratios(results, results.works, [threads] if threads else [])
    sides = {one.label for pair in pairs(results.plan.interpreters) for one in (pair.on, pair.off)}
    rows = rows.assign(off=rows["interpreter"] + rows["variant"])
    paid = results.frames.overheads.drop(columns="on")
    return rows[rows["off"].isin(sides)].merge(paid, how="left", on=["off", "workload"]).drop(columns="off")


def _rows(binaries: Sequence[Binary]) -> list[ChartRow[Contrast]]:
    """Place workloads from the top down, below the name of their binary."""
    found: list[ChartRow[Contrast]] = []
    for binary in binaries:
        found.append(ChartRow(float(len(found)), binary.name, None))
        for one in binary.contrasts:
            found.append(ChartRow(float(len(found)), one.work.label, one))
    return found


def _gain(axes: Axes, y: float, side: Category, result: CellResult) -> None:
    """Draw one side of a contrast, or write why it has no number."""
    if not result.is_measured:
        _say(axes, y, f"{SIDES[side]}: {result.why_missing}")
        return
    doubt = "?" if read(result) is Reading.DOUBTFUL else ""
    at = Dot(result.speedup, number(result.speedup.value) + doubt)
    dot(axes, y, at, color=STRATEGIES[Strategy.THREADS], face=FACES[side], marker=MARKERS[side])


def _limit(axes: Axes, y: float, one: Contrast) -> None:
    """Mark the capacity of the machine for this workload."""
    axes.plot([one.off.capacity.value] * 2, [y - 0.42, y + 0.42], color=INK, linewidth=1.2, linestyle=DASHED)


def _pay(axes: Axes, y: float, one: Contrast) -> None:
    overhead = one.overhead
    if not math.isnan(overhead.value):
        dot(axes, y, Dot(overhead, number(overhead.value)), color=FAINT, face=FAINT, marker="s")


def _say(axes: Axes, y: float, words: str) -> None:
    axes.annotate(words, (1, y), xytext=(5, 0), textcoords="offset points", va="center", size=7, color=FAINT)


def _scale(gains: Axes, overheads: Axes, same: SameBinary) -> None:
    """Give both axes room for all dots, and for intervals as far as they can be believed."""
    whole = [one for binary in same.binaries for one in binary.contrasts]
    limits = [limit for one in whole if not math.isnan(limit := one.off.capacity.value)]
    speedups = [side.speedup for one in whole for side in (one.on, one.off) if side.is_measured]
    most = MOST_PER_WORKER * same.configuration.workers
    highs = [min(one.high, most) for one in speedups if one.has_interval]
    lows = [one.low for one in speedups if one.has_interval]
    values = [one.value for one in speedups]
    gains.set_xlim(0.98 * min([0.87, *values, *lows, *limits]), ROOM * max([1.1, *values, *highs, *limits]))
    paid = [
        end
        for one in whole
        for end in (one.overhead.value, one.overhead.low, one.overhead.high)
        if not math.isnan(end)
    ]
    overheads.set_xlim(0.98 * min([0.87, *paid]), ROOM * max([1.1, *paid]))


def _explain(figure: Page) -> None:
    handles = [
        Line2D(
            [],
            [],
            color=STRATEGIES[Strategy.THREADS],
            marker=MARKERS[side],
            markersize=5,
            markerfacecolor=FACES[side] or STRATEGIES[Strategy.THREADS],
            label=words,
        )
        for side, words in SIDES.items()
    ]
    figure.legend(handles=[*handles, key_of_one(), key_of_capacity()], loc="outside lower left", ncols=4)
