from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilometer.stats.levels import adjusted, level

LOG_2, LOG_3 = math.log(2), math.log(3)
FACTORS = st.floats(0.2, 5.0)


def levels(walls: list[list[float]]) -> list[float]:
    return [level(row) for row in adjusted(walls)]


@given(st.lists(FACTORS, min_size=1, max_size=5), st.lists(FACTORS, min_size=1, max_size=12))
def test_what_slows_a_whole_round_cancels(alone, slower):
    """However much each round is slowed, two processes differ by as much as they do in a quiet one."""
    found = levels([[wall * factor for factor in slower] for wall in alone])
    apart = [log - found[0] for log in found]
    assert apart == pytest.approx([math.log(wall / alone[0]) for wall in alone], abs=1e-9)


def test_what_slows_one_process_in_one_round_is_not_taken_off():
    slow = [1.0, 1.0, 3.0, 1.0]
    assert adjusted([slow, [1.0] * 4, [1.0] * 4])[0] == pytest.approx([0, 0, LOG_3, 0])


def test_it_is_set_aside_in_the_middle_half():
    assert levels([[1.0, 1.0, 3.0, 1.0], [2.0] * 4, [1.0] * 4]) == pytest.approx([0, LOG_2, 0])


def test_rows_may_differ_in_length():
    """Of a round that only one had, nothing can be said but by itself."""
    assert adjusted([[1.0, 1.0, 3.0, 1.0], [2.0, 2.0]]) == [
        pytest.approx([0, 0, 0, 0]),
        pytest.approx([LOG_2, LOG_2]),
    ]


def test_a_round_that_a_row_lacks_is_adjusted_by_those_that_had_it():
    long = [1.0, 1.0, 2.0, 1.0]
    assert levels([long, long, [3.0, 3.0]]) == pytest.approx([0, 0, LOG_3])


def test_of_nothing_nothing_is_taken_off():
    assert adjusted([]) == []
    assert adjusted([[], [1.0]]) == [[], [0.0]]


@pytest.mark.parametrize(
    ("logs", "middle"),
    [
        ([7.0], 7.0),
        ([1.0, 2.0], 1.5),
        ([1.0, 2.0, 6.0], 3.0),
        ([90.0, 1.0, 2.0, -50.0], 1.5),
        ([0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 9.0, 9.0], 2.5),
    ],
)
def test_a_level_is_the_mean_of_the_middle_half(logs, middle):
    assert level(logs) == pytest.approx(middle)


def test_of_no_turn_there_is_no_level():
    assert math.isnan(level([]))
