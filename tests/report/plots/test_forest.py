"""What the forests draw, read back from their figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from matplotlib.artist import getp
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from gilometer.model import Strategy
from gilometer.report.plots.forest import forest, forest_data
from gilometer.report.plots.style import MARKERS, STRATEGIES
from gilometer.report.results import results_of
from tests.report.plots.test_plots import panels, words
from tests.report.worlds import all_strategies, alone, crowd, doubtful, matrix, ruins, serial_only, usual

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def marks(axes: Axes, strategy: Strategy) -> list[float]:
    """Where the marks of a strategy stand, by its colour and its marker."""
    return [
        float(value)
        for line in axes.lines
        if line.get_color() == STRATEGIES[strategy] and line.get_marker() == MARKERS[strategy]
        for value in np.asarray(line.get_xdata())
    ]


def intervals(axes: Axes, strategy: Strategy) -> list[list[float]]:
    return [
        segment[:, 0].tolist()
        for lines in axes.collections
        if isinstance(lines, LineCollection) and to_hex(getp(lines, "color")[0]) == STRATEGIES[strategy]
        for segment in lines.get_segments()
    ]


@pytest.mark.parametrize("strategy", [Strategy.THREADS, Strategy.PROCESSES])
def test_marks_are_the_speedups_and_lines_their_intervals(strategy):
    summary = usual()[1].summary
    rows = summary[(summary["workload"] == "fib") & (summary["strategy"] == strategy)]
    rows = rows[rows["outcome"] == "ok"]
    axes = panels(forest("cpu", results_of(*usual())))["fib"]
    assert sorted(marks(axes, strategy)) == sorted(rows["speedup"])
    assert sorted(intervals(axes, strategy)) == sorted(
        rows[["speedup_low", "speedup_high"]].to_numpy().tolist()
    )


def test_without_intervals_marks_stand_alone():
    axes = panels(forest("cpu", results_of(*alone())))["fib"]
    assert len(marks(axes, Strategy.THREADS)) == 1
    assert intervals(axes, Strategy.THREADS) == []


def test_every_kind_has_its_finding_and_its_workloads():
    results = results_of(*usual())
    found = {kind: forest(kind, results) for kind in ("cpu", "native", "mixed", "io", "contention")}
    assert found["contention"] is None
    assert {kind: list(panels(page)) for kind, page in found.items() if page} == {
        "cpu": ["fib"],
        "native": ["sha256"],
        "mixed": ["mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1"],
        "io": ["sleep"],
    }
    assert found["io"] is not None
    assert found["io"].title == "I/O gains from threads on 5 and from processes on 4 of 5 interpreters"


def test_the_sweep_stands_back_where_other_work_of_its_kind_is_measured():
    of, analysis = usual()
    works = tuple(msgspec.structs.replace(one, kind="mixed") for one in of.plan.works)
    mixed = msgspec.structs.replace(of, plan=msgspec.structs.replace(of.plan, works=works))
    assert list(panels(forest("mixed", results_of(mixed, analysis)))) == ["fib", "sha256", "sleep"]


def test_every_strategy_has_its_mark_where_a_workload_has_it():
    results = results_of(*all_strategies())
    shown = {kind: panels(forest(kind, results)) for kind in ("cpu", "mixed", "contention")}
    counts = {
        title: [len(marks(axes, strategy)) for strategy in list(Strategy)[1:]]
        for found in shown.values()
        for title, axes in found.items()
    }
    assert counts == {
        "fib": [2, 2, 0, 2, 2],
        "objects": [2, 2, 0, 0, 2],
        "fetch_transform": [2, 2, 2, 2, 0],
        "lock": [2, 0, 0, 0, 0],
    }
    said = words(forest("mixed", results))
    assert {"2 threads", "2 processes", "hybrid with 2 workers", "asyncio with 2 workers"} <= set(said)


def test_what_is_missing_is_told_once_a_row():
    assert words(forest("cpu", results_of(*usual()))).count("processes: unsupported") == 1
    assert "threads: X crashed" in words(forest("native", results_of(*usual())))
    assert words(forest("cpu", results_of(*matrix()))).count("unsupported") == 2, (
        "all of Pyodide's, in each panel"
    )


def test_the_noise_is_shaded_around_one_and_named():
    figure = forest("cpu", results_of(*usual()))
    drawn = [one for one in panels(figure)["fib"].patches if isinstance(one, Rectangle)]
    pairs = usual()[1].noise.pairs
    reach = sorted(pairs.loc[pairs["workload"] == "fib", "band"])
    assert sorted(one.get_x() + one.get_width() for one in drawn) == pytest.approx(reach)
    assert sorted((one.get_x() for one in drawn), reverse=True) == pytest.approx([1 / one for one in reach])
    assert "A/A band: a cell against itself" in words(figure)


def test_one_is_drawn_through_and_the_capacity_dashed():
    standing = [
        line
        for line in panels(forest("cpu", results_of(*usual())))["fib"].lines
        if line.get_marker() == "None"
    ]
    places = {round(float(np.asarray(line.get_xdata())[0]), 1): line.is_dashed() for line in standing}
    assert places == {1.0: False, 1.9: True}


def test_a_mark_that_can_not_be_is_told_at_the_edge():
    figure = forest("cpu", results_of(*doubtful()))
    assert panels(figure)["fib"].get_xlim()[1] < 3.3
    assert any(word.endswith("x, beyond the edge ") for word in words(figure))
    assert not any("edge" in word for word in words(forest("cpu", results_of(*usual()))))


def test_marks_of_a_crowd_do_not_touch():
    figure = forest("cpu", results_of(*crowd()))
    assert figure is not None
    figure.draw_without_rendering()
    axes = panels(figure)["fib"]
    (threads, processes) = (
        np.asarray(line.get_ydata())
        for strategy in (Strategy.THREADS, Strategy.PROCESSES)
        for line in axes.lines
        if line.get_color() == STRATEGIES[strategy]
    )
    heights = np.sort(np.concatenate([threads, processes]))
    inches = axes.get_window_extent().height / figure.dpi / math.fabs(np.subtract(*axes.get_ylim()))
    assert np.diff(heights).min() * inches > 4 / 72, "the size of a mark"


@pytest.mark.parametrize("world", [ruins, serial_only])
def test_nothing_measured_is_nothing_drawn(world):
    assert forest("cpu", results_of(*world())) is None


def test_rows_have_the_band_of_their_interpreter():
    found = forest_data("cpu", results_of(*usual()))
    assert set(found["workload"]) == {"fib"}
    assert set(found["strategy"]) == {"threads", "processes"}
    assert found.groupby(["interpreter", "variant"])["band"].nunique().to_list() == [1, 1, 1, 1, 0, 1]
