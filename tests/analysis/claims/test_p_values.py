from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilometer.analysis.claims.p_values import bounded_by_cores, p_values
from gilometer.model import Alternative, Estimate
from gilometer.stats.equivalence import MARGIN, bounds, stands

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATIOS = st.floats(0.1, 10)
BANDS = st.floats(1, 3)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    """Draw a ratio within its interval."""
    low, value, high = sorted(draw(st.tuples(RATIOS, RATIOS, RATIOS)))
    return Estimate(value, low, high)


NOWHERE = Estimate(math.nan, math.nan, math.nan)


@pytest.mark.parametrize(
    ("band", "far", "near"),
    [(1.0, 1.05, 1.05), (1.05, 1.05, 1.05), (1.05**2, 1.05**2, 1.0), (2.1, 2.1, 0.525)],
)
def test_noise_beyond_the_margin_moves_the_edges_apart(band, far, near):
    found = bounds(MARGIN, band)
    assert (found.far, found.near) == pytest.approx((far, near))


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (1.06, 1.2, {Alternative.ABOVE, Alternative.NOT_BELOW, Alternative.UNEQUAL}),
        (0.97, 1.04, {Alternative.NOT_ABOVE, Alternative.NOT_BELOW, Alternative.EQUAL}),
        (0.90, 1.04, {Alternative.NOT_ABOVE}),
        (0.97, 1.06, {Alternative.NOT_BELOW}),
        (0.80, 0.90, {Alternative.BELOW, Alternative.NOT_ABOVE, Alternative.UNEQUAL}),
        (0.90, 1.10, set()),
        (math.nan, math.nan, set()),
    ],
)
def test_a_ratio_stands_where_all_of_its_interval_does(low, high, where):
    at = bounds(MARGIN, 1.02)
    ratio = Estimate(math.sqrt(low * high), low, high)
    assert {alternative for alternative in Alternative if stands(alternative, ratio, at)} == where


def test_in_much_noise_nothing_is_equal_but_much_is_still_different():
    at = bounds(MARGIN, 1.5)
    assert not stands(Alternative.EQUAL, Estimate(1.0, 1.0, 1.0), at)
    assert not stands(Alternative.NOT_ABOVE, Estimate(1.0, 1.0, 1.0), at)
    assert stands(Alternative.NOT_ABOVE, Estimate(0.55, 0.5, 0.6), at)
    assert stands(Alternative.ABOVE, Estimate(1.7, 1.6, 1.8), at)


def test_noise_is_asked_of_the_ratio_and_not_of_its_interval_as_well():
    at = bounds(MARGIN, 1.5)
    assert stands(Alternative.ABOVE, Estimate(1.6, 1.2, 2.0), at)
    assert not stands(Alternative.ABOVE, Estimate(1.4, 1.2, 1.6), at)
    assert not stands(Alternative.ABOVE, Estimate(1.6, 1.0, 2.2), at)


@given(estimates(), BANDS, BANDS, st.sampled_from(Alternative))
def test_more_noise_never_says_more(ratio, quiet, loud, alternative):
    if stands(alternative, ratio, bounds(MARGIN, max(quiet, loud))):
        assert stands(alternative, ratio, bounds(MARGIN, min(quiet, loud)))


@given(estimates(), BANDS, st.sampled_from(Alternative))
def test_nothing_holds_and_is_refuted(ratio, band, alternative):
    at = bounds(MARGIN, band)
    assert not (stands(alternative, ratio, at) and stands(alternative.contrary, ratio, at))


def above(values: NDArray[np.float64], edge: float) -> float:
    return float(stats.ttest_1samp(values, math.log(edge), alternative="greater").pvalue)


def below(values: NDArray[np.float64], edge: float) -> float:
    return float(stats.ttest_1samp(values, math.log(edge), alternative="less").pvalue)


def test_p_values_are_those_of_students_test_against_the_margins():
    logs = np.asarray([[0.20, 0.02], [0.10, -0.01], [0.15, 0.03], [0.05, np.nan]])
    margins = [1.05, 1.2]
    found = p_values(logs, margins)
    for column, margin in enumerate(margins):
        values = logs[~np.isnan(logs[:, column]), column]
        sides = {
            Alternative.ABOVE: above(values, margin),
            Alternative.NOT_ABOVE: below(values, margin),
            Alternative.BELOW: below(values, 1 / margin),
            Alternative.NOT_BELOW: above(values, 1 / margin),
        }
        sides[Alternative.EQUAL] = max(sides[Alternative.NOT_ABOVE], sides[Alternative.NOT_BELOW])
        sides[Alternative.UNEQUAL] = min(1, 2 * min(sides[Alternative.ABOVE], sides[Alternative.BELOW]))
        for alternative, expected in sides.items():
            assert found.of(alternative, column) == pytest.approx(expected)


def test_without_an_interval_a_ratio_is_nowhere():
    assert not any(stands(alternative, NOWHERE, bounds(MARGIN, 1.0)) for alternative in Alternative)


def test_that_there_is_no_gain_two_tests_can_show():
    noisy, quiet = np.asarray([[-0.3], [0.0], [0.3]]), np.asarray([[-0.01], [0.0], [0.01]])
    alone = p_values(noisy, [1.1])
    both = bounded_by_cores(alone, quiet, [1.1])
    of_cores = p_values(quiet, [1.1]).of(Alternative.NOT_ABOVE, 0)
    assert both.of(Alternative.NOT_ABOVE, 0) == pytest.approx(2 * of_cores)
    assert both.of(Alternative.ABOVE, 0) == alone.of(Alternative.ABOVE, 0)


def test_unknown_cores_show_nothing():
    alone = p_values(np.asarray([[-0.3], [0.0], [0.3]]), [1.1])
    unknown = bounded_by_cores(alone, np.full((3, 1), np.nan), [1.1])
    assert unknown.of(Alternative.NOT_ABOVE, 0) == alone.of(Alternative.NOT_ABOVE, 0)
