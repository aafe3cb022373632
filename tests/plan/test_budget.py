from __future__ import annotations

import msgspec
import pytest

from harness.model import Calibration, Cell, Outcome, Role, Slot, Strategy
from harness.plan.blocks import slots_of
from harness.plan.budget import Estimate, Ledger, iterations_of, warm_up_s
from tests import records

CPYTHON = records.interpreter("cpython-3.13")
PLAN = records.plan([CPYTHON, records.interpreter("jython-2.7", jit="on")], [records.work("fib")])
SERIAL = Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1)


JYTHON = PLAN.interpreters[1]
WORK = PLAN.works[0]


def test_a_jit_gets_work_to_warm_up_on():
    assert [warm_up_s(one, WORK, PLAN) for one in PLAN.interpreters] == [0.0, 1.5]
    assert iterations_of(CPYTHON, WORK, PLAN, 0.1) == 4
    assert iterations_of(JYTHON, WORK, PLAN, 0.1) == 15
    assert iterations_of(JYTHON, WORK, PLAN, 1.0) == 4


def test_waiting_needs_no_warm_jit():
    assert warm_up_s(JYTHON, records.work("sleep", "io"), PLAN) == 0.0


def test_an_iteration_shorter_than_it_was_calibrated_for_means_no_more_iterations():
    assert iterations_of(JYTHON, WORK, PLAN, 0.0) == 15


def test_the_ledger_counts_calibrations_and_copies_that_ran_at_once_only_once():
    slot = Slot(0, SERIAL, Role.CAPACITY, 2)
    copies = [records.sample(slot, [1.0], copy) for copy in range(2)]
    calibration = Calibration("cpython-3.13", "", "fib", 4, 0.1, Outcome.OK, "", 0.5)
    ledger = Ledger(PLAN, [calibration, *copies])
    assert ledger.spent_s == pytest.approx(0.5 + copies[0].wall_s)


def test_the_first_block_is_always_allowed_and_one_that_was_begun_is_ended():
    frugal = msgspec.structs.replace(PLAN, effort=msgspec.structs.replace(PLAN.effort, budget_s=0.001))
    assert Ledger(frugal, []).allows(0)
    begun = Ledger(frugal, [records.sample(Slot(block, SERIAL), [1.0]) for block in range(2)])
    assert begun.allows(1)
    assert not begun.allows(2)


def test_another_block_is_allowed_while_one_like_the_last_fits():
    ledger = Ledger(PLAN, [records.sample(Slot(0, SERIAL), [100.0])])
    assert ledger.allows(1)
    ledger.learn([records.sample(Slot(1, SERIAL), [100.0])])
    assert not ledger.allows(2)


def test_what_was_measured_replaces_the_guess():
    ledger = Ledger(PLAN, [])
    guess = ledger.slots_s([Slot(1, SERIAL)])
    ledger.learn([records.sample(Slot(0, SERIAL), [7.0])])
    assert guess == pytest.approx(0.46)
    assert ledger.slots_s([Slot(1, SERIAL)]) == pytest.approx(7.05)


def test_an_interpreter_without_multiprocessing_takes_no_time_for_processes():
    facts = msgspec.structs.replace(CPYTHON.facts, capabilities=("threading",))
    plan = records.plan([msgspec.structs.replace(CPYTHON, facts=facts)], [records.work("fib")])
    processes = Cell("cpython-3.13", "", "fib", Strategy.PROCESSES, 2)
    assert Ledger(plan, []).slots_s([Slot(0, processes)]) < Ledger(plan, []).slots_s([Slot(0, SERIAL)])


def test_the_estimate_is_calibration_and_as_many_blocks_as_the_budget_holds():
    estimate = Estimate(PLAN)
    assert estimate.block_s == pytest.approx(Ledger(PLAN, []).slots_s(slots_of(PLAN, 0)))
    assert estimate.blocks == int((270 - estimate.calibration_s) / estimate.block_s)
    assert estimate.total_s == pytest.approx(estimate.calibration_s + estimate.blocks * estimate.block_s)


def test_a_small_budget_still_means_one_block():
    frugal = msgspec.structs.replace(PLAN, effort=msgspec.structs.replace(PLAN.effort, budget_s=0.1))
    assert Estimate(frugal).blocks == 1
