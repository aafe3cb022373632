from __future__ import annotations

import math

import pytest

from gilometer.model import Cell, Iteration, Role, Sample, Slot, Strategy
from gilometer.plan.cores import (
    ENOUGH,
    FEWEST_WHOLE_ROUNDS,
    Blocks,
    cores_of,
    is_short,
    without_short_rounds,
)
from gilometer.plan.decisions import FEWEST_TO_DECIDE
from gilometer.stats.running import RunningMean
from tests import records
from tests.plan.taken import turns

SERIAL = Cell("cpython-3.13t", "", "fib", Strategy.SERIAL, 1)


@pytest.mark.parametrize("copies", [1, 2, 8])
def test_processes_are_short_of_cores_that_had_clearly_less_than_one_each(copies):
    assert is_short(0.8 * copies, copies)
    assert not is_short(ENOUGH * copies, copies)
    assert not is_short(1.1 * copies, copies), "the clock of CPU time is coarse, and a JIT has threads"


def test_what_is_unknown_is_not_short():
    assert not is_short(math.nan, 2)


@pytest.mark.parametrize(("cpu_s", "cores"), [((1.0, 2.0), 1.5), ((None, 2.0), math.nan), ((2.0, 2.0), 2.0)])
def test_cores_are_cpu_time_over_wall_time_added_up(cpu_s, cores):
    assert cores_of(Iteration(2.0, one) for one in cpu_s) == pytest.approx(cores, nan_ok=True)


# --- rounds -----------------------------------------------------------------------------------------


def control(*cores: float, copies: int = 2, warm: tuple[float, ...] = ()) -> list[Sample]:
    """Copies that had so many cores together in each round."""
    slot = Slot(0, SERIAL, Role.CAPACITY, copies)
    found = [{"wall_s": 1.0, "cpu_s": 1.0} for _ in warm] + [
        {"wall_s": 1.0, "cpu_s": each / copies} for each in cores
    ]
    walls = [1.0] * len(found)
    return [
        records.sample(slot, walls, copy, turns_from=len(warm), iterations=found) for copy in range(copies)
    ]


def kept(*samples: Sample, warm: tuple[float, ...] = ()) -> list[float]:
    """Which of the rounds 0, 1, 2 are left of a process whose turns took as many seconds and one more."""
    measured = turns(Slot(0, SERIAL), [1.0 + at for at in range(8)], warm=warm)
    first, *_ = without_short_rounds([measured, *samples])
    assert first.line is not None
    left = [one.wall_s - 1 for one in first.line.iterations[len(warm) :]]
    assert [one.wall_s for one in first.line.iterations[: len(warm)]] == list(warm)
    return left


ALL = list(range(8))


def test_rounds_in_which_copies_had_too_few_cores_are_left_out_of_all():
    assert kept(*control(2.0, 1.2, 2.0, 2.0, 1.0, 2.0, 2.0, 2.0)) == [0, 2, 3, 5, 6, 7]
    own = without_short_rounds(control(2.0, 1.2, 2.0, 2.0))
    assert [len(one.line.iterations) for one in own if one.line] == [3, 3]


def test_what_came_before_the_turns_stays():
    assert kept(*control(*[2.0] * 7, 1.0), warm=(9.0, 8.0)) == ALL[:-1]
    assert kept(*control(*[2.0] * 7, 1.0, warm=(1.0,))) == ALL[:-1]


def test_where_too_few_rounds_would_be_left_none_is_left_out():
    enough = [2.0] * FEWEST_WHOLE_ROUNDS
    assert kept(*control(*enough, *[1.0] * (8 - FEWEST_WHOLE_ROUNDS))) == ALL[:FEWEST_WHOLE_ROUNDS]
    assert kept(*control(*enough[1:], *[1.0] * (9 - FEWEST_WHOLE_ROUNDS))) == ALL


def test_more_copies_than_there_are_cores_leave_out_nothing():
    few = control(2.0, 1.0, *[2.0] * 6)
    assert kept(*few, *control(*[2.0] * 8, copies=4)) == [0, *ALL[2:]]


def test_controls_of_which_a_copy_failed_and_unknown_cores_leave_out_nothing():
    assert kept(control(1.0, *[2.0] * 7)[0]) == ALL
    assert kept(*control(math.nan, *[2.0] * 7)) == ALL
    assert kept() == ALL


# --- blocks -----------------------------------------------------------------------------------------


def test_short_blocks_count_until_there_are_enough_others():
    blocks = Blocks(RunningMean())
    blocks.add_short(1.0)
    for number in range(FEWEST_TO_DECIDE):
        assert blocks.counted.mean == pytest.approx(1 / (1 + number))
        blocks.add(0.0)
    assert (blocks.counted.count, blocks.counted.mean) == (FEWEST_TO_DECIDE, 0.0)
    blocks.add_short(1.0)
    assert (blocks.counted.count, blocks.counted.mean) == (FEWEST_TO_DECIDE, 0.0)


def test_without_short_blocks_all_count():
    blocks = Blocks(RunningMean())
    for number in range(5):
        blocks.add(float(number))
    assert (blocks.counted.count, blocks.counted.mean) == (5, 2.0)
