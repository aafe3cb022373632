from __future__ import annotations

import io
from pathlib import Path

from gilometer.report.results import results_of
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.own import print_own, speeds_of
from tests.report.own_worlds import tried

FOLDER = Path("reports/20260102-030405")


def shown() -> str:
    stream = io.StringIO()
    print_own(Terminal(file=stream, width=80), results_of(*tried()), FOLDER)
    return stream.getvalue()


def test_each_way_to_run_it_has_its_time_its_speedup_and_that_over_the_baseline():
    lines = shown().splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("cpython-3.13t, one thread"))
    serial, threads = lines[place].split(), lines[place + 1].split()
    assert serial[2:5] == ["thread", *serial[3:5]]
    assert threads[:2] == ["2", "threads"]
    assert float(threads[4]) > 1.8  # over one thread of its own
    assert 1.2 < float(threads[7]) < 1.5  # over one of the ordinary build
    assert max(map(len, lines[: place + 4])) <= 80


def test_what_an_interpreter_lacks_is_a_line():
    assert "jython-2.7: can't compile mine.py: line 3" in shown()


def test_a_failure_has_the_end_of_its_traceback_and_the_command_that_repeats_it():
    said = shown().partition("X jython-2.7, 2 processes: crashed, exit status 1: boom")[2]
    assert said.splitlines()[1:3] == ["    Traceback (most recent call last):", "      boom"]
    assert "Repeat it by hand with: /opt/jython-2.7/bin/python" in said
    assert "/_function.py --calibrate 0.1" in said
    assert "--units 24" in said


def test_it_ends_with_the_answer_and_the_place_of_the_report():
    assert "2 threads speed `work` up" in shown()
    assert shown().rstrip().endswith("Report: reports/20260102-030405/report.html")


def test_speeds_are_the_inverse_of_costs():
    results = results_of(*tried())
    row = results.frames.costs.iloc[-1]
    key = next(
        key for key in speeds_of(results) if key[0] == row["interpreter"] and key[2].workers == row["workers"]
    )
    assert speeds_of(results)[key].low <= speeds_of(results)[key].value <= speeds_of(results)[key].high
