"""A page has room for so many panels: the rest is left out, and that is said."""

from __future__ import annotations

from functools import cache, partial

import pytest
from matplotlib.artist import getp
from matplotlib.text import Text

from gilometer.analysis import analyse
from gilometer.report.plots import style
from gilometer.report.plots.forest import forest
from gilometer.report.plots.scaling import scaling
from gilometer.report.plots.speed import speed
from gilometer.report.plots.style import MOST_PANELS, left_out, room
from gilometer.report.results import Results, results_of
from tests.records import World, interpreter, manifest, plan, run, work
from tests.report.worlds import usual


@cache
def wide() -> Results:
    """More workloads than a page has panels; no test may change it."""
    works = [work(f"w{number}") for number in range(MOST_PANELS + 1)]
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], works, workers=(2, 4))
    return results_of(manifest(of), analyse(manifest(of), run(of, World(), 1)))


@pytest.mark.parametrize(
    ("draw", "panels", "workloads"),
    [
        (partial(forest, "cpu"), MOST_PANELS, MOST_PANELS),
        (speed, MOST_PANELS, MOST_PANELS),
        (scaling, MOST_PANELS, MOST_PANELS // 2),
    ],
)
def test_what_does_not_fit_is_left_out_and_told(draw, panels, workloads):
    figure = draw(wide())
    assert len([axes for axes in figure.axes if axes.get_visible()]) == panels
    written = " ".join(" ".join(getp(text, "text") for text in figure.findobj(Text)).split())
    assert f"The first {workloads} of {MOST_PANELS + 1} workloads; summary.csv has all." in written


@pytest.mark.parametrize("draw", [partial(forest, "mixed"), speed])
def test_what_fits_is_all_there(draw):
    assert not any("The first" in getp(text, "text") for text in draw(results_of(*usual())).findobj(Text))


def test_nothing_left_out_is_nothing_said():
    assert left_out(5, 5, "workloads") == ""


def test_where_rows_are_many_fewer_panels_fit(monkeypatch):
    monkeypatch.setattr(style, "MOST_IN", 3.0)
    figure = forest("cpu", wide())
    assert figure is not None
    assert "The first 6 of 31 workloads" in figure.subtitle


@pytest.mark.parametrize(("panel_in", "panels"), [(1.0, MOST_PANELS), (20.0, 9), (100.0, 3)])
def test_a_page_has_room_for_one_row_of_panels_at_least(panel_in, panels):
    assert room(3, panel_in) == panels
