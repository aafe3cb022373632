"""Which calls let another thread run: interpreters down, calls across."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Patch

from gilometer.model import Outcome
from gilometer.report.plots.cells import ABSENCES, FAILED, ROW_IN, UNSUPPORTED, frame, put_mark, write
from gilometer.report.plots.style import page, rows
from gilometer.report.plots.table import sights
from gilometer.report.results import SERIAL, board
from gilometer.report.sections.observed import observed
from gilometer.report.sections.semantics import GIL_RELEASE, HALF, of_gil_release
from gilometer.report.sentences import amounts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.analysis import Analysis
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Result
    from gilometer.report.sections.observed import Sight

HEAD_LETTERS = 10
REACH = 0.5
"""How far from there a share has the full colour."""
COLOURS = mpl.colormaps["RdBu"]
MARKS = {**ABSENCES, Outcome.OK: UNSUPPORTED}
"""By outcome; all others are failures."""
UNTOLD = "Which calls let another thread run"
"""The title where no interpreter lets that be told."""


def gil_release(analysis: Analysis) -> Page | None:
    """Draw how fast a thread computes beside each call, over its speed alone."""
    shown = board(analysis)
    found = observed(analysis, shown)
    works = [work for work in found.of_script(GIL_RELEASE) if found.names(work)]
    if not works:
        return None
    work = works[0]
    names = found.names(work)
    lines = rows(shown.present)
    subtitle = (
        "Speed of a thread that computes while another makes such a call, over its speed alone. Threads "
        f"that take turns have no more than {HALF:.0%} each. Bold: all of its 95% interval is above or below."
    )
    figure = page(of_gil_release(found, work, shown) or UNTOLD, subtitle, ROW_IN * len(lines) + 1.2)
    axes = figure.subplots()
    frame(axes, lines, [textwrap.fill(name, HEAD_LETTERS, break_long_words=False) for name in names])
    for row in lines:
        result = row.of and shown.at(row.of, work, SERIAL)
        for column, name in enumerate(names):
            if row.of and result:
                sight = found.at(row.of, work, SERIAL).get(name)
                _fill(axes, (column, row.y), sight, result)
    _explain(figure)
    return figure


def gil_release_data(analysis: Analysis) -> pd.DataFrame:
    """Give the rows of ``observations.csv`` that the table is of."""
    found = observed(analysis, board(analysis))
    work = next(work for work in found.of_script(GIL_RELEASE) if found.names(work))
    return sights(analysis, found, [work], found.names(work))


def _fill(axes: Axes, at: tuple[float, float], sight: Sight | None, result: Result) -> None:
    """Draw one cell: a number on a colour, or a mark; a call that was not made is lacked."""
    if sight is None:
        put_mark(axes, at, MARKS.get(result.outcome, FAILED), result, width_in=0)
        return
    is_clear = sight.low > HALF or sight.high < HALF
    face = COLOURS(0.5 + 0.4 * float(np.clip((sight.value - HALF) / REACH, -1, 1)))
    text = amounts.amount(sight.value, sight.unit)
    write(axes, at, face, text, weight="bold" if is_clear else "normal")


def _explain(figure: Page) -> None:
    handles = [
        Patch(facecolor=COLOURS(0.1), label="the other thread hardly runs"),
        Patch(facecolor=COLOURS(0.9), label="the other thread runs"),
        *(mark.key for mark in dict.fromkeys((*MARKS.values(), FAILED))),
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=3, handlelength=1.6, columnspacing=1.6)
