from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.model import Calibration, Extended, Group, Outcome, Spent
from gilometer.plan.budget import (
    A_TURN,
    AT_ONCE,
    CALIBRATION_ITERATIONS,
    CALIBRATION_WARM_UP,
    FEWEST_ROUNDS,
    MOST_ROUNDS,
    WITHIN_TO_BETWEEN_OF_A_JIT,
    Ledger,
    best_rounds,
    iterations_of,
    warm_up_iterations,
    warm_up_s,
)
from tests import records

CPYTHON = records.interpreter("cpython-3.13")
PLAN = records.plan([CPYTHON, records.interpreter("jython-2.7", jit="on")], [records.work("fib")])
JYTHON = PLAN.interpreters[1]
WORK = PLAN.works[0]
FIB, JYTHON_FIB = Group("cpython-3.13", "", "fib"), Group("jython-2.7", "", "fib")
EFFORT = PLAN.effort


# --- what comes before what counts --------------------------------------------------------------


def test_a_jit_gets_work_to_warm_up_on():
    assert [warm_up_s(one, WORK, PLAN) for one in PLAN.interpreters] == [0.0, 1.5]
    assert warm_up_iterations(CPYTHON, WORK, PLAN, 0.1) == 0
    assert warm_up_iterations(JYTHON, WORK, PLAN, 0.1) == 15
    assert warm_up_iterations(JYTHON, WORK, PLAN, 0.4) == 4


def test_an_iteration_shorter_than_it_was_calibrated_for_means_no_more_of_them():
    assert warm_up_iterations(JYTHON, WORK, PLAN, 0.0) == warm_up_iterations(JYTHON, WORK, PLAN, 0.1)


def test_one_that_takes_longer_than_all_of_its_warm_up_is_done_once():
    assert warm_up_iterations(JYTHON, WORK, PLAN, 50.0) == 1


@pytest.mark.parametrize("kind", ["io", "semantics"])
def test_to_wait_and_to_be_observed_need_no_warm_jit(kind: str):
    work = records.work("sleep", kind)
    assert warm_up_s(JYTHON, work, PLAN) == 0.0
    assert warm_up_iterations(JYTHON, work, PLAN, 0.1) == 0
    assert iterations_of(JYTHON, work, PLAN, 0.1) == EFFORT.iterations


def test_measured_on_its_own_a_jit_does_enough_to_get_warm_and_to_see_its_speed_change():
    assert iterations_of(CPYTHON, WORK, PLAN, 0.1) == EFFORT.iterations
    assert iterations_of(JYTHON, WORK, PLAN, 5.0) == EFFORT.jit_iterations
    shorter = replace(PLAN, effort=replace(EFFORT, iteration_s=0.05, jit_iterations=12))
    assert iterations_of(JYTHON, WORK, shorter, 0.05) == 30


# --- how many rounds ----------------------------------------------------------------------------


def spent(start_s: float, round_s: float, rounds: int = 5) -> Spent:
    return Spent(0, FIB, 6, start_s, start_s + rounds * round_s, rounds)


def test_the_dearer_a_start_is_beside_a_round_the_more_rounds_follow_it():
    """Kalibera and Jones: the square root of the ratio of costs, times that of variances."""
    assert best_rounds(spent(1.0, 0.1), 10.0) == 10
    assert best_rounds(spent(4.0, 0.1), 10.0) == 20
    assert best_rounds(spent(1.0, 0.1), 40.0) == 20


def test_there_are_never_too_few_for_a_mean_and_never_endlessly_many():
    assert best_rounds(spent(0.0, 0.1), 10.0) == FEWEST_ROUNDS
    assert best_rounds(spent(1000.0, 0.1), 10.0) == MOST_ROUNDS
    assert best_rounds(spent(1.0, 0.0), 10.0) == MOST_ROUNDS


def test_what_is_measured_one_after_the_other_has_no_rounds():
    assert best_rounds(spent(1.0, 0.0, rounds=0), 10.0) == 0


# --- what was spent, and what is to come ----------------------------------------------------------


def calibration(name: str, iteration_s: float = 0.1, wall_s: float = 0.5) -> Calibration:
    return Calibration(name, "", "fib", 4, iteration_s, Outcome.OK, "", wall_s)


def test_calibrations_and_blocks_are_spent_and_time_may_be_added():
    ledger = Ledger(PLAN)
    ledger.learn([calibration("cpython-3.13"), spent(0.5, 0.1), spent(0.5, 0.1)])
    assert ledger.spent_s == pytest.approx(0.5 + 1.0 + 1.0)
    assert ledger.budget_s == EFFORT.budget_s
    ledger.learn([Extended(60.0), Extended(30.0)])
    assert ledger.budget_s == EFFORT.budget_s + 90


def test_samples_cost_nothing_beside_what_their_block_took():
    ledger = Ledger(PLAN)
    ledger.learn([records.sample(control, [1.0]) for control in PLAN.controls])
    assert ledger.spent_s == 0


def test_a_block_is_guessed_from_starts_warm_ups_and_turns_and_what_must_be_calibrated_once():
    ledger = Ledger(PLAN)
    round_s = 6 * A_TURN * EFFORT.iteration_s
    usual_s = CPYTHON.timing.startup_s
    calibration_s = usual_s + CALIBRATION_ITERATIONS * EFFORT.iteration_s
    start_s = 6 / AT_ONCE * usual_s
    assert ledger.guess(FIB, 6) == Spent(0, FIB, 6, start_s, start_s + EFFORT.rounds * round_s, EFFORT.rounds)
    assert ledger.block_s(FIB, 6) == pytest.approx(start_s + EFFORT.rounds * round_s)
    assert ledger.calibration_s(FIB) == pytest.approx(calibration_s)
    slow_s = JYTHON.timing.startup_s
    calibration_s = slow_s + CALIBRATION_WARM_UP * 1.5 + CALIBRATION_ITERATIONS * EFFORT.iteration_s
    start_s = 6 / AT_ONCE * (slow_s + 15 * EFFORT.iteration_s)
    rounds = ledger.guess(JYTHON_FIB, 6).rounds
    assert ledger.block_s(JYTHON_FIB, 6) == pytest.approx(start_s + rounds * round_s)
    assert ledger.calibration_s(JYTHON_FIB) == pytest.approx(calibration_s)


def test_the_first_block_has_more_rounds_where_a_start_is_dear():
    ledger = Ledger(PLAN)
    guess = ledger.guess(JYTHON_FIB, 6)
    assert guess.rounds == best_rounds(guess, WITHIN_TO_BETWEEN_OF_A_JIT) > ledger.guess(FIB, 6).rounds
    assert ledger.guess(JYTHON_FIB, 2).rounds == guess.rounds, "however many processes there are"


def test_what_was_calibrated_costs_nothing_more_and_betters_the_guess():
    ledger, slow = Ledger(PLAN), Ledger(PLAN)
    ledger.learn([calibration("cpython-3.13")])
    assert ledger.calibration_s(FIB) == 0
    slow.learn([calibration("cpython-3.13", iteration_s=1.0)])
    assert slow.block_s(FIB, 6) > 5 * ledger.block_s(FIB, 6)


def test_what_a_group_took_replaces_the_guess_for_as_many_processes():
    ledger = Ledger(PLAN)
    assert ledger.last(FIB) is None
    took = Spent(2, FIB, 6, 1.0, 12.0, 5)
    ledger.learn([spent(0.5, 0.1), took])
    assert ledger.last(FIB) == took
    assert [ledger.block_s(FIB, members) for members in (6, 3)] == pytest.approx([12.0, 6.0])
    assert ledger.last(JYTHON_FIB) is None


def test_a_block_in_which_nothing_could_be_started_tells_nothing_of_what_one_takes():
    ledger = Ledger(PLAN)
    guessed_s = ledger.block_s(FIB, 6)
    ledger.learn([Spent(0, FIB, 0, 0.0, 0.0, 0)])
    assert ledger.block_s(FIB, 6) == guessed_s > 0
