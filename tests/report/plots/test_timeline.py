"""What the timeline draws, read back from its figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from gilometer.model import MOST_SPANS, Span
from gilometer.report.plots.timeline import MOST, SHOWN_MS, who_ran_when
from gilometer.report.results import results_of
from gilometer.report.sentences.timeline import finding
from tests.records import interpreter
from tests.report.plots.test_plots import panels, words
from tests.report.turning import turning, turns, turns_of_many
from tests.report.worlds import changed, nothing_timed, semantics, usual

if TYPE_CHECKING:
    from matplotlib.path import Path

    from gilometer.report.results import Results
    from gilometer.report.results.timeline import Lanes

LESS = ", or more where two cores are free"
CLEAR = "With a GIL, 2 threads take turns; without one, they run at once"


def lanes_of(results: Results, label: str) -> Lanes:
    assert results.timeline is not None
    (found,) = (one for one in results.timeline.lanes if one.interpreter.label == label)
    return found


def bars(results: Results) -> list[list[tuple[float, float]]]:
    """Of each lane from the top: from when to when its thread ran, in ms; each follows its track."""
    figure = who_ran_when(results)
    (axes,) = panels(figure).values()
    drawn = [one for one in axes.collections if isinstance(one, PolyCollection)][1::2]
    return [[_ends(path) for path in one.get_paths()] for one in drawn]


def _ends(path: Path) -> tuple[float, float]:
    box = path.get_extents()
    return box.x0, box.x1


def test_the_same_binary_stands_where_both_groups_meet():
    timeline = results_of(*turns()).timeline
    assert timeline is not None
    labels = [lanes.interpreter.label for lanes in timeline.lanes]
    assert labels == ["cpython-3.14", "cpython-3.13t+gil", "cpython-3.13t", "jython-2.7"]


def test_lanes_are_as_threads_ran():
    found = bars(results_of(*turns()))
    assert len(found) == 2 * 4
    in_turn, at_once = found[:2], found[4:6]
    assert np.allclose(in_turn[0], [(turn, turn + 5) for turn in range(0, 60, 10)])
    assert np.allclose(in_turn[1], [(turn, turn + 5) for turn in range(5, 60, 10)])
    assert np.allclose(at_once, [[(0, SHOWN_MS)], [(2, SHOWN_MS)]])


def test_each_share_is_written_and_the_title_is_the_finding():
    written = words(who_ran_when(results_of(*turns())))
    assert written.count("both at once 0% of the time") == 2
    assert {"both at once 96% of the time", "both at once 90% of the time", CLEAR} <= set(written)
    assert {"thread 1", "thread 2"} <= set(written)
    assert "pypy-3.11" not in written, "where it crashed there is nothing to draw"


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({True: 0.02, False: 0.97}, CLEAR),
        ({True: 0.02}, "With a GIL, 2 threads take turns"),
        ({False: 0.97}, "Without a GIL, 2 threads run at once"),
        (
            {True: 0.02, False: 0.2},
            "2 threads computed at once 2% of the time with a GIL and 20% of the time without a GIL" + LESS,
        ),
        ({True: 0.4}, "2 threads computed at once 40% of the time with a GIL"),
    ],
)
def test_the_title_says_what_the_data_say(shares, said):
    world = turning([interpreter(f"a-{gil:d}", gil=gil) for gil in shares])
    rows = world[1].timeline
    told = rows["interpreter"].map({f"a-{gil:d}": share for gil, share in shares.items()})
    timeline = changed(world, timeline=rows.assign(at_once=told)).timeline
    assert timeline is not None
    assert finding(timeline) == said


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (
            [0.02, 0.97, 0.18],
            f"{CLEAR}, but only 18% of the time on jython-2.7",
        ),
        (
            [0.02, 0.1, 0.18],
            "2 threads computed at once 2% of the time with a GIL and 10% to 18% of the time without a GIL"
            + LESS,
        ),
        (
            [0.3, 0.97, 0.18],
            "2 threads computed at once 30% of the time with a GIL and 18% to 97% of the time without a GIL",
        ),
    ],
)
def test_the_title_is_true_of_each_lane(shares, said):
    """A median would hide the one that is otherwise."""
    labels = ["cpython-3.14", "cpython-3.13t", "jython-2.7"]
    world = turning([interpreter(label, gil=label == labels[0]) for label in labels])
    rows = world[1].timeline
    told = rows["interpreter"].map(dict(zip(labels, shares, strict=True)))
    timeline = changed(world, timeline=rows.assign(at_once=told)).timeline
    assert timeline is not None
    assert finding(timeline) == said


def test_a_busy_machine_is_named():
    world = turning([interpreter("cpython-3.14"), interpreter("a-1", gil=False)], nobody=0.4)
    assert "both at once 0% of the time\n(nobody 40%)" in words(who_ran_when(results_of(*world)))


def test_splinters_are_joined_unless_another_thread_came_between():
    lanes = lanes_of(results_of(*turns()), "cpython-3.14")
    ends = [(0.0, 0.01), (0.0101, 0.02), (0.0301, 0.0302), (0.0302, 0.04)]
    alone = replace(lanes, spans=tuple(Span(0, *one) for one in ends))
    assert [(bar.start_s, bar.end_s) for bar in alone.bars] == [(0.0, 0.02), (0.0301, 0.04)]
    between = replace(lanes, spans=tuple(Span(int(place == 2), *one) for place, one in enumerate(ends)))
    assert len(between.bars) == 3


def test_spans_that_begin_at_the_same_time_stay_in_their_order():
    spans = tuple(Span(worker, start_s, start_s + 0.01) for start_s in (1.0, 0.0) for worker in range(100))
    lanes = replace(lanes_of(results_of(*turns()), "cpython-3.14"), spans=spans)
    assert [bar.worker for bar in lanes.bars] == [*range(100), *range(100)]


def test_what_was_not_kept_is_named():
    own = turns()[1].timeline.query("interpreter == 'cpython-3.14'")
    short = own.iloc[[0] * MOST_SPANS].assign(
        start_s=np.arange(MOST_SPANS) * 5e-5, end_s=np.arange(1, MOST_SPANS + 1) * 5e-5
    )
    cut = changed(turns(), timeline=short)
    assert lanes_of(cut, "cpython-3.14").known_s == pytest.approx((MOST_SPANS - 1) * 5e-5)
    assert "the rest is not kept" in words(who_ran_when(cut))
    assert "the rest is not kept" not in words(who_ran_when(results_of(*turns())))


def test_many_interpreters_fit_and_the_rest_is_counted():
    figure = who_ran_when(results_of(*turns_of_many()))
    text = " ".join("\n".join(words(figure)).split())
    assert text.count("both at once") == MOST
    assert f"The first {MOST} of 23 interpreters" in text
    assert figure is not None
    assert figure.get_size_inches()[1] < 11


@pytest.mark.parametrize("world", [usual, semantics, nothing_timed])
def test_without_spans_there_is_no_plot(world):
    assert who_ran_when(results_of(*world())) is None
