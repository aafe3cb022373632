from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.cli.output.history import show
from gilometer.errors import RunFolderError
from gilometer.model import Strategy
from gilometer.report.draw import draw_history
from gilometer.report.plots.history import history_page
from gilometer.report.terminal.console import Terminal
from gilometer.runs.history import History, Past, Point, RunState, TrackedSpeedup
from tests.records import interpreter, manifest, plan, work
from tests.written import started

if TYPE_CHECKING:
    from pathlib import Path

FIB = TrackedSpeedup("cpython-3.13", "fib", Strategy.THREADS, 2)
OTHER = TrackedSpeedup("cpython-3.13", "fib", Strategy.PROCESSES, 2)
OF = manifest(plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work("fib")]))


def point(speedup: float) -> Point:
    return Point(speedup, speedup - 0.06, speedup + 0.06, 1.9, 1.8, 2.0)


def past(day: int, *points: Point, ending: RunState = RunState.DONE, cpu: str = "Example 9000") -> Past:
    """A run of a day that has a point, or no report."""
    of = started(OF, f"2026-01-{day:02d}T03:04:05+00:00", cpu=cpu)
    return Past(of, 6, ending, {FIB: points[0]} if points else None)


FIVE = History(
    (
        past(1, point(0.97)),
        past(2, point(0.91)),
        past(3, ending=RunState.UNFINISHED),
        past(4, Point(1.02, math.nan, math.nan, math.nan, math.nan, math.nan)),
        past(5, point(1.13), cpu="Other"),
    ),
    ("reports/new/run.json has schema 9 and this Gilometer reads up to 2; update Gilometer to read it",),
)


def shown(folder: Path, history: History, figure: TrackedSpeedup = FIB, width: int = 80) -> list[str]:
    out = io.StringIO()
    show(Terminal(file=out, width=width), folder, history, figure)
    return out.getvalue().splitlines()


def test_a_run_is_a_line_with_the_figure_and_its_interval(tmp_path):
    lines = shown(tmp_path, FIVE)
    assert lines[0] == "Speedup of 2 threads over serial, fib on cpython-3.13."
    assert lines[2:8] == [
        "run        started          by    effort  blocks ended      speedup",
        "2026-01-01 2026-01-01 03:04 0.1.0 default 6x2    done       0.97\N{PLUS-MINUS SIGN}.06",
        "2026-01-02 2026-01-02 03:04 0.1.0 default 6x2    done       0.91\N{PLUS-MINUS SIGN}.06",
        "2026-01-03 2026-01-03 03:04 0.1.0 default 6x2    unfinished no report yet",
        "2026-01-04 2026-01-04 03:04 0.1.0 default 6x2    done       1.02",
        "2026-01-05 2026-01-05 03:04 0.1.0 default 6x2    done       1.13\N{PLUS-MINUS SIGN}.06",
    ]


def test_what_could_not_be_read_is_a_line_each(tmp_path):
    assert shown(tmp_path, FIVE)[8] == f"Left out: {FIVE.unread[0]}"


def test_a_report_without_the_figure_has_a_dash_and_there_is_no_plot(tmp_path):
    (tmp_path / "history.png").write_bytes(b"of another figure")
    lines = shown(tmp_path, FIVE, OTHER)
    assert lines[3].endswith("done       -")
    assert lines[-1] == "No plot: no report of these runs has the figure."
    assert not (tmp_path / "history.png").exists()


def test_the_longest_line_has_80_columns(tmp_path):
    effort = msgspec.structs.replace(OF.plan.effort, name="rigorous")
    rigorous = msgspec.structs.replace(OF.plan, effort=effort)
    of = msgspec.structs.replace(past(9).manifest, run="20260109-030405-12", plan=rigorous)
    lines = shown(tmp_path, History((Past(of, 200, RunState.UNFINISHED, None),), ()))
    assert lines[3] == "20260109-03040.. 2026-01-09 03:04 0.1.0 rigorous 200x2  unfinished no report yet"
    assert len(lines[3]) == 80


def test_control_characters_of_a_name_are_not_printed(tmp_path):
    of = msgspec.structs.replace(OF, run="a\x1b[31m\nb")
    assert shown(tmp_path, History((Past(of, 1, RunState.DONE, None),), ()))[3].startswith(r"a\x1b[31m b ")


def words(history: History) -> str:
    page = history_page(history, FIB)
    assert page is not None
    return " ".join(" ".join(text.get_text() for text in page.texts).split())


def test_the_title_is_the_newest_run_and_those_before():
    assert words(FIVE).startswith(
        "fib with 2 threads on cpython-3.13: 1.13x serial in the newest run,"
        " 0.91x to 1.02x in the 3 runs before"
    )
    two = History((past(1, point(0.97)), past(2, point(0.91))), ())
    assert "0.91x serial in the newest run, 0.97x in the run before" in words(two)
    assert "1.00x serial in the newest run Speedup" in words(History((past(1, point(1.0)),), ()))


def test_machines_differ_by_their_markers_and_the_subtitle_says_so():
    page = history_page(FIVE, FIB)
    assert page is not None
    (axes,) = page.axes
    dots = [line.get_marker() for line in axes.lines if line.get_marker() not in {"None", ""}]
    assert dots == ["o", "o", "o", "s"]
    assert "They ran on 2 machines, each with a marker of its own" in words(FIVE)
    one = History(FIVE.runs[:4], ())
    assert "All on one machine: Example 9000, 2 of 2 cores, Linux 6.1." in words(one)


def test_of_many_runs_some_are_named_the_newest_among_them():
    page = history_page(History(tuple(past(day, point(1.0)) for day in range(1, 31)), ()), FIB)
    assert page is not None
    named = [label.get_text() for label in page.axes[0].get_xticklabels()]
    assert len(named) == 8
    assert named[-1] == "2026-01-30\n03:04"


def test_drawing_again_gives_the_same_bytes(tmp_path):
    both = [tmp_path / name for name in ("a", "b")]
    for folder in both:
        assert draw_history(folder, FIVE, FIB)
    for name in ("history.png", "history.svg", "history.csv"):
        first, second = ((folder / name).read_bytes() for folder in both)
        assert first == second


def test_a_folder_that_takes_no_plot_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match=r"file can't take history.png: "):
        draw_history(tmp_path / "file", FIVE, FIB)
