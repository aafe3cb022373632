from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilometer.plan.effort import DEFAULT, QUICK, RIGOROUS
from gilometer.plan.precision import LOOKS, SequentialEstimate, Target, percent, target_of
from gilometer.stats.running import RunningMean

TARGET = Target(half_width=0.02, fewest=6)


def answer(values, target: Target = TARGET) -> SequentialEstimate:
    found = SequentialEstimate(target)
    for value in values:
        found.add(value)
    return found


def running(values) -> RunningMean:
    found = RunningMean()
    for value in values:
        found.add(value)
    return found


def around(mean: float, half_width: float, count: int) -> list[float]:
    """Values with that mean, and an interval of that half-width."""
    unit = running(np.resize([1.0, -1.0], count))
    return list(mean + (np.resize([1.0, -1.0], count) - unit.mean) * half_width / unit.half_width)


def test_one_far_off_counts_until_a_bootstrap_seldom_draws_it_too_often():
    """Of 12 values two are set aside, and one is drawn thrice in 8 of 100; of 20, 5 times in 0.4 of 100."""
    assert answer([*[0.0] * 11, 0.5]).half_width > 0.02 > running([*[0.0] * 11, 0.5]).half_width
    assert answer([*[0.0] * 19, 0.5]).half_width == 0


def test_one_value_has_no_interval():
    assert answer([0.7]).half_width == math.inf
    assert answer([]).half_width == math.inf


def test_values_that_are_all_equal_are_enough_at_the_floor_and_not_before():
    assert answer([0.7] * 5).half_width == 0
    assert not answer([0.7] * 5).is_enough
    assert answer([0.7] * 6).is_enough


def test_enough_is_narrow_three_times_in_a_row():
    wide = around(0.0, 0.021, 10)
    looks = [answer([*wide, *[0.0] * more]).is_enough for more in range(4)]
    assert [answer([*wide, *[0.0] * more]).half_width <= 0.02 for more in range(4)] == [
        False,
        True,
        True,
        True,
    ]
    assert looks == [False, False, False, True]
    assert LOOKS == 3


def test_a_value_far_off_begins_the_count_of_looks_anew():
    enough = [answer([0.0] * 5 + [0.5] + [0.0] * more).is_enough for more in range(12)]
    assert enough == [False] * 11 + [True]  # from 15 values on it is seldom drawn too often: three looks


def test_below_the_floor_what_is_missing_is_at_least_the_floor():
    assert answer([]).missing == answer([]).below_floor == 6
    assert answer([0.0, 0.0]).missing == answer([0.0, 0.0]).below_floor == 4


def test_what_is_missing_grows_with_the_square_of_the_spread():
    once, twice = (answer(around(0.0, width, 50)).missing + 50 for width in (0.06, 0.12))
    assert twice / once == pytest.approx(4, rel=0.05)


@given(st.lists(st.floats(-0.2, 0.2), max_size=30))
def test_something_is_missing_until_it_is_enough(values):
    found = answer(values)
    assert found.is_enough == (found.missing == 0)
    assert found.below_floor == max(0, 6 - len(values))


def test_about_as_many_values_are_enough_as_were_said_to_be_missing():
    draw = np.random.default_rng(1)
    found = answer(draw.normal(0, 0.06, 20))
    said = 20 + found.missing
    while not found.is_enough:
        found.add(draw.normal(0, 0.06))
    assert found.running.count == pytest.approx(said, rel=0.35)


@pytest.mark.parametrize(("half_width", "excess"), [(0.06, 3.0), (0.02, 1.0), (0.01, 1.0), (0.0, 1.0)])
def test_what_is_wider_than_aimed_at_exceeds_it(half_width, excess):
    assert answer(around(0.3, half_width, 10)).excess == pytest.approx(excess)


def test_each_effort_aims_at_its_share_of_the_ratio():
    targets = [target_of(effort) for effort in (QUICK, DEFAULT, RIGOROUS)]
    assert [math.expm1(one.half_width) for one in targets] == pytest.approx([0.05, 0.02, 0.01])
    assert [one.fewest for one in targets] == [4, 6, 10]


def test_percent():
    assert [percent(share) for share in (0.02, 0.005, 0.1)] == ["2%", "0.5%", "10%"]
