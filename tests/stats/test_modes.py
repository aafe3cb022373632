"""Test that modes are found where values fall apart, and nowhere else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gilometer.stats.modes import FEWEST, modes

NOISE = np.random.default_rng(3).normal(0, 0.03, 60)


def around(*ratios_and_counts: tuple[float, int]) -> list[float]:
    """Scatter logarithms around each ratio."""
    centres = [math.log(ratio) for ratio, count in ratios_and_counts for _ in range(count)]
    return [centre + noise for centre, noise in zip(centres, NOISE, strict=False)]


def test_three_speeds_are_three_modes_with_their_shares():
    found = modes(around((2.5, 27), (0.95, 12), (0.2, 12)))
    assert [one.ratio for one in found] == pytest.approx([2.5, 0.95, 0.2], rel=0.05)
    assert [one.share for one in found] == pytest.approx([27 / 51, 12 / 51, 12 / 51])


def test_two_speeds_are_two_modes_in_any_order_of_their_blocks():
    values = around((1.9, 6), (0.9, 6))
    assert len(modes(values)) == 2
    assert modes(values[::-1]) == modes(values)


def test_what_was_not_measured_does_not_count():
    assert modes([*around((1.9, 6), (0.9, 6)), math.nan]) == modes(around((1.9, 6), (0.9, 6)))


def test_noise_around_one_speed_is_no_mode():
    assert modes(around((1.9, 50))) == ()
    assert modes([0.0] * 50) == ()


@pytest.mark.parametrize("outliers", [1, 2, 9])
def test_a_few_outliers_are_no_mode(outliers):
    assert modes(around((1.9, 50 - outliers), (0.9, outliers))) == ()


def test_speeds_that_hardly_differ_are_no_modes():
    assert modes([0.0] * 10 + [math.log(1.2)] * 10) == ()
    assert len(modes([0.0] * 10 + [math.log(1.3)] * 10)) == 2


def test_too_few_blocks_tell_nothing():
    assert modes(around((1.9, 4), (0.9, FEWEST - 5))) == ()
    assert len(modes(around((1.9, 4), (0.9, FEWEST - 4)))) == 2
