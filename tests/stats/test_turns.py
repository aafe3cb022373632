"""Turns: what ``stats.levels`` says of a group, for whole runs at once; and what then counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilometer.analysis.frames import gather
from gilometer.model import Cell, Outcome, Role, Slot
from gilometer.stats import levels as of_planner
from gilometer.stats.turns import TurnTimes, adjusted, levels
from tests.records import SERIAL, THREADS, failed, sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from gilometer.model import Sample

FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13", "", "fib", THREADS, 2)
PYPY = Cell("pypy-3.11", "", "fib", SERIAL, 1)
CELLS = (FIB, THREADED, PYPY)
WALLS = st.floats(1e-6, 1e3)


def took_turns(slot: Slot, walls: Iterable[float], warm_up: Sequence[float] = ()) -> Sample:
    """One pass an iteration, those of ``warm_up`` before its turns."""
    return sample(slot, [*warm_up, *map(float, walls)], passes=1, turns_from=len(warm_up))


def rows(*samples: Sample) -> pd.DataFrame:
    return gather(CELLS, samples).invocations


@given(st.lists(st.lists(WALLS, min_size=1, max_size=9), min_size=1, max_size=6), st.integers(0, 3))
def test_whole_runs_agree_with_what_the_planner_does_for_each_group(walls, split):
    """Processes of two groups, whose rounds have nothing to do with each other."""
    expected = [*of_planner.adjusted(walls[:split]), *of_planner.adjusted(walls[split:])]
    process = np.concatenate([np.full(len(row), at) for at, row in enumerate(walls)])
    turns = TurnTimes(
        process=process,
        together=(process >= split).astype(np.intp),
        round=np.concatenate([np.arange(len(row)) for row in walls]),
        logs=np.log(np.concatenate(walls)),
    )
    logs = adjusted(turns)
    assert logs == pytest.approx(np.concatenate(expected), abs=1e-9)
    found = levels(process, logs, len(walls) + 1)
    assert found[:-1] == pytest.approx([of_planner.level(row) for row in expected], abs=1e-9)
    assert math.isnan(found[-1])


def test_a_round_that_is_slow_for_all_cancels():
    slow = np.asarray([1, 1, 3, 1, 1.5, 1])
    found = rows(
        took_turns(Slot(0, FIB), 2 * slow),
        took_turns(Slot(0, THREADED), 1 * slow),
        took_turns(Slot(0, FIB, Role.TWIN), 2 * slow),
    )["wall_s"]
    assert (found / found[1]).to_list() == pytest.approx([2, 1, 2])


def test_a_neighbour_of_one_process_in_a_few_rounds_is_set_aside():
    found = rows(
        took_turns(Slot(0, FIB), [2, 2, 2, 2, 9, 2, 2, 2]),
        took_turns(Slot(0, THREADED), [1, 1, 1, 1, 1, 1, 1, 1]),
        took_turns(Slot(0, FIB, Role.TWIN), [2, 2, 2, 2, 2, 2, 2, 2]),
    )
    assert found["wall_s"].to_list() == pytest.approx([2, 1, 2])


def test_rounds_are_shared_within_a_block_and_group_alone():
    """Each of the others is alone with its rounds, whose median is all that is left of them."""
    slow = [1.0, 1.0, 4.0, 4.0, 4.0]
    found = rows(
        took_turns(Slot(0, FIB), slow),
        took_turns(Slot(1, FIB), [1.0] * 5),
        took_turns(Slot(0, PYPY), [1.0] * 5),
    )
    assert found["wall_s"].to_list() == pytest.approx([4, 1, 1])


def test_a_reference_takes_part_in_the_rounds_that_it_stands_beside():
    slow = np.asarray([1, 2, 1, 2, 2])
    beside = Slot(0, PYPY, Role.REFERENCE, beside="cpython-3.13")
    found = rows(
        took_turns(Slot(0, PYPY), [7.0] * 5), took_turns(Slot(0, FIB), slow), took_turns(beside, 3 * slow)
    )["wall_s"]
    assert found[2] / found[1] == pytest.approx(3)
    assert found[0] == pytest.approx(7)


def test_what_was_done_to_warm_up_does_not_count():
    row = rows(took_turns(Slot(0, FIB), [2.0, 2.0, 2.0], [9.0, 8.0])).iloc[0]
    assert (row["wall_s"], row["cpu_s"]) == pytest.approx((2.0, 2.0 * 0.99))
    assert row["effective_cores"] == pytest.approx(0.99)
    assert (row["steady_state"], row["iterations"], row["turns_from"]) == ("", 5, 2)


def test_a_change_that_a_neighbour_makes_in_whole_rounds_is_none_of_the_program():
    walls = np.asarray([1.0] * 20 + [2.0] * 10)
    samples = [took_turns(Slot(0, cell), walls, [1.0] * 2) for cell in (FIB, THREADED, FIB)]
    assert set(rows(*samples)["steady_state"]) == {"flat"}
    alone = sample(Slot(0, FIB), [1.0, 1.0, *walls.tolist()], passes=1)
    assert set(rows(alone)["steady_state"]) == {"slowdown"}


def test_rounds_before_the_steady_state_do_not_count():
    """One of three is still warming up when the turns begin."""
    warming = took_turns(Slot(0, FIB), [4.0] * 4 + [1.0] * 20, [4.0] * 4)
    others = [took_turns(Slot(0, cell), [1.0] * 24, [1.0] * 4) for cell in (THREADED, FIB)]
    row = rows(warming, *others).iloc[0]
    assert (row["steady_state"], row["steady_from"]) == ("warmup", 8)
    assert row["warmup_s"] == pytest.approx(32)
    assert row["wall_s"] == pytest.approx(1)


def test_a_steady_state_that_began_while_warming_up_has_its_time_from_the_turns():
    row = rows(took_turns(Slot(0, FIB), [1.0] * 20, [5.0, 1.02, 1.02, 1.02])).iloc[0]
    assert row["steady_from"] < 4
    assert row["wall_s"] == pytest.approx(1)


def test_without_anything_before_the_turns_no_class_is_given():
    row = rows(took_turns(Slot(0, FIB), [2.0] * 10 + [1.0] * 14)).iloc[0]
    assert row["steady_state"] == ""
    assert math.isnan(row["steady_from"])


def test_a_turn_without_a_duration_leaves_the_others_in_their_rounds():
    slow = np.asarray([1.0, 3.0, 1.0, 3.0])
    broken = [math.nan, *(slow[1:] / 2)]
    found = rows(took_turns(Slot(0, FIB), slow), took_turns(Slot(0, THREADED), broken))["wall_s"]
    assert found[0] / found[1] == pytest.approx(2)


def test_what_was_not_ok_has_no_time_and_takes_no_part():
    wrong = failed(Slot(0, THREADED), Outcome.WRONG_CHECKSUM, "")
    found = rows(took_turns(Slot(0, FIB), [1.0, 1.0, 2.0]), wrong)
    assert found["wall_s"].to_list() == pytest.approx([1, math.nan], nan_ok=True)
