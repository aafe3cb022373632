from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gilometer.analysis.frames import gather
from gilometer.model import Cell, Outcome, Slot, Strategy
from gilometer.plan.times import settled_log, settled_s
from tests import records

CELL = Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1)
SLOT = Slot(0, CELL)


def test_the_settled_time_is_the_median_of_the_second_half_a_pass():
    assert settled_s(records.line(CELL, [9.0, 9.0, 3.0, 1.0, 2.0])) == 1.0  # the middle one belongs to it
    assert settled_s(records.line(CELL, [9.0, 4.0])) == 2.0


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=9))
def test_where_iterations_are_few_it_is_that_of_the_analysis(walls):
    invocations = gather((CELL,), [records.sample(SLOT, walls)]).invocations
    assert settled_s(records.line(CELL, walls)) == pytest.approx(invocations["wall_s"][0])
    assert settled_log(records.sample(SLOT, walls)) == pytest.approx(math.log(invocations["wall_s"][0]))


def test_a_line_without_iterations_or_passes_has_no_time():
    assert math.isnan(settled_s(records.line(CELL, [])))
    assert math.isnan(settled_s(records.line(CELL, [1.0], passes=0)))


@pytest.mark.parametrize("wall_s", [0.0, -1.0, math.nan, math.inf])
def test_a_time_that_can_be_no_time_has_no_logarithm(wall_s):
    assert settled_log(records.sample(SLOT, [wall_s] * 3)) is None


def test_what_failed_or_left_no_line_has_none():
    good = records.sample(SLOT, [1.0])
    assert settled_log(records.failed(SLOT, Outcome.CRASHED, "signal 11")) is None
    assert settled_log(replace(good, outcome=Outcome.WRONG_CHECKSUM)) is None
    assert settled_log(replace(good, line=None)) is None
