from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilometer.model import Estimate
from gilometer.stats.equivalence import Interval
from gilometer.stats.intervals import typical_ratios
from gilometer.stats.running import ProjectedMean, RunningMean, as_ratio
from gilometer.stats.trimmed import trimmed
from gilometer.stats.trimming import kept


def running(values) -> RunningMean:
    found = RunningMean()
    for value in values:
        found.add(value)
    return found


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=50))
def test_the_interval_is_student_s_of_the_trimmed_mean(values):
    found, known = running(values), trimmed(np.asarray([values]).T)
    half_width = stats.t.ppf(0.975, known.kept[0] - 1) * known.error[0]
    assert found.count == len(values)
    assert found.mean == pytest.approx(known.mean[0], abs=1e-12)
    assert found.half_width == pytest.approx(half_width, abs=1e-6)


@given(st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=50))
def test_the_reported_one_is_that_of_the_analysis(values):
    found = typical_ratios(np.asarray([values]).T)
    interval = running(values).interval
    assert interval.low == pytest.approx(np.log(found.low[0]), abs=1e-9)
    assert interval.high == pytest.approx(np.log(found.high[0]), abs=1e-9)


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


@pytest.mark.parametrize("values", [[0.1, 0.2], [0.1, -0.2, 0.3], [1.0, 1.1, 1.2, 0.9, 1.0, 1.05]])
@pytest.mark.parametrize("edge", [0.0, 0.15, 2.0])
def test_the_chance_of_the_other_side_of_an_edge_is_student_s(values, edge):
    errors = abs(np.mean(values) - edge) / stats.sem(values)
    assert running(values).p_beyond(edge) == pytest.approx(stats.t.sf(errors, len(values) - 1))


def test_values_that_agree_leave_no_chance_and_one_alone_leaves_all():
    assert running([0.5] * 3).p_beyond(0.0) == 0
    assert running([0.5]).p_beyond(0.0) == 1


def test_where_some_are_set_aside_the_chance_is_that_of_a_trimmed_mean():
    values = [0.1, 0.12, 0.13, 0.14, 0.15, 0.16, 5.0]
    half_width = running(values).half_width
    distance = half_width / stats.t.ppf(0.975, kept(7) - 1) * 3
    edge = running(values).mean - distance
    assert running(values).p_beyond(edge) == pytest.approx(stats.t.sf(3, kept(7) - 1))


def test_more_values_with_the_same_spread_are_known_better():
    found = running([0.1, 0.12, 0.13])
    same, four_times = ProjectedMean(found, 3), ProjectedMean(found, 12)
    assert same.interval.high - same.interval.low == pytest.approx(2 * found.half_width)
    assert same.p_beyond(0.1) == pytest.approx(found.p_beyond(0.1))
    half_width = stats.t.ppf(0.975, kept(12) - 1) * found.spread / math.sqrt(12)
    assert four_times.interval.high == pytest.approx(found.mean + half_width)
    assert four_times.p_beyond(0.1) < found.p_beyond(0.1)


def test_a_ratio_that_no_float_can_hold_is_infinite():
    assert as_ratio(0.0, Interval(-math.inf, 1000.0)) == Estimate(1.0, 0.0, math.inf)
