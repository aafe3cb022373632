"""Plain means of what workloads observe, against scipy's own methods."""

import math

import numpy as np
import pytest
from scipy import stats

from gilometer.stats.averages import averages, p_beyond

LOST = np.asarray([[0.0], [0.0], [0.2], [0.0], [0.1]])
"""Shares of updates that got lost, one an invocation."""


def test_nothing_is_set_aside_as_what_is_rare_is_what_counts():
    rare = np.asarray([[0.0]] * 19 + [[1.0]])
    assert averages(rare).mean == pytest.approx(0.05)


def test_few_values_have_student_s_interval():
    found = averages(LOST)
    low, high = stats.t.interval(0.95, 4, LOST.mean(), stats.sem(LOST)[0])
    assert (found.low[0], found.high[0]) == pytest.approx((low, high))
    assert found.count == 5


def test_a_lopsided_thing_has_a_lopsided_interval():
    delays = np.asarray([[0.005]] * 30 + [[0.5]])
    found = averages(delays)
    reach = stats.t.ppf(0.975, 30) * stats.sem(delays)[0]
    assert found.high[0] > found.mean[0] + reach * (1 - 1e-9)
    assert found.low[0] == pytest.approx(found.mean[0] - reach)


def test_what_was_not_told_counts_for_nothing():
    column = np.asarray([1.0, math.nan, 2.0, 3.0, math.inf])
    found = averages(np.column_stack([column, [1.0, 2.0, 3.0, math.nan, math.nan]]))
    assert found.count.tolist() == [3, 3]
    assert found.mean.tolist() == [2.0, 2.0]
    assert found.low[0] == found.low[1]


def test_two_values_have_a_mean_and_no_interval():
    found = averages(np.asarray([[1.0, math.nan], [3.0, math.nan]]))
    assert found.mean[0] == 2.0
    assert np.isnan([found.low[0], found.high[0], found.mean[1]]).all()


def test_equal_values_have_an_interval_of_no_width():
    found = averages(np.full((4, 1), 0.3))
    assert (found.low[0], found.high[0]) == pytest.approx((0.3, 0.3))


def test_p_is_that_of_student_s_t():
    known = stats.ttest_1samp(LOST[:, 0], 0.01, alternative="greater").pvalue
    assert p_beyond(LOST[:, 0], 0.01, "greater") == pytest.approx(known)
    assert p_beyond(LOST[:, 0], 0.01, "less") == pytest.approx(1 - known)


def test_equal_values_leave_no_doubt():
    assert p_beyond(np.full(3, 0.5), 0.1, "greater") == 0.0
    assert p_beyond(np.full(3, 0.5), 0.5, "greater") == 1.0
    assert p_beyond(np.full(3, 0.5), 0.1, "less") == 1.0


def test_two_values_have_no_p():
    assert math.isnan(p_beyond(np.asarray([1.0, math.nan, 2.0]), 0.1, "greater"))
