from __future__ import annotations

import pytest

from gilometer.model import Outcome
from gilometer.report.sentences.text import ASCII, UNICODE, Glyphs
from gilometer.report.terminal.so_far import SoFar
from gilometer.report.terminal.so_far_table import Room, lines
from tests.report.knowing import crowd, speedup

LETTERS = "abcdefghijklmnopqrst"
MANY = crowd([f"cpython-3.{minor}" for minor in range(40)], [f"work{letter}" for letter in LETTERS])
USUAL = Room(80, 22)


def drawn(known, room: Room = USUAL, signs: Glyphs = UNICODE) -> list[str]:
    so_far = SoFar()
    so_far.learn(known, 0.05)
    return [line.plain for line in lines(so_far, room, signs)]


def test_interpreters_are_down_and_workloads_across():
    assert drawn(
        [
            speedup("cpython-3.13", "fib", 1.02, 0.02, is_precise=True),
            speedup("cpython-3.13", "sleep", 1.93, 0.21),
            speedup("jython-2.7", "fib", 1.8),
            speedup("jython-2.7", "sleep"),
        ]
    ) == [
        "Speedup of 2 threads; 1 of 4 ratios known to 5% (*)",
        "                    fib      sleep",
        "cpython-3.13  1.02±.02*  1.93±.21 ",
        "jython-2.7        1.80          - ",
    ]


def test_what_is_no_number_has_a_word():
    row = drawn(
        [
            speedup("cpython-3.13", "fib", outcome=Outcome.CRASHED),
            speedup("cpython-3.13", "sha256", 1.9, 0.1, outcome=Outcome.TIMEOUT),
            speedup("cpython-3.13", "sleep", outcome=Outcome.UNSUPPORTED),
            speedup("cpython-3.13", "http_api", outcome=Outcome.UNAVAILABLE),
        ]
    )[-1]
    assert row.split() == ["cpython-3.13", "X", "X", "lacks", "-"]


@pytest.mark.parametrize("half", [1.95, 40.0, float("inf")])
def test_an_interval_as_wide_as_the_speedup_is_not_shown(half):
    assert drawn([speedup("cpython-3.13", "fib", 1.93, half)])[-1].split() == ["cpython-3.13", "1.93"]


def test_the_styles_tell_the_same_as_the_letters():
    so_far = SoFar()
    so_far.learn(
        [
            speedup("a-1", "fib", 1.0, 0.01, is_precise=True),
            speedup("a-2", "fib", 1.0, 0.2),
            speedup("a-3", "fib", 1.0),
            speedup("a-4", "fib", outcome=Outcome.CRASHED),
        ],
        0.05,
    )
    rows = lines(so_far, USUAL, UNICODE)[2:]
    assert [row.spans[0].style for row in rows if row.spans] == ["bold", "dim", "bold yellow"]


def test_a_cell_that_is_not_in_the_run_is_empty():
    known = [speedup("a-1", "fib", 1.0), speedup("a-2", "fib", 1.0), speedup("a-1", "sleep", 1.9)]
    assert drawn(known)[-1].split() == ["a-2", "1.00"]


def test_a_terminal_that_knows_only_ascii_gets_only_that():
    (*_, row) = drawn([speedup("cpython-3.13", "fib", 1.02, 0.02)], signs=ASCII)
    assert row == "cpython-3.13  1.02+-.02 "


def test_names_of_workloads_stand_above_their_columns():
    known = crowd(["cpython-3.13"], ["mixed:cpu=0.5", "fib"])
    assert drawn(known)[1:3] == [
        "                 mixed:           ",
        "                cpu=0.5        fib",
    ]


@pytest.mark.parametrize("height", range(30))
@pytest.mark.parametrize("width", [10, 20, 40, 60, 80, 200])
def test_it_fits_its_room(width, height):
    table = drawn(MANY, Room(width, height))
    assert len(table) <= height
    assert all(len(line) <= max(width, 70) for line in table)


def test_what_has_no_room_is_counted():
    table = drawn(MANY)
    assert table[-1] == "... and 31 more interpreters and 8 more workloads"


def test_more_workloads_than_fit_beside_one_another_stand_below():
    table = drawn(crowd(["cpython-3.13", "pypy-3.11"], [f"work{letter}" for letter in LETTERS[:8]]))
    assert [line.split() for line in table[1::3]] == [
        ["worka", "workb", "workc", "workd"],
        ["worke", "workf", "workg", "workh"],
    ]


def test_what_was_measured_last_is_in_sight():
    so_far = SoFar()
    so_far.learn(MANY, 0.05)
    so_far.learn([speedup("cpython-3.37", "workt", 1.23)], 0.05)
    table = [line.plain for line in lines(so_far, Room(80, 10), UNICODE)]
    (row,) = [line for line in table if line.startswith("cpython-3.37")]
    assert "1.23" in row


def test_without_a_speedup_there_is_no_table():
    assert not drawn([])
