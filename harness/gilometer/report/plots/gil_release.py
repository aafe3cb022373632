"""The plot of calls that let another thread run: interpreters down, calls across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from gilometer.model import Outcome
from gilometer.report import colours
from gilometer.report.plots.cells import FAILED, MISSING, ROW_IN, UNSUPPORTED, frame, put_mark, write
from gilometer.report.plots.style import PAPER, RULE, page, rows
from gilometer.report.plots.table import observed_rows
from gilometer.report.results.configurations import SERIAL
from gilometer.report.sections.semantics import GIL_RELEASE, TAKING_TURNS, of_gil_release
from gilometer.report.sentences import amounts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gilometer.model import Work
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.observations import ObservedValue

RUNS = colours.mixed(colours.INK.light, colours.PAPER.light, 0.25)
"""The fill where the other thread has more than a turn; it is neither faster nor slower than anything."""
MARKS = {**MISSING, Outcome.OK: UNSUPPORTED}
"""Marks by outcome; all others are failures."""
UNTOLD = "Which calls let another thread run"
"""The title if no interpreter shows which calls do."""


def gil_release(results: Results) -> Page | None:
    """Draw the speed of a thread beside each call, over its speed alone."""
    observations = results.observations
    work = _work(results)
    if work is None:
        return None
    names = observations.names(work)
    lines = rows(results.present)
    subtitle = (
        "Speed of a thread that computes while another makes such a call, over its speed alone. Threads "
        f"that take turns have no more than {TAKING_TURNS:.0%} each. Bold: all of its 95% interval is above "
        "or below."
    )
    figure = page(of_gil_release(results, work) or UNTOLD, subtitle, ROW_IN * len(lines) + 1.2)
    axes = figure.subplots()
    frame(axes, lines, names)
    for row in lines:
        result = row.of and results.at(row.of, work, SERIAL)
        for column, name in enumerate(names):
            if row.of and result:
                observed = observations.at(row.of, work, SERIAL).get(name)
                _fill(axes, (column, row.y), observed, result)
    _explain(figure)
    return figure


def gil_release_data(results: Results) -> pd.DataFrame:
    """Return the rows of ``observations.csv`` that the plot shows."""
    work = _work(results)
    works, names = ([work], results.observations.names(work)) if work else ([], ())
    return observed_rows(results, works, names)


def _work(results: Results) -> Work | None:
    """Find the first point of the workload that observed anything."""
    observations = results.observations
    return next((one for one in observations.of_script(GIL_RELEASE) if observations.names(one)), None)


def _fill(axes: Axes, at: tuple[float, float], observed: ObservedValue | None, result: CellResult) -> None:
    """Draw one cell: a number on a colour, or a mark; a call that was not made counts as unsupported."""
    if observed is None:
        put_mark(axes, at, MARKS.get(result.outcome, FAILED), result, width_in=0)
        return
    is_clear = observed.estimate.low > TAKING_TURNS or observed.estimate.high < TAKING_TURNS
    face = RUNS if observed.value > TAKING_TURNS else PAPER
    text = amounts.amount(observed.value, observed.unit)
    write(axes, at, face, text, weight="bold" if is_clear else "normal")


def _explain(figure: Page) -> None:
    handles = [
        Patch(facecolor=PAPER, edgecolor=RULE, label="takes turns with the call"),
        Patch(facecolor=RUNS, label="runs beside the call"),
        *(mark.key for mark in dict.fromkeys((*MARKS.values(), FAILED))),
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=3, handlelength=1.6, columnspacing=1.6)
