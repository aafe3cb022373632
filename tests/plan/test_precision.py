from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.analysis.intervals import typical_ratios
from harness.analysis.trimmed import trimmed
from harness.plan.edges import MARGIN
from harness.plan.effort import DEFAULT, QUICK, RIGOROUS
from harness.plan.precision import LOOKS, Answer, Running, Target, percent, target_of

TARGET = Target(half_width=0.02, fewest=6)


def answer(values, target: Target = TARGET) -> Answer:
    found = Answer(target)
    for value in values:
        found.add(value)
    return found


def running(values) -> Running:
    found = Running()
    for value in values:
        found.add(value)
    return found


def around(mean: float, half_width: float, count: int) -> list[float]:
    """Values with that mean, and an interval of that half-width."""
    unit = running(np.resize([1.0, -1.0], count))
    return list(mean + (np.resize([1.0, -1.0], count) - unit.mean) * half_width / unit.half_width)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=50))
def test_the_mean_is_trimmed_and_its_interval_at_least_as_wide_as_student_s_of_it(values):
    found, known = running(values), trimmed(np.asarray([values]).T)
    half_width = stats.t.ppf(0.975, known.kept[0] - 1) * known.error[0]
    assert found.count == len(values)
    assert found.mean == pytest.approx(known.mean[0], abs=1e-12)
    assert found.half_width >= half_width - 1e-6


@pytest.mark.parametrize(("count", "is_wide"), [(8, True), (14, True), (15, False), (24, False)])
def test_one_far_off_counts_until_a_bootstrap_would_not_draw_it_too_often(count, is_wide):
    assert (running([*[0.0] * (count - 1), 0.5]).half_width > 0) == is_wide


@pytest.mark.parametrize("count", [8, 12, 20, 40])
def test_where_it_is_narrow_that_of_the_report_is_too(count):
    draw = np.random.default_rng(count)
    logs = draw.normal(0, 0.015, size=(count, 200)) + (draw.uniform(size=(count, 200)) < 0.05) * 0.4
    report = typical_ratios(logs)
    is_narrow = np.asarray([running(column).half_width for column in logs.T]) <= 0.02
    assert is_narrow.mean() > 0.4
    assert np.log(report.high / report.low)[is_narrow].max() / 2 < 0.03


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=6))
def test_of_few_values_it_is_student_s(values):
    assert running(values).spread == pytest.approx(np.std(values, ddof=1), abs=1e-7)
    half_width = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    assert running(values).half_width == pytest.approx(half_width, abs=1e-6)


def test_a_neighbour_s_visit_does_not_widen_it():
    calm = [0.01 * (number % 5) for number in range(19)]
    assert running([*calm, 0.9]).half_width == pytest.approx(running([*calm, 0.04]).half_width)


def test_a_small_spread_far_from_zero_is_not_lost_to_rounding():
    values = [1e6 + 1e-6 * number for number in range(5)]
    assert running(values).spread == pytest.approx(1.58e-6, rel=0.01)


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
    assert enough == [False] * 11 + [True]  # of 15 values it is set aside for good: then two looks more


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


@pytest.mark.parametrize(
    ("mean", "half_width", "urgency"),
    [
        (0.3, 0.06, 3.0),
        (math.log(MARGIN) + 0.05, 0.06, 6.0),
        (-math.log(MARGIN) - 0.05, 0.06, 6.0),
        (0.0, 0.04, 2.0),
        (0.0, 0.06, 6.0),
        (0.3, 0.01, 1.0),
    ],
)
def test_what_is_wide_or_at_the_edge_of_a_verdict_is_urgent(mean, half_width, urgency):
    assert answer(around(mean, half_width, 10)).urgency == pytest.approx(urgency)


def test_each_effort_aims_at_its_share_of_the_ratio():
    targets = [target_of(effort) for effort in (QUICK, DEFAULT, RIGOROUS)]
    assert [math.expm1(one.half_width) for one in targets] == pytest.approx([0.05, 0.02, 0.01])
    assert [one.fewest for one in targets] == [4, 6, 10]


def test_percent():
    assert [percent(share) for share in (0.02, 0.005, 0.1)] == ["2%", "0.5%", "10%"]
