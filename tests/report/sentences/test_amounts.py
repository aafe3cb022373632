from __future__ import annotations

import math

import pytest

from gilometer.report.sentences.amounts import amount, percentage, span, threshold, told, with_span

SPEED = "share of its speed alone"
TIME = "share of the time"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0%"),
        (0.412, "41%"),
        (0.0534, "5.3%"),
        (0.00052, "0.052%"),
        (1e-9, "0.0000%"),
        (0.9987, "99.87%"),
        (1.0, "100%"),
    ],
)
def test_a_share_has_two_figures_of_what_it_is_or_of_what_it_lacks(share, words):
    assert percentage(share) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.412, "share", "41%"),
        (0.9987, "share run", "99.87%"),
        (0.9687, SPEED, "97%"),
        (1.034, SPEED, "103%"),
        (0.9687, TIME, "97%"),
        (0.0004, TIME, "0%"),
        (5.021, "ms", "5.02 ms"),
        (-0.02, "ms", "-0.02 ms"),
        (math.nan, "ms", "-"),
    ],
)
def test_an_amount_has_its_unit(value, unit, words):
    assert amount(value, unit) == words


def test_an_interval_has_the_unit_of_what_stands_before_it():
    assert with_span(0.41, 0.38, 0.44, "share") == "41% [38%, 44%]"
    assert with_span(5.02, 4.95, 5.1, "ms") == "5.02 ms [4.95, 5.10]"
    assert with_span(5.02, math.nan, math.nan, "ms") == "5.02 ms"
    assert span(math.nan, math.nan, "share") == ""


def test_a_speed_is_a_share_of_something():
    assert told(0.97, 0.95, 0.99, SPEED) == "97% [95%, 99%] of its speed alone"
    assert told(0.41, 0.38, 0.44, "share") == "41% [38%, 44%]"


@pytest.mark.parametrize(
    ("value", "unit", "words"), [(0.001, "share", "0.1%"), (0.5, SPEED, "50%"), (1.0, "ms", "1 ms")]
)
def test_a_threshold_is_told_as_it_was_chosen(value, unit, words):
    assert threshold(value, unit) == words
