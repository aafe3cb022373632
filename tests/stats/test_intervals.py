from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from gilometer.stats.intervals import typical_ratios
from gilometer.stats.trimmed import trimmed

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOGS = arrays(
    np.float64, st.tuples(st.integers(3, 12), st.integers(1, 4)), elements=st.floats(-5, 5, width=32)
)


def column(*values: float) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(np.asarray(values, dtype=float)).reshape(-1, 1)
    return logs


def trim_mean(logs, axis=-1):
    return stats.trim_mean(logs, 0.2, axis=axis)


def test_the_mean_is_geometric():
    assert typical_ratios(column(1, 4, 16)).mean == pytest.approx([4.0])


def test_of_many_values_it_is_that_of_those_in_the_middle():
    assert typical_ratios(column(0.001, 2, 2, 4, 8, 8, 1000)).mean == pytest.approx([4.0])


def test_large_samples_agree_with_scipy():
    """As n grows t and the bootstrap become one, so SciPy's percentile bootstrap is the judge."""
    logs = np.random.default_rng(1).normal(0.3, 0.2, size=(400, 1))
    ours = typical_ratios(logs)
    theirs = stats.bootstrap(
        (logs[:, 0],), trim_mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert np.log([ours.low[0], ours.high[0]]) == pytest.approx([theirs.low, theirs.high], abs=1.5e-3)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_of_few_values_the_interval_is_student_s(n):
    """It reaches beyond the values, as no bootstrap does."""
    logs = np.random.default_rng(n).normal(0.3, 0.2, size=(n, 1))
    found = typical_ratios(logs)
    theirs = stats.ttest_1samp(logs[:, 0], 0).confidence_interval(0.95)
    assert np.log([found.low[0], found.high[0]]) == pytest.approx([theirs.low, theirs.high])


def test_of_lopsided_values_the_end_on_that_side_is_the_bootstrap_s():
    """Student's t gives both sides alike; the end that the bootstrap puts nearer stays where t has it."""
    logs = np.random.default_rng(6).exponential(0.3, size=(60, 1))
    found, plain = typical_ratios(logs), trimmed(logs)
    half = stats.t.ppf(0.975, plain.kept[0] - 1) * plain.error[0]
    boot = stats.bootstrap(
        (logs[:, 0],), trim_mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert boot.high > plain.mean[0] + half
    assert np.log(found.high[0]) == pytest.approx(boot.high, abs=4e-3)
    assert np.log(found.low[0]) == pytest.approx(plain.mean[0] - half)


def test_values_that_are_not_finite_were_not_measured():
    plain = typical_ratios(column(1, 2, 5))
    odd = typical_ratios(np.vstack([column(1, 2, 5), [[np.inf]], [[-np.inf]], [[np.nan]]]))
    assert odd.count[0] == 3
    assert [odd.mean[0], odd.low[0], odd.high[0]] == pytest.approx(
        [plain.mean[0], plain.low[0], plain.high[0]]
    )


def test_of_values_so_absurd_that_no_number_holds_its_ends_there_is_no_interval():
    found = typical_ratios(np.asarray([[-690.0], [0.0], [0.0]]))
    assert found.mean[0] == pytest.approx(np.exp(-230))
    assert np.isnan([found.low[0], found.high[0]]).all()


def test_no_columns_and_no_blocks_are_no_trouble():
    assert typical_ratios(np.empty((4, 0))).mean.size == 0
    assert np.isnan(typical_ratios(np.empty((0, 2))).mean).all()


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    logs = np.random.default_rng(3).normal(0, 0.1, size=(8, 2000))
    found = typical_ratios(logs)
    covered = np.mean((found.low <= 1) & (found.high >= 1))
    assert 0.92 < covered < 0.98


@pytest.mark.parametrize("values", [(), (2.0,), (2.0, 3.0)])
def test_fewer_than_three_values_have_no_interval(values):
    found = typical_ratios(column(*values, np.nan))
    assert np.isnan([found.low[0], found.high[0]]).all()
    assert found.count == [len(values)]
    assert np.isnan(found.mean[0]) == (not values)


def test_columns_of_different_counts_are_independent_of_their_neighbours():
    logs = np.log(np.random.default_rng(4).uniform(1, 2, size=(6, 3)))
    logs[2, 1] = logs[4, 1] = np.nan
    together = typical_ratios(logs)
    for index in range(3):
        alone = typical_ratios(logs[:, [index]])
        assert together.low[index] == pytest.approx(alone.low[0])
        assert together.high[index] == pytest.approx(alone.high[0])


def test_where_a_value_is_missing_makes_no_difference():
    values = [1.0, 2.0, 3.0]
    first = typical_ratios(column(np.nan, *values))
    last = typical_ratios(column(*values, np.nan))
    assert first.low == pytest.approx(last.low)


def test_more_columns_than_fit_at_once_are_all_estimated():
    found = typical_ratios(np.random.default_rng(5).normal(size=(4, 1100)))
    assert not np.isnan(found.low).any()


@given(LOGS)
def test_the_interval_holds_the_mean_and_that_of_student(logs):
    found, plain = typical_ratios(logs), trimmed(logs)
    half = stats.t.ppf(0.975, plain.kept - 1) * plain.error
    assert (np.log(found.low) <= plain.mean - half + 1e-9).all()
    assert (np.log(found.high) >= plain.mean + half - 1e-9).all()


@given(LOGS, st.floats(-3, 3))
def test_a_change_of_unit_changes_nothing_else(logs, shift):
    before = typical_ratios(logs)
    after = typical_ratios(logs + shift)
    np.testing.assert_allclose(after.low, before.low * np.exp(shift), rtol=1e-6)
    np.testing.assert_allclose(after.high, before.high * np.exp(shift), rtol=1e-6)


@given(st.floats(0.001, 1000), st.integers(3, 9))
def test_equal_values_have_an_interval_of_no_width(value, n):
    found = typical_ratios(column(*[value] * n))
    assert found.low[0] == pytest.approx(value)
    assert found.high[0] == pytest.approx(value)


@given(LOGS)
def test_the_same_values_give_the_same_interval(logs):
    first = typical_ratios(logs)
    second = typical_ratios(logs.copy())
    np.testing.assert_array_equal(first.low, second.low)
    np.testing.assert_array_equal(first.high, second.high)
