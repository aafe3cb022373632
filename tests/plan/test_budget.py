from __future__ import annotations

import msgspec
import pytest

from harness.model import Calibration, Cell, Choice, Outcome, Role, Slot, Strategy
from harness.plan.blocks import slots_of
from harness.plan.budget import Estimate, Ledger, iterations_of, warm_up_s
from harness.plan.groups import groups_of
from tests import records

CPYTHON = records.interpreter("cpython-3.13")
PLAN = records.plan([CPYTHON, records.interpreter("jython-2.7", jit="on")], [records.work("fib")])
SERIAL = Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1)
JYTHON = PLAN.interpreters[1]
WORK = PLAN.works[0]


def test_a_jit_gets_work_to_warm_up_on():
    assert [warm_up_s(one, WORK, PLAN) for one in PLAN.interpreters] == [0.0, 1.5]
    assert iterations_of(CPYTHON, WORK, PLAN, 0.1) == 4
    assert iterations_of(JYTHON, WORK, PLAN, 0.05) == 20
    quick = msgspec.structs.replace(PLAN.effort, iteration_s=0.05, jit_iterations=12)
    assert iterations_of(JYTHON, WORK, msgspec.structs.replace(PLAN, effort=quick), 0.05) == 30


def test_however_slow_a_jit_is_it_does_enough_iterations_to_see_its_speed_change():
    assert iterations_of(JYTHON, WORK, PLAN, 5.0) == 20


@pytest.mark.parametrize("kind", ["io", "semantics"])
def test_to_wait_and_to_be_observed_need_no_warm_jit(kind: str):
    work = records.work("sleep", kind)
    assert warm_up_s(JYTHON, work, PLAN) == 0.0
    assert iterations_of(JYTHON, work, PLAN, 0.1) == 4


def test_an_iteration_shorter_than_it_was_calibrated_for_means_no_more_iterations():
    assert iterations_of(JYTHON, WORK, PLAN, 0.0) == iterations_of(JYTHON, WORK, PLAN, 0.1)


def test_the_ledger_counts_calibrations_and_copies_that_ran_at_once_only_once():
    slot = Slot(0, SERIAL, Role.CAPACITY, 2)
    copies = [records.sample(slot, [1.0], copy) for copy in range(2)]
    ledger = Ledger(PLAN)
    ledger.learn([Calibration("cpython-3.13", "", "fib", 4, 0.1, Outcome.OK, "", 0.5), *copies])
    assert ledger.spent_s == pytest.approx(0.5 + copies[0].wall_s)


def test_what_was_measured_replaces_the_guess():
    ledger = Ledger(PLAN)
    guess = ledger.slots_s([Slot(1, SERIAL)])
    ledger.learn([records.sample(Slot(3, SERIAL), [7.0])])
    assert guess == pytest.approx(0.46)
    assert ledger.slots_s([Slot(0, SERIAL), Slot(4, SERIAL)]) == pytest.approx(2 * 7.05)


def test_two_copies_and_four_take_times_of_their_own():
    two, four = (Slot(0, SERIAL, Role.CAPACITY, copies) for copies in (2, 4))
    ledger = Ledger(PLAN)
    ledger.learn([records.sample(two, [1.0]), records.sample(four, [2.0])])
    assert [ledger.slots_s([slot]) for slot in (two, four)] == pytest.approx([1.05, 2.05])


def test_a_calibration_that_took_longer_than_asked_for_betters_the_guess():
    ledger = Ledger(PLAN)
    ledger.learn([Calibration("jython-2.7", "", "fib", 1, 0.5, Outcome.OK, "", 4.0)])
    serial = Cell("jython-2.7", "", "fib", Strategy.SERIAL, 1)
    assert ledger.slots_s([Slot(0, serial)]) == pytest.approx(0.9 + 20 * 0.5)


def test_an_interpreter_without_multiprocessing_takes_no_time_for_processes():
    facts = msgspec.structs.replace(CPYTHON.facts, capabilities=("threading",))
    plan = records.plan([msgspec.structs.replace(CPYTHON, facts=facts)], [records.work("fib")])
    processes = Cell("cpython-3.13", "", "fib", Strategy.PROCESSES, 2)
    assert Ledger(plan).slots_s([Slot(0, processes)]) < Ledger(plan).slots_s([Slot(0, SERIAL)])


def test_the_estimate_is_calibration_and_the_fewest_blocks():
    estimate = Estimate(PLAN)
    whole = Choice(0, tuple(groups_of(PLAN)), "")
    assert estimate.block_s == pytest.approx(Ledger(PLAN).slots_s(slots_of(PLAN, whole)))
    assert estimate.calibration_s == pytest.approx(0.06 + 0.6 + 0.9 + 1.5 + 0.6)
    assert estimate.floor_s == pytest.approx(estimate.calibration_s + 6 * estimate.block_s)
