from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.artist import getp
from matplotlib.text import Text

from gilometer.report.plots.warmup import warmup
from gilometer.report.results import results_of
from tests.records import PROCESSES, SERIAL
from tests.report.jits import FALLING, FLAT, levels, world
from tests.report.worlds import usual

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gilometer.model import Cell


def words(figure: Figure | None) -> list[str]:
    """Every text of a figure."""
    assert figure is not None
    return [getp(text, "text") for text in figure.findobj(Text) if getp(text, "text")]


def title(figure: Figure | None) -> str:
    """The sentence at the top."""
    assert figure is not None
    return figure.texts[0].get_text().replace("\n", " ")


def panels(figure: Figure | None) -> dict[str, Axes]:
    """The axes by their titles."""
    assert figure is not None
    return {axes.get_title(loc="left"): axes for axes in figure.axes if axes.axison}


def test_each_jit_has_a_panel_for_each_workload_that_does_not_wait():
    assert list(panels(warmup(world()))) == [
        "cpython-3.15+jit: fib",
        "cpython-3.15+jit: sha256",
        "jython-2.7: fib",
        "jython-2.7: sha256",
    ]


def test_the_title_is_the_finding():
    assert title(warmup(world())) == (
        "Serial work is steady at once on cpython-3.15+jit and within 4 s on jython-2.7"
    )


def test_a_curve_falls_to_one_and_its_mark_is_where_it_is_steady():
    axes = panels(warmup(world()))["jython-2.7: fib"]
    marks = [line for line in axes.lines if getp(line, "marker") == "|"]
    assert [getp(mark, "xdata")[0] for mark in marks] == [9]
    assert getp(marks[0], "ydata")[0] == pytest.approx(1, rel=0.05)
    whole = next(line for line in axes.lines if len(getp(line, "xdata")) == 30)
    np.testing.assert_allclose(getp(whole, "ydata")[:4], 8, rtol=0.05)


def test_bold_is_what_comes_before_the_steady_state():
    axes = panels(warmup(world()))["jython-2.7: fib"]
    bold = sorted(len(getp(line, "xdata")) for line in axes.lines if getp(line, "linewidth") == 2)
    assert bold == [9, 9, 30]


def test_what_has_no_steady_state_says_so_and_has_no_mark():
    axes = panels(warmup(world()))["jython-2.7: fib"]
    said = [getp(text, "text") for text in axes.texts]
    assert said == ["serial: 4 s", "threads: no steady state", "processes: 4 s"]
    assert not [line for line in axes.lines if getp(line, "marker") == "o"]


def test_all_panels_share_their_scales():
    found = panels(warmup(world())).values()
    assert len({axes.get_ylim() for axes in found}) == len({axes.get_xlim() for axes in found}) == 1


def short_fib(cell: Cell) -> list[float]:
    """On one interpreter, too short to tell."""
    too_short = cell.interpreter == "jython-2.7" and cell.workload == "fib"
    return FALLING[:12] if too_short else levels(cell)


def test_a_place_stays_empty_where_iterations_are_too_few():
    figure = warmup(world(short_fib))
    assert "jython-2.7: fib" not in panels(figure)
    assert "not enough iterations" in words(figure)
    row = panels(figure)["jython-2.7: sha256"]
    assert getp(row.yaxis.get_major_ticks()[0].label1, "visible")


def short_serial(cell: Cell) -> list[float]:
    return FLAT[:12] if cell.strategy is SERIAL else FLAT


def test_without_serial_there_is_no_finding():
    assert title(warmup(world(short_serial))) == "Too few iterations tell when serial work is steady"


def steep(cell: Cell) -> list[float]:
    return [500.0, *FLAT] if cell.strategy is PROCESSES else FLAT


def test_a_steep_scale_has_few_ticks():
    axes = panels(warmup(world(steep)))["jython-2.7: fib"]
    low, high = axes.get_ylim()
    ticks = [tick for tick in axes.yaxis.get_majorticklocs() if low <= tick <= high]
    np.testing.assert_allclose(ticks, [1, 10, 100])


def short(_: Cell) -> list[float]:
    return FLAT[:12]


def test_nothing_is_drawn_without_enough_iterations():
    assert warmup(results_of(*usual())) is None
    assert warmup(world(short)) is None
