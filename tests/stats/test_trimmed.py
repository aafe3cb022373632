from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from gilometer.stats.trimmed import trimmed

LOGS = arrays(
    np.float64, st.tuples(st.integers(7, 40), st.integers(1, 3)), elements=st.floats(-5, 5, width=32)
)


@given(LOGS)
def test_the_mean_is_scipy_s(logs):
    assert trimmed(logs).mean == pytest.approx(stats.trim_mean(logs, 0.2, axis=0), abs=1e-9)


def test_of_fewer_than_seven_values_it_is_the_plain_mean_and_its_error():
    logs = np.random.default_rng(1).normal(size=(6, 2))
    found = trimmed(logs)
    assert found.mean == pytest.approx(logs.mean(axis=0))
    assert found.error == pytest.approx(stats.sem(logs, axis=0))
    assert found.kept.tolist() == [6, 6]


def test_the_error_worked_by_hand():
    """Of seven values one is set aside at either end; Winsorised, they are 2 2 3 4 5 6 6 around 4."""
    found = trimmed(np.asarray([[-100.0, 2, 3, 4, 5, 6, 100]]).T)
    assert found.mean == pytest.approx([4.0])
    assert found.error == pytest.approx([np.sqrt((4 + 4 + 1 + 0 + 1 + 4 + 4) / (5 * 4))])
    assert found.kept.tolist() == [5]


def test_how_far_off_the_outermost_are_makes_no_difference():
    calm = np.asarray([[0.0, 1, 2, 3, 4, 5, 6]]).T
    wild = np.asarray([[-1e9, 1, 2, 3, 4, 5, 1e9]]).T
    assert trimmed(calm).mean == trimmed(wild).mean
    assert trimmed(calm).error == trimmed(wild).error


def test_what_is_not_finite_was_not_measured():
    logs = np.random.default_rng(2).normal(size=(9, 1))
    holed = np.vstack([[[np.nan]], logs[:4], [[np.inf]], logs[4:], [[-np.inf]]])
    assert trimmed(holed).mean == pytest.approx(trimmed(logs).mean)
    assert trimmed(holed).error == pytest.approx(trimmed(logs).error)
    assert trimmed(holed).count.tolist() == [9]


def test_without_a_value_there_is_no_mean_and_with_one_no_error():
    found = trimmed(np.asarray([[np.nan, 0.5], [np.nan, np.nan]]))
    assert np.isnan(found.mean).tolist() == [True, False]
    assert np.isnan(found.error).all()
    assert trimmed(np.empty((0, 2))).count.tolist() == [0, 0]
