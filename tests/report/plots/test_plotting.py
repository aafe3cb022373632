from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from gilometer.report.colours import DARK, LIGHT
from gilometer.report.plots import PLOTS, forks
from gilometer.report.plots.plotting import drawing, drawings
from gilometer.report.plots.style import FAINT, INK
from gilometer.report.results import results_of
from tests.report.jits import world
from tests.report.worlds import ruins, semantics, usual
from tests.scaled import six_levels

if TYPE_CHECKING:
    from gilometer.report.drawing import Drawing


@cache
def drawn() -> dict[str, Drawing]:
    """The plots of the usual world, by name."""
    return {one.name: one for one in drawings(results_of(*usual()))}


def rows(one: Drawing) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(one.csv), keep_default_na=False, na_values=[""])


def test_drawings_come_in_the_order_of_plots():
    names = list(drawn())
    assert names == [plot.name for plot in PLOTS if plot.name in names]
    assert "threads" in names
    assert "convoy" not in names, "nothing was observed"


def test_forks_draw_the_same_bytes(monkeypatch):
    monkeypatch.setattr(forks, "_cores", lambda: 2)
    at_once = drawings(results_of(*semantics()))
    monkeypatch.setattr(forks, "_cores", lambda: 1)
    assert drawings(results_of(*semantics())) == at_once


def test_a_drawing_says_what_its_figure_says():
    one = drawn()["threads"]
    assert one.alt.startswith("Threads speed up I/O on all 5 interpreters; ")
    assert one.alt.endswith(" interpreters. Speedup of threads by interpreter and workload.")
    assert "\n" not in one.title + one.subtitle
    assert 0 < one.head_share < 0.5
    assert one.png.startswith(b"\x89PNG")


def test_a_picture_keeps_its_text_as_text():
    svg = drawn()["threads"].svg
    assert ">jython-2.7</text>" in svg
    assert "<image" not in svg


def test_words_are_of_ink_or_on_a_fill():
    found = {
        re.sub(".*fill: ", "", style)
        for one in drawn().values()
        for style in re.findall(r'<text style="([^";]*(?:; [^";]*)*)"', one.svg)
    }
    assert INK in found
    assert found <= {INK, FAINT, DARK, LIGHT}


def test_pictures_are_small():
    assert max(len(one.svg) for one in drawn().values()) < 60_000, "a page holds all of them"


def test_pictures_can_stand_in_one_page():
    ids = [name for one in drawn().values() for name in re.findall(r'\bid="([^"]+)"', one.svg)]
    assert ids, "what is cut off at a frame is cut by a name"
    assert len(set(ids)) == len(ids)
    assert "<style" not in "".join(one.svg for one in drawn().values()), "it would hold for the whole page"


def test_a_plot_with_nothing_to_show_is_none():
    plot = next(plot for plot in PLOTS if plot.name == "speed")
    assert drawing(plot, results_of(*ruins())) is None


def test_rows_of_the_map_are_the_cells_of_threads():
    summary = usual()[1].summary
    found = rows(drawn()["threads"])
    assert len(found) == len(summary[summary["strategy"] == "threads"])
    assert set(found["strategy"]) == {"threads"}
    assert {"speedup", "speedup_low", "speedup_high", "outcome"} <= set(found.columns)


def test_rows_of_one_binary_have_the_price_once():
    found = rows(drawn()["same_binary"])
    assert set(found["interpreter"]) == {"cpython-3.13t"}
    assert found["overhead"].notna().sum() == len(usual()[1].overheads)
    assert found.loc[found["overhead"].notna(), "variant"].isna().all(), "it is of the side without a GIL"


@pytest.mark.parametrize(
    ("name", "results", "column"),
    [
        ("scaling", results_of(*six_levels()), "contention"),
        ("warmup", world(), "relative"),
        ("convoy", results_of(*semantics()), "value"),
        ("gil_release", results_of(*semantics()), "value"),
        ("speed", results_of(*usual()), "speed"),
        ("mixed", results_of(*usual()), "speedup"),
    ],
)
def test_every_plot_has_rows(name, results, column):
    plot = next(plot for plot in PLOTS if plot.name == name)
    assert plot.data(results)[column].notna().any()
