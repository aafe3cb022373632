from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilometer.analysis.claims.rules import chances
from gilometer.claims.edges import MARGIN, Estimate, edges, stands
from gilometer.model import Stance

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
    found = edges(MARGIN, band)
    assert (found.far, found.near) == pytest.approx((far, near))


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (1.06, 1.2, {Stance.ABOVE, Stance.NOT_BELOW, Stance.UNEQUAL}),
        (0.97, 1.04, {Stance.NOT_ABOVE, Stance.NOT_BELOW, Stance.EQUAL}),
        (0.90, 1.04, {Stance.NOT_ABOVE}),
        (0.97, 1.06, {Stance.NOT_BELOW}),
        (0.80, 0.90, {Stance.BELOW, Stance.NOT_ABOVE, Stance.UNEQUAL}),
        (0.90, 1.10, set()),
        (math.nan, math.nan, set()),
    ],
)
def test_a_ratio_stands_where_all_of_its_interval_does(low, high, where):
    at = edges(MARGIN, 1.02)
    ratio = Estimate(math.sqrt(low * high), low, high)
    assert {stance for stance in Stance if stands(stance, ratio, at)} == where


def test_in_much_noise_nothing_is_equal_but_much_is_still_different():
    at = edges(MARGIN, 1.5)
    assert not stands(Stance.EQUAL, Estimate(1.0, 1.0, 1.0), at)
    assert not stands(Stance.NOT_ABOVE, Estimate(1.0, 1.0, 1.0), at)
    assert stands(Stance.NOT_ABOVE, Estimate(0.55, 0.5, 0.6), at)
    assert stands(Stance.ABOVE, Estimate(1.7, 1.6, 1.8), at)


def test_noise_is_asked_of_the_ratio_and_not_of_its_interval_as_well():
    at = edges(MARGIN, 1.5)
    assert stands(Stance.ABOVE, Estimate(1.6, 1.2, 2.0), at)
    assert not stands(Stance.ABOVE, Estimate(1.4, 1.2, 1.6), at)
    assert not stands(Stance.ABOVE, Estimate(1.6, 1.0, 2.2), at)


@given(estimates(), BANDS, BANDS, st.sampled_from(Stance))
def test_more_noise_never_says_more(ratio, quiet, loud, stance):
    if stands(stance, ratio, edges(MARGIN, max(quiet, loud))):
        assert stands(stance, ratio, edges(MARGIN, min(quiet, loud)))


@given(estimates(), BANDS, st.sampled_from(Stance))
def test_nothing_holds_and_is_refuted(ratio, band, stance):
    at = edges(MARGIN, band)
    assert not (stands(stance, ratio, at) and stands(stance.contrary, ratio, at))


def above(values: NDArray[np.float64], edge: float) -> float:
    return float(stats.ttest_1samp(values, math.log(edge), alternative="greater").pvalue)


def below(values: NDArray[np.float64], edge: float) -> float:
    return float(stats.ttest_1samp(values, math.log(edge), alternative="less").pvalue)


def test_chances_are_those_of_students_test_against_the_margins():
    logs = np.asarray([[0.20, 0.02], [0.10, -0.01], [0.15, 0.03], [0.05, np.nan]])
    margins = [1.05, 1.2]
    found = chances(logs, margins)
    for column, margin in enumerate(margins):
        values = logs[~np.isnan(logs[:, column]), column]
        sides = {
            Stance.ABOVE: above(values, margin),
            Stance.NOT_ABOVE: below(values, margin),
            Stance.BELOW: below(values, 1 / margin),
            Stance.NOT_BELOW: above(values, 1 / margin),
        }
        sides[Stance.EQUAL] = max(sides[Stance.NOT_ABOVE], sides[Stance.NOT_BELOW])
        sides[Stance.UNEQUAL] = min(1, 2 * min(sides[Stance.ABOVE], sides[Stance.BELOW]))
        for stance, expected in sides.items():
            assert found.of(stance, column) == pytest.approx(expected)


def test_without_an_interval_a_ratio_is_nowhere():
    assert not any(stands(stance, NOWHERE, edges(MARGIN, 1.0)) for stance in Stance)
