"""What the plots draw, read back from their figures; how they look was judged by eye."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.artist import getp
from matplotlib.text import Text

from gilometer.model import Outcome
from gilometer.report.colours import contrast, fill, ink_on
from gilometer.report.plots import PLOTS
from gilometer.report.plots.cells import FAILED
from gilometer.report.plots.curves import Curve, apart, names_of
from gilometer.report.plots.heatmap import WITHOUT, heatmap
from gilometer.report.plots.mixed import PANEL_LETTERS, mixed
from gilometer.report.plots.same_binary import contrasts
from gilometer.report.plots.speed import speed
from gilometer.report.results import results_of
from gilometer.report.results.interpreters import Category
from gilometer.report.sweep import sweep
from tests.report.worlds import alone, broad, changed, crowd, doubtful, matrix, ruins, serial_only, usual

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gilometer.analysis import Analysis
    from gilometer.model import Manifest
    from gilometer.report.results import Results

    World = tuple[Manifest, Analysis]


def words(figure: Figure | None) -> list[str]:
    """Every text of a figure."""
    assert figure is not None
    return [getp(text, "text") for text in figure.findobj(Text) if getp(text, "text")]


def panels(figure: Figure | None) -> dict[str, Axes]:
    """The axes that are seen, by their titles."""
    assert figure is not None
    return {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_visible()}


def test_every_plot_has_its_own_name():
    assert len({plot.name for plot in PLOTS}) == len(PLOTS)


@cache
def drawn(draw: Callable[[Results], Figure | None], world: Callable[[], World]) -> Figure | None:
    """A plot of a world, made once; no test may change one."""
    return draw(results_of(*world()))


@pytest.mark.parametrize("world", [usual, alone, broad, matrix, ruins, serial_only])
@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.name)
def test_every_world_gives_a_figure_that_can_be_drawn_or_none(plot, world):
    figure = drawn(plot.draw, world)
    if figure is not None:
        figure.draw_without_rendering()
        assert figure.get_size_inches()[0] == 10


def test_the_heatmap_writes_each_number_and_marks_what_has_none():
    analysis = usual()[1]
    written = words(drawn(heatmap, usual))
    rows = analysis.summary.query("strategy == 'threads' and outcome == 'ok'")
    for speedup in rows["speedup"]:
        assert f"{speedup:.2f}" in written
    assert "X crashed" in written
    assert written.count("-") == 6, "one for each workload of the interpreter that is missing"


def test_marks_differ_in_letter_and_look():
    marks = [*WITHOUT.values(), FAILED]
    assert len({mark.letter for mark in marks}) == len({(mark.face, mark.hatch) for mark in marks}) == 4


@given(st.floats(-1, 1))
def test_numbers_are_read_on_every_fill(place):
    face = fill(place)
    assert contrast(ink_on(face), face) >= 4.5


def test_the_heatmap_explains_its_marks():
    written = "\n".join(words(drawn(heatmap, usual)))
    for mark in [*WITHOUT.values(), FAILED]:
        assert mark.means in written


def test_a_narrow_cell_has_a_letter_instead_of_a_word():
    of, analysis = ruins()
    more = of.plan.works * 3
    labels = [f"{one.label}{index}" for index, one in enumerate(more)]
    summary = analysis.summary.iloc[[1] * len(more)].assign(workload=labels)
    works = tuple(msgspec.structs.replace(one, label=label) for one, label in zip(more, labels, strict=True))
    cells = tuple(msgspec.structs.replace(of.plan.cells[1], workload=label) for label in labels)
    plan = msgspec.structs.replace(of.plan, works=works, cells=cells)
    narrow = changed((msgspec.structs.replace(of, plan=plan), analysis), summary=summary)
    assert words(heatmap(narrow)).count("X") == len(more)


def test_unsupported_is_a_letter_of_its_own():
    lacking = changed(usual(), summary=usual()[1].summary.assign(outcome=Outcome.UNSUPPORTED.value))
    assert words(heatmap(lacking)).count("U") == 36


def test_a_number_that_can_not_be_has_a_question_mark():
    assert [word for word in words(drawn(heatmap, doubtful)) if word.endswith("?")]


def test_curves_are_named_and_the_absent_mentioned():
    written = words(drawn(mixed, usual))
    assert written.count("jython-2.7") == 1, "threads only"
    assert "CPU share of each unit\nnot measured: jython-2.7" in written
    assert all(
        len(line) <= PANEL_LETTERS for word in words(drawn(mixed, matrix)) for line in word.split("\n")[1:]
    )


def test_a_crowd_of_curves_shares_a_name():
    assert "20 with a GIL" in words(drawn(mixed, crowd))


def test_a_sweep_needs_two_points():
    results = results_of(*usual())
    assert [work.label for work in sweep(results)] == ["mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1"]
    one = replace(results, works=tuple(sweep(results)[:1]))
    assert sweep(one) == []


@given(st.lists(st.floats(0, 3), max_size=12).map(sorted), st.floats(0.01, 0.5))
def test_labels_are_moved_apart_and_stay_in_order(ends, step):
    places = apart(ends, step)
    assert len(places) == len(ends)
    assert all(after - before >= step - 1e-9 for before, after in itertools.pairwise(places))


def test_labels_that_have_room_stay_where_they_are():
    assert apart([1.0, 2.0], 0.1) == [1.0, 2.0]


def test_speeds_are_written_beside_their_dots():
    analysis = usual()[1]
    figure = drawn(speed, usual)
    written = words(figure)
    for value in analysis.relative["speed"]:
        assert f"{value:.2f}" in written
    assert figure is not None
    assert figure.axes[0].get_xscale() == "log"


def test_a_wide_range_of_speeds_has_powers_of_ten_on_its_axis():
    analysis = usual()[1]
    speeds = analysis.relative["speed"].to_numpy().copy()
    speeds[3] = 0.004
    figure = speed(changed(usual(), relative=analysis.relative.assign(speed=speeds)))
    assert figure is not None
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["0.01x", "0.1x", "1x"]


def test_panels_without_a_workload_are_not_seen():
    assert list(panels(drawn(speed, broad))) == ["a", "b", "c", "d", "e"]


def test_an_interpreter_that_lacks_a_workload_has_no_dot_there():
    some = usual()[1].relative.query("workload != 'fib' or interpreter != 'jython-2.7'")
    figure = speed(changed(usual(), relative=some))
    dots = {label: len(axes.lines) for label, axes in panels(figure).items()}
    assert dots["sha256"] - dots["fib"] == 3


def test_a_baseline_alone_has_no_speed_to_show():
    assert drawn(speed, alone) is None


def test_curves_of_both_categories_are_named_apart():
    results = results_of(*usual())
    work = results.works[0]
    curves = [
        Curve(one, "o", [1.0], [results.cells[one.label, work.label, results.configurations[0]]])
        for one in results.present
    ]
    categories = [name.category for name in names_of(curves, math.inf)]
    assert categories == [Category.GIL] * 3 + [Category.NO_GIL] * 2


class TestSameBinary:
    def test_each_workload_has_a_dot_for_each_side_and_its_number(self):
        figure = drawn(contrasts, matrix)
        written = words(figure)
        on_and_off = ("cpython-3.13t", "cpython-3.13t+gil", "cpython-3.14t", "cpython-3.14t+gil")
        summary = matrix()[1].summary
        rows = summary[(summary["interpreter"] + summary["variant"]).isin(on_and_off)]
        for speedup in rows.query("strategy == 'threads'")["speedup"]:
            assert f"{speedup:.2f}" in written
        gains = panels(figure)["Speedup of 2 threads"]
        dots = [line for line in gains.lines if line.get_marker() in {"o", "D"}]
        assert len(dots) == 4 * len(matrix()[0].plan.works)

    def test_the_price_is_of_work_that_does_not_wait(self):
        figure = drawn(contrasts, matrix)
        overheads = panels(figure)["What one thread pays for no GIL"]
        squares = [
            float(np.asarray(line.get_xdata())[0]) for line in overheads.lines if line.get_marker() == "s"
        ]
        assert squares == pytest.approx(matrix()[1].overheads["overhead"].to_list())

    def test_every_binary_has_its_heading(self):
        assert {"cpython-3.13t", "cpython-3.14t"} <= set(words(drawn(contrasts, matrix)))

    def test_a_side_without_a_number_says_why(self):
        analysis = usual()[1]
        failed = analysis.summary["variant"] == "+gil"
        summary = analysis.summary.assign(
            outcome=analysis.summary["outcome"].mask(failed, "crashed"),
        )
        written = words(contrasts(changed(usual(), summary=summary)))
        assert written.count("GIL on: crashed") == len(analysis.plan.works)
        assert "No workload ran both with and without the GIL of the same binary" in written

    def test_a_number_that_can_not_be_is_marked(self):
        analysis = usual()[1]
        summary = analysis.summary.assign(speedup=9.0, speedup_low=8.9, speedup_high=9.1)
        written = words(contrasts(changed(usual(), summary=summary)))
        assert "9.00?" in written

    @pytest.mark.parametrize("world", [alone, broad, serial_only])
    def test_without_such_a_binary_there_is_no_plot(self, world):
        assert drawn(contrasts, world) is None
