from __future__ import annotations

import math

import pytest

from gilometer.model import Outcome, Strategy
from gilometer.report.results import Group, Reading, Result, Spread, board, read
from tests.report.worlds import alone, crowd, doubtful, matrix, serial_only, usual


def result(
    speedup: float,
    low: float = math.nan,
    high: float = math.nan,
    outcome: Outcome = Outcome.OK,
    q: float = 0.01,
) -> Result:
    return Result(2, 2, outcome, "", 1.0, 0.9, 1.1, speedup, low, high, q, 2.0, 1.1)


@pytest.mark.parametrize(
    ("shown", "reading"),
    [
        (result(1.5, 1.4, 1.6), Reading.GAIN),
        (result(1.5, 0.9, 2.0), Reading.LEVEL),
        (result(1.5, 1.4, 1.6, q=0.06), Reading.LEVEL),
        (result(1.08, 1.07, 1.09), Reading.LEVEL),
        (result(0.6, 0.5, 0.7), Reading.HARM),
        (result(0.6, 0.5, 1.1), Reading.LEVEL),
        (result(1.5), Reading.GAIN),
        (result(1.2), Reading.LEVEL),
        (result(0.7), Reading.HARM),
        (result(3.1), Reading.DOUBTFUL),
        (result(3.1, 3.05, 3.2), Reading.DOUBTFUL),
        (result(3.1, 2.5, 3.7), Reading.GAIN),
        (result(math.nan), Reading.NOTHING),
        (result(1.5, 1.4, 1.6, Outcome.CRASHED), Reading.NOTHING),
    ],
)
def test_a_speedup_is_a_gain_only_beyond_noise_and_interval(shown, reading):
    assert read(shown) is reading


def test_interpreters_stand_in_one_order():
    labels = [subject.label for subject in board(usual()[1]).subjects]
    assert labels == [
        "cpython-2.7",
        "cpython-3.13",
        "cpython-3.13t+gil",
        "cpython-3.13t",
        "jython-2.7",
        "graalpy-3.12",
    ]


def test_a_variant_follows_its_base_and_its_own_gil_says_where_it_belongs():
    shown = board(matrix()[1])
    with_gil = [one.label for one in shown.subjects if one.group is Group.GIL]
    without = [one.label for one in shown.subjects if one.group is Group.NO_GIL]
    assert with_gil[1:6] == [
        "cpython-3.13t+gil",
        "cpython-3.14",
        "cpython-3.14t+gil",
        "cpython-3.15",
        "cpython-3.15+jit",
    ]
    assert without[:4] == ["cpython-3.13t", "cpython-3.14t", "jython-2.7", "jython-2.7+parallelgc"]


def test_versions_are_numbers_and_strangers_come_last():
    labels = [subject.label for subject in board(crowd()[1]).subjects]
    assert labels.index("cpython-3.9") < labels.index("cpython-3.10")
    assert labels[-1] == "stranger"


def test_what_is_not_here_is_no_part_of_those_present():
    shown = board(usual()[1])
    assert shown.subjects[-1].group is Group.ABSENT
    assert shown.present == shown.subjects[:-1]


def test_workloads_go_from_work_to_waiting():
    labels = [work.label for work in board(usual()[1]).works]
    assert labels == ["fib", "sha256", "mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1", "sleep"]


def test_the_widest_spread_has_the_most_workers():
    shown = board(crowd()[1])
    assert shown.widest(Strategy.THREADS) == Spread(Strategy.THREADS, 4)
    assert shown.widest(Strategy.ASYNCIO) is None
    assert board(serial_only()[1]).spreads == ()


def test_doubts_and_caveats_are_of_the_whole_board():
    assert board(doubtful()[1]).has_doubts
    assert not board(usual()[1]).has_doubts
    assert board(usual()[1]).caveat == ""
    assert board(alone()[1]).caveat == " (1 block: not established)"


def test_a_cell_that_was_not_planned_says_nothing():
    shown = board(usual()[1])
    nowhere = Spread(Strategy.ASYNCIO, 2)
    assert shown.at(shown.subjects[0], shown.works[0], nowhere) is None
    assert shown.reading(shown.subjects[0], shown.works[0], nowhere) is Reading.NOTHING
