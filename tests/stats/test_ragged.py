from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilometer.stats.ragged import Ragged

THREE = Ragged(np.asarray([2, 0, 3]), np.asarray([1.0, 2.0, 9.0, 5.0, 7.0]))


def test_each_value_has_a_row_and_a_place_in_it():
    assert THREE.owners().tolist() == [0, 0, 2, 2, 2]
    assert THREE.places().tolist() == [0, 1, 0, 1, 2]


def test_rows_may_lose_values():
    kept = THREE.where(THREE.seconds > 1.5)
    assert kept.lengths.tolist() == [1, 0, 3]
    assert kept.seconds.tolist() == [2.0, 9.0, 5.0, 7.0]


@pytest.mark.parametrize(
    ("run", "median"),
    [([7.0], 7.0), ([7.0, 3.0], 3.0), ([7.0, 3.0, 1.0], 2.0), ([9, 9, 9, 9, 9, 1, 2, 3, 4, 5], 3.0)],
)
def test_the_middle_iteration_belongs_to_the_second_half(run, median):
    runs = Ragged(np.asarray([len(run)]), np.asarray(run, dtype=float))
    assert runs.medians(runs.lengths // 2) == [median]


def test_rows_do_not_mix():
    starts = np.asarray([1, 0, 1])
    np.testing.assert_array_equal(THREE.medians(starts), [2.0, np.nan, 6.0])
    np.testing.assert_array_equal(THREE.means(starts), [2.0, np.nan, 6.0])
    np.testing.assert_array_equal(THREE.totals_before(starts), [1.0, 0.0, 9.0])


def test_what_begins_behind_its_end_is_nothing():
    np.testing.assert_array_equal(THREE.medians(THREE.lengths), [np.nan] * 3)
    np.testing.assert_array_equal(THREE.means(THREE.lengths), [np.nan] * 3)


def test_a_mean_of_what_is_partly_unknown_is_unknown():
    runs = Ragged(np.asarray([3]), np.asarray([np.nan, 1.0, 3.0]))
    assert runs.means(np.asarray([1])) == [2.0]
    assert np.isnan(runs.means(np.asarray([0]))).all()


@given(st.lists(st.lists(st.floats(0, 1e9), min_size=1, max_size=9), min_size=1, max_size=9), st.data())
def test_medians_and_means_are_those_of_numpy(rows, data):
    starts = [data.draw(st.integers(0, len(row) - 1)) for row in rows]
    runs = Ragged(np.asarray([len(row) for row in rows]), np.concatenate([np.asarray(row) for row in rows]))
    rest = [row[start:] for row, start in zip(rows, starts, strict=True)]
    np.testing.assert_allclose(runs.medians(np.asarray(starts)), [np.median(row) for row in rest])
    np.testing.assert_allclose(runs.means(np.asarray(starts)), [np.mean(row) for row in rest])
