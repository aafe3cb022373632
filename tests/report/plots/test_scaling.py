from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from matplotlib.artist import getp
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text

from gilometer.report.plots.scaling import JOINED_WIDTH, LAW_WIDTH, scaling
from gilometer.report.plots.style import PAPER
from gilometer.report.results import results_of
from gilometer.report.results.interpreters import Category
from tests.report.worlds import alone, changed, crowd, ruins, serial_only, usual
from tests.scaled import LEVELS, MACHINE, WITHOUT, six_levels, three_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from gilometer.analysis import Analysis
    from gilometer.model import Manifest


@cache
def drawn(world: Callable[[], tuple[Manifest, Analysis]]) -> Figure:
    """A plot of a world, made once; no test may change one."""
    figure = scaling(results_of(*world()))
    assert figure is not None
    figure.draw_without_rendering()
    return figure


def words(figure: Figure) -> list[str]:
    return [getp(text, "text") for text in figure.findobj(Text) if getp(text, "text")]


def panel(figure: Figure, title: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def lines(axes: Axes, category: Category) -> list[Line2D]:
    """The dots of the curves of a category, which fills them or doesn't, each with the line through them."""
    found = []
    is_own = False
    for line in axes.lines:
        if getp(line, "marker") not in {"None", "", None}:
            is_own = (to_hex(getp(line, "markerfacecolor")) == PAPER) is (category is Category.NO_GIL)
        found += [line] if is_own else []
    return found


@pytest.mark.parametrize("world", [usual, alone, ruins, serial_only])
def test_two_levels_are_no_curve(world):
    assert scaling(results_of(*world())) is None


@pytest.mark.parametrize("world", [six_levels, three_levels, crowd])
def test_a_figure_has_a_row_a_workload_and_a_column_a_strategy(world):
    titles = [axes.get_title(loc="left") for axes in drawn(world).axes]
    assert titles[:2] == ["fib, threads", "fib, processes"]
    assert not any("mixed" in title for title in titles), "it has a plot of its own"
    assert drawn(world).get_size_inches()[0] == 10


def test_a_sweep_alone_is_drawn_all_the_same():
    summary = six_levels()[1].summary
    figure = scaling(changed(six_levels(), summary=summary[summary["workload"] != "fib"]))
    assert figure is not None
    assert figure.axes[0].get_title(loc="left") == "mixed:cpu=0, threads"


def test_dots_are_the_speedups_and_bars_their_intervals():
    axes = panel(drawn(six_levels), "fib, threads")
    rows = six_levels()[1].summary.query("interpreter == 'cpython-3.13t' and workload == 'fib'")
    rows = rows[rows["strategy"] == "threads"]
    dots = next(line for line in lines(axes, Category.NO_GIL) if line.get_linestyle() == "None")
    assert np.asarray(dots.get_xdata()).tolist() == list(LEVELS)
    assert np.asarray(dots.get_ydata()).tolist() == rows["speedup"].to_list()
    bars = [
        segment[:, 1].tolist()
        for bar in axes.collections
        if isinstance(bar, LineCollection)
        for segment in bar.get_segments()
    ]
    assert all(bar in bars for bar in rows[["speedup_low", "speedup_high"]].to_numpy().tolist())


def test_the_law_is_drawn_through_the_dots():
    axes = panel(drawn(six_levels), "fib, threads")
    law = next(line for line in lines(axes, Category.NO_GIL) if line.get_linewidth() == LAW_WIDTH)
    workers = np.asarray(law.get_xdata())
    assert (workers[0], workers[-1]) == (1, 8)
    assert np.asarray(law.get_ydata()) == pytest.approx(WITHOUT.speedup(workers), rel=0.03)
    written = " ".join(" ".join(words(drawn(six_levels))).split())
    assert "Universal Scalability Law" in written
    assert "The law is drawn where no level is more than 10% off it." in written
    assert "points joined" not in written


def test_without_a_law_the_points_are_joined_from_serial_on():
    axes = panel(drawn(three_levels), "fib, threads")
    joined = next(line for line in lines(axes, Category.NO_GIL) if line.get_linewidth() == JOINED_WIDTH)
    assert np.asarray(joined.get_xdata()).tolist() == [1, 2, 4]
    assert np.asarray(joined.get_ydata())[0] == 1
    assert "law" not in " ".join(words(drawn(three_levels))).lower()


def test_a_law_that_misses_is_not_drawn():
    laws = six_levels()[1].scaling
    misfit = np.where(laws["interpreter"] == "cpython-3.13", 1.3, 1.0)
    figure = scaling(changed(six_levels(), scaling=laws.assign(misfit=misfit)))
    assert figure is not None
    axes = panel(figure, "fib, threads")
    assert LAW_WIDTH not in [line.get_linewidth() for line in lines(axes, Category.GIL)]
    assert LAW_WIDTH in [line.get_linewidth() for line in lines(axes, Category.NO_GIL)]
    assert "points joined" in words(figure)


def test_the_machine_s_capacity_is_a_dashed_line():
    axes = panel(drawn(six_levels), "fib, threads")
    capacity = next(line for line in axes.lines if line.is_dashed())
    workers = np.asarray(capacity.get_xdata())
    assert workers.tolist() == [1, *LEVELS]
    assert np.asarray(capacity.get_ydata()) == pytest.approx(MACHINE.speedup(workers), rel=0.05)


def test_curves_are_named_once_each_panel():
    written = words(drawn(three_levels))
    assert written.count("cpython-3.13") == written.count("cpython-3.13t") == 2
    assert "20 with a GIL" in words(drawn(crowd))


def test_the_levels_are_the_ticks():
    axes = panel(drawn(six_levels), "fib, processes")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "3", "4", "6", "8"]


def test_a_strategy_that_a_workload_lacks_has_no_panel():
    of, analysis = three_levels()
    lacks = (analysis.summary["workload"] == "fib") & (analysis.summary["strategy"] == "threads")
    works = tuple(msgspec.structs.replace(one, script=one.label) for one in of.plan.works)
    other = msgspec.structs.replace(of, plan=msgspec.structs.replace(of.plan, works=works))
    figure = scaling(changed((other, analysis), summary=analysis.summary[~lacks]))
    assert figure is not None
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.axison]
    assert "fib, threads" not in titles
    assert panel(figure, "fib, processes").yaxis.get_tick_params()["labelleft"]


def test_an_interval_that_can_not_be_believed_does_not_squeeze_the_rest():
    summary = three_levels()[1].summary.assign(speedup_high=1e6)
    figure = scaling(changed(three_levels(), summary=summary))
    assert figure is not None
    assert figure.axes[0].get_ylim()[1] < 10
