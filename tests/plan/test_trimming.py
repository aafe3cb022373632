from __future__ import annotations

import pytest
from scipy import stats

from harness.plan.trimming import kept, set_aside, surely_aside


@pytest.mark.parametrize(
    ("count", "aside", "left"), [(0, 0, 0), (6, 0, 6), (7, 1, 5), (9, 1, 7), (10, 2, 6), (100, 20, 60)]
)
def test_a_fifth_at_either_end_is_set_aside_once_there_are_seven(count, aside, left):
    assert (set_aside(count), kept(count)) == (aside, left)


@pytest.mark.parametrize(
    ("count", "far_off"), [(6, 0), (14, 0), (15, 1), (24, 1), (25, 2), (50, 5), (200, 29)]
)
def test_so_many_far_off_a_bootstrap_seldom_draws_more_often_than_it_sets_aside(count, far_off):
    assert surely_aside(count) == far_off
    assert stats.poisson.sf(set_aside(count), far_off) < 0.025
    assert stats.poisson.sf(set_aside(count), far_off + 1) > 0.018
