from __future__ import annotations

import math

import pytest

from gilometer.model import Estimate
from gilometer.stats.break_even import workers_needed


@pytest.mark.parametrize(
    ("cost", "speedup", "workers", "needed"),
    [
        (2.0, 2.0, 2, 2),
        (1.5, 2.0, 2, 1.5),
        (3.0, 2.0, 2, 3),
        (2.0, 2.5, 4, 3),
        (0.8, 2.0, 2, 1),
        (1.0, 1.0, 2, 1),
    ],
)
def test_each_further_worker_adds_as_much_as_those_that_were_measured(cost, speedup, workers, needed):
    assert workers_needed(Estimate(cost), Estimate(speedup), workers).value == pytest.approx(needed)


@pytest.mark.parametrize("speedup", [1.0, 0.6])
def test_workers_that_add_nothing_never_make_up_for_a_cost(speedup):
    assert workers_needed(Estimate(2.0), Estimate(speedup), 2).value == math.inf


def test_the_ends_are_those_of_the_less_favourable_ends():
    found = workers_needed(Estimate(2.0, 1.5, 2.5), Estimate(1.8, 1.5, 2.0), 2)
    assert (found.low, found.high) == pytest.approx((1.5, 4.0))


def test_a_speedup_that_may_be_none_has_no_upper_end():
    assert workers_needed(Estimate(2.0, 1.9, 2.1), Estimate(1.2, 0.9, 1.5), 2).high == math.inf


@pytest.mark.parametrize(
    ("cost", "speedup"), [(Estimate(2.0), Estimate(1.8, 1.7, 1.9)), (Estimate(2.0, 1.9, 2.1), Estimate(1.8))]
)
def test_without_either_interval_there_is_none(cost, speedup):
    assert not workers_needed(cost, speedup, 2).has_interval
