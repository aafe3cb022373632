"""What the plots of observations draw, read back from their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gilometer.analysis import analyse
from gilometer.report.plots.convoy import MOST, convoy
from gilometer.report.plots.forest import forest
from gilometer.report.plots.gil_release import gil_release
from gilometer.report.plots.heatmap import heatmap
from gilometer.report.results import results_of
from tests.records import SERIAL, World, interpreter, manifest, plan, run, work
from tests.report.plots.test_plots import panels, words
from tests.report.worlds import changed, nothing_timed, seen, semantics, usual

if TYPE_CHECKING:
    from gilometer.model import Cell


def test_the_convoy_has_both_medians_and_the_numbers():
    figure = convoy(results_of(*semantics()))
    written = words(figure)
    (axes,) = panels(figure).values()
    delays = semantics()[1].observations.query("what == 'wake-up delay beside a CPU-bound thread p50'")
    for value in delays["value"]:
        said = tuple(f"{value:{form}} ms (p95 " for form in (".2f", ".2g"))
        assert any(one.startswith(said) for one in written)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert len(dots) == 2 * 5
    assert axes.get_xscale() == "log"


def test_the_convoy_says_the_ends_of_each_group():
    title = words(convoy(results_of(*semantics())))
    assert "wakes up 0.20 ms to 5.10 ms late with a GIL and 0.08 ms late without a GIL" in " ".join(
        "\n".join(title).split()
    )


def test_an_interpreter_on_which_it_failed_is_left_out():
    summary = semantics()[1].summary
    broken = summary["workload"].eq("convoy") & summary["interpreter"].eq("cpython-2.7")
    outcomes = summary["outcome"].mask(broken, "crashed")
    results = changed(semantics(), summary=summary.assign(outcome=outcomes))
    assert "cpython-2.7" not in words(convoy(results))


def medians_beside(cell: Cell) -> dict[tuple[str, str], float]:
    """Little of what a convoy sees, and nothing at the first point on PyPy."""
    if cell.interpreter == "pypy-3.11" and cell.workload.endswith("=1"):
        return {}
    return {key: value for key, value in seen(cell).items() if "thread p50" in key[0]}


def test_a_swept_convoy_has_a_panel_for_each_point_as_far_as_they_fit():
    points = [work(f"convoy:switch_ms={ms}", "semantics", (SERIAL,)) for ms in range(1, MOST + 3)]
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], points)
    analysis = analyse(manifest(of), run(of, World(observed=medians_beside), 3))
    figure = convoy(results_of(manifest(of), analysis))
    assert len(panels(figure)) == MOST
    assert f"The first {MOST} of {MOST + 2} workloads" in " ".join("\n".join(words(figure)).split())
    assert words(figure).count("not measured") == 1


def test_calls_are_marked_by_what_they_leave_of_a_speed():
    figure = gil_release(results_of(*semantics()))
    written = words(figure)
    assert written.count("2%") == 3 * 3
    assert written.count("U") == 1, "Jython has no sqlite3"
    title = " ".join("\n".join(written).split())
    assert "With a GIL, another thread runs beside sleep, socket, file, sqlite" in title
    assert "but not beside pure Python loop, re.search and json.dumps" in title
    assert {"zlib.\ncompress of\n1 MiB", "re.search"} <= set(written), "no head runs into the next"


@pytest.mark.parametrize("plot", [convoy, gil_release])
def test_without_observations_there_is_no_plot(plot):
    assert plot(results_of(*usual())) is None
    assert plot(results_of(*nothing_timed())) is not None


def test_what_is_observed_is_on_no_plot_of_speedups():
    assert list(panels(forest("cpu", results_of(*semantics())))) == ["fib"]
    assert forest("semantics", results_of(*semantics())) is None
    assert "lost_\nupdates" not in words(heatmap(results_of(*semantics())))
    assert forest("cpu", results_of(*nothing_timed())) is None
    assert heatmap(results_of(*nothing_timed())) is None
