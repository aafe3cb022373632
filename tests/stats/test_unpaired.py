from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilometer.stats.intervals import typical_ratios
from gilometer.stats.unpaired import ratios, yuen


def draw(blocks: int, cells: int, mean: float = 0.0, spread: float = 0.02, seed: int = 1):
    return np.random.default_rng(seed).normal(mean, spread, (blocks, cells))


def test_a_ratio_is_that_of_the_typical_ratios():
    found = ratios(np.log([[1.0], [4.0], [2.0]]), np.log([[3.0], [12.0]]))
    assert found.ratio == pytest.approx([3.0])
    assert [found.before.mean[0], found.after.mean[0]] == pytest.approx([2.0, 6.0])


def test_the_interval_is_recovered_from_those_of_the_runs():
    """Zou and Donner's equation: each end is as far as the two ends that lead there, at right angles."""
    before, after = draw(9, 1), draw(12, 1, 0.1, 0.05, seed=2)
    a, b, found = typical_ratios(before), typical_ratios(after), ratios(before, after)
    down = np.hypot(np.log(b.mean) - np.log(b.low), np.log(a.high) - np.log(a.mean))
    up = np.hypot(np.log(b.high) - np.log(b.mean), np.log(a.mean) - np.log(a.low))
    assert np.log(found.ratio) - np.log(found.low) == pytest.approx(down)
    assert np.log(found.high) - np.log(found.ratio) == pytest.approx(up)


def test_of_few_blocks_it_is_about_welch_s_interval():
    before, after = draw(6, 1), draw(6, 1, 0.1, 0.05, seed=2)
    found = ratios(before, after)
    known = stats.ttest_ind(after[:, 0], before[:, 0], equal_var=False).confidence_interval()
    assert np.log([found.low[0], found.high[0]]) == pytest.approx([known.low, known.high], abs=0.006)


@pytest.mark.parametrize(("n_before", "n_after", "spread"), [(6, 6, 0.02), (6, 20, 0.08), (12, 12, 0.02)])
def test_it_holds_the_truth_as_often_as_it_says(n_before, n_after, spread):
    found = ratios(draw(n_before, 1500), draw(n_after, 1500, np.log(1.1), spread, seed=2))
    share = ((found.low <= 1.1) & (found.high >= 1.1)).mean()
    assert 0.93 <= share <= 0.985


def test_p_is_that_of_scipy_with_what_is_absent_left_out():
    before, after = draw(9, 5), draw(11, 5, 0.02, 0.04, seed=2)
    before[2, 1] = before[3, 1] = after[0, 4] = np.nan
    known = stats.ttest_ind(before, after, equal_var=False, nan_policy="omit", trim=0.2)
    assert yuen(before, after) == pytest.approx(known.pvalue)


def test_too_few_blocks_give_a_ratio_alone():
    found = ratios(np.log([[1.0], [1.1]]), np.log([[2.0], [2.1], [2.2]]))
    assert found.ratio[0] > 1.9
    assert np.isnan([found.low[0], found.high[0], found.p[0]]).all()


def test_without_any_value_there_is_nothing():
    found = ratios(np.full((3, 1), np.nan), np.zeros((0, 1)))
    assert np.isnan([found.ratio[0], found.low[0], found.high[0], found.p[0]]).all()


@pytest.mark.parametrize(("after", "p"), [(2.0, 1.0), (3.0, 0.0)])
def test_values_that_are_all_equal_differ_for_certain_or_not_at_all(after, p):
    found = ratios(np.full((4, 1), np.log(2.0)), np.full((5, 1), np.log(after)))
    assert found.p == [p]
    assert [found.low[0], found.high[0]] == pytest.approx([after / 2] * 2)


def test_no_column_is_no_ratio():
    assert len(ratios(np.zeros((3, 0)), np.zeros((2, 0))).ratio) == 0


values = st.lists(st.floats(-2, 2), min_size=3, max_size=8)


@given(values, values)
def test_seen_from_the_other_run_it_is_the_inverse(before, after):
    one, two = np.asarray(before)[:, None], np.asarray(after)[:, None]
    there, back = ratios(one, two), ratios(two, one)
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert there.low == pytest.approx(1 / back.high)
    assert there.high == pytest.approx(1 / back.low)
    assert there.p == pytest.approx(back.p, abs=1e-6)
