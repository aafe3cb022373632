from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from gilometer.model import Cell, Outcome, Role, Sample, Slot, Strategy
from gilometer.plan.rounds import BlockResult, block_result
from tests import records
from tests.plan.taken import turns

SERIAL = Cell("cpython-3.13t", "", "fib", Strategy.SERIAL, 1)
THREADS = replace(SERIAL, strategy=Strategy.THREADS, workers=2)
BASELINE = replace(SERIAL, interpreter="cpython-3.13")
MEASURED, SPREAD = Slot(0, SERIAL), Slot(0, THREADS)
TWIN = Slot(0, SERIAL, Role.TWIN)
BESIDE = Slot(0, BASELINE, Role.REFERENCE, beside="cpython-3.13t")
PASSES = 2
"""Of each iteration, in ``records.line``."""


def copies(first: float, second: float, rounds: int = 4) -> list[Sample]:
    slot = Slot(0, SERIAL, Role.CAPACITY, 2)
    return [turns(slot, [wall] * rounds, copy) for copy, wall in enumerate((first, second))]


def block(*more: Sample) -> BlockResult:
    return block_result([turns(MEASURED, [2.0] * 4), turns(TWIN, [2.2] * 4), *more])


def test_of_each_cell_it_tells_the_level_of_a_pass():
    result = block(turns(SPREAD, [1.0, 1.0, 9.0, 1.0]), turns(BESIDE, [4.0] * 4))
    logs = {SERIAL: math.log(2.0 / PASSES), THREADS: math.log(1.0 / PASSES)}
    assert result.cells == pytest.approx(logs)
    assert result.references == pytest.approx({BASELINE: math.log(4.0 / PASSES)})


def test_what_slowed_a_whole_round_is_in_no_ratio():
    slow = [1.0, 3.0, 5.0, 1.0]
    found = block_result(
        [turns(slot, [wall * by for by in slow]) for slot, wall in ((MEASURED, 2.0), (SPREAD, 1.0))]
    )
    assert found.cells[SERIAL] - found.cells[THREADS] == pytest.approx(math.log(2))


def test_iterations_before_the_first_turn_do_not_count():
    result = block_result([turns(MEASURED, [2.0] * 4, warm=[50.0] * 9)])
    assert result.cells[SERIAL] == pytest.approx(math.log(2.0 / PASSES))


def test_noise_is_serial_over_its_twin():
    assert block().noise == pytest.approx(math.log(2.0 / 2.2))
    assert math.isnan(block_result([turns(MEASURED, [2.0] * 4)]).noise)
    assert math.isnan(block_result([turns(TWIN, [2.0] * 4)]).noise)


def test_capacity_is_what_all_copies_achieved_over_one_alone():
    assert block(*copies(2.0, 4.0)).capacity == pytest.approx({2: math.log(1 + 0.5)})


def test_cores_are_the_cpu_time_of_all_copies_over_their_wall_time():
    slot = Slot(0, SERIAL, Role.CAPACITY, 2)
    had = [turns(slot, [2.0] * 4, copy, warm=[9.0], cores=cores) for copy, cores in enumerate((1.0, 0.6))]
    assert block(*had).cores == pytest.approx({2: 1.6})
    assert block(had[0]).cores == {}
    assert math.isnan(block(had[0], turns(slot, [2.0] * 4, 1, cores=None)).cores[2])


def test_concurrency_is_the_cores_of_a_cell_over_those_of_serial():
    had = [turns(MEASURED, [2.0] * 4, warm=[9.0], cores=0.9), turns(SPREAD, [1.0] * 4, cores=1.8)]
    assert block_result(had).concurrency == pytest.approx({SERIAL: 0.0, THREADS: math.log(2)})
    assert block_result(had[1:]).concurrency == {}


@pytest.mark.parametrize("cores", [None, 0.0, -1.0, math.nan])
def test_without_a_cpu_time_above_0_there_is_none(cores):
    assert block(turns(SPREAD, [1.0] * 4, cores=cores)).concurrency == pytest.approx({SERIAL: 0.0})
    assert block_result([turns(MEASURED, [1.0] * 4, cores=cores)]).concurrency == {}


def test_copies_of_which_one_failed_and_those_beside_no_serial_tell_nothing():
    assert block(copies(2.0, 2.0)[0]).capacity == {}
    assert block_result(copies(2.0, 2.0)).capacity == {}


@pytest.mark.parametrize(
    "bad",
    [
        replace(turns(SPREAD, [1.0] * 4), outcome=Outcome.WRONG_CHECKSUM),
        records.failed(SPREAD, Outcome.CRASHED, "signal 11"),
        turns(SPREAD, []),
        turns(SPREAD, [], warm=[1.0] * 4),
        turns(SPREAD, [0.0, 1.0, 1.0]),
        turns(SPREAD, [1.0, math.inf]),
        turns(SPREAD, [1.0, math.nan]),
    ],
    ids=["wrong", "crashed", "no turn", "only warmed up", "zero", "infinite", "not a number"],
)
def test_what_failed_or_has_no_time_tells_nothing_and_disturbs_no_other(bad):
    assert block(bad) == block()


def test_what_was_measured_on_its_own_tells_its_settled_time():
    """An interpreter that takes no turns; there are no rounds to take anything off."""
    alone = [records.sample(slot, [9.0, 9.0, wall, wall]) for slot, wall in ((MEASURED, 2.0), (SPREAD, 1.0))]
    result = block_result(alone)
    assert result.cells == pytest.approx({SERIAL: math.log(2.0 / PASSES), THREADS: math.log(1.0 / PASSES)})
    assert math.isnan(result.within)


def test_the_spread_from_round_to_round_is_that_of_ratios_to_the_first():
    by = 1.1
    result = block_result(
        [
            turns(MEASURED, [1.0, 2.0, 1.0, 2.0]),
            turns(SPREAD, [1.0 * by, 2.0, 1.0 * by, 2.0]),
            turns(TWIN, [1.0, 2.0 * by, 1.0, 2.0 * by]),
            *copies(1.0, 7.0),
        ]
    )
    assert result.within == pytest.approx(math.log(by) / math.sqrt(3))


@pytest.mark.parametrize("rounds", [0, 1])
def test_of_one_round_there_is_no_spread(rounds):
    assert math.isnan(block_result([turns(slot, [1.0] * rounds) for slot in (MEASURED, SPREAD)]).within)


def test_of_nothing_nothing_is_told():
    result = block_result([])
    assert (result.cells, result.references, result.capacity) == ({}, {}, {})
