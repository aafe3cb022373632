from __future__ import annotations

import math

import pytest

from gilometer.report.results import results_of
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.text import (
    counted,
    duration,
    heading,
    listed,
    number,
    one_line,
    plural,
    span,
)
from tests.report.worlds import alone, changed, usual


def test_text_on_one_line_has_single_spaces():
    assert one_line(" a\n\n b\x1b ") == r"a b\x1b"


@pytest.mark.parametrize(
    ("names", "clause"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_become_a_clause(names, clause):
    assert listed(names) == clause


def test_many_names_become_a_number():
    assert counted(["a", "b"]) == "a and b"
    assert counted(list("abcde")) == "5 interpreters"


def test_numbers_have_two_or_three_figures():
    assert [number(value) for value in (0.617, 0.0821, 1.0, 12.34, 1234.0, math.nan)] == [
        "0.62",
        "0.082",
        "1.00",
        "12.3",
        "1.23e+03",
        "-",
    ]
    assert span(0.5, 12.0) == "[0.50, 12]"
    assert span(math.nan, math.nan) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.2e-8, "42 ns"),
        (9.54e-7, "954 ns"),
        (9.999e-7, "1 us"),
        (2.834e-6, "2.83 us"),
        (0.0156, "15.6 ms"),
        (1.0, "1 s"),
        (math.nan, "-"),
    ],
)
def test_a_duration_has_the_unit_that_suits(seconds, words):
    assert duration(seconds) == words


def test_one_is_singular():
    assert [plural(1, "block"), plural(2, "block")] == ["1 block", "2 blocks"]


def test_what_the_intervals_rest_on_is_said():
    assert certainty(results_of(*usual(blocks=3))) == "95% intervals over 3 blocks"
    assert certainty(results_of(*alone())) == "1 block: no interval"


def test_where_some_cells_were_measured_in_more_blocks_both_numbers_are_said():
    analysis = usual(blocks=3)[1]
    first = analysis.summary["speedup_low"].first_valid_index()
    counts = analysis.summary["invocations"].where(analysis.summary.index != first, 14)
    more = analysis.summary.assign(invocations=counts)
    assert certainty(changed(usual(blocks=3), summary=more)) == "95% intervals over 3 to 14 blocks"


def test_a_long_label_is_broken_where_it_may_be():
    assert heading("mixed:cpu=0.5") == ["mixed:", "cpu=0.5"]
    assert heading("nested_loops") == ["nested_", "loops"]
