from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from gilometer.model import Cell, Group, Role, Slot, Strategy
from gilometer.plan.lineup import Lineup, line_up, shuffled, slots_of
from tests import records
from tests.plan.taken import cells_of

PLAN = records.plan(
    [
        records.interpreter("cpython-3.13"),
        records.interpreter("cpython-3.13t", gil=False),
        records.interpreter("cpython-3.13t", "+gil"),
    ],
    [records.work("fib"), records.work("sleep", "io")],
    workers=(2, 4),
)
FIB = Group("cpython-3.13", "", "fib")
NO_GIL_FIB = Group("cpython-3.13t", "", "fib")


def slots(group: Group = FIB, *strategies: Strategy, workers: tuple[int, ...] = (2, 4)) -> list[Slot]:
    cells = [
        cell
        for cell in cells_of(PLAN, group)
        if cell.strategy in (strategies or records.STRATEGIES) and cell.workers in {1, *workers}
    ]
    return slots_of(PLAN, group, cells, 3)


def told(found: list[Slot]) -> list[tuple[str, str, int]]:
    return [(slot.role, slot.cell.strategy, slot.copies) for slot in found]


# --- what a block has of a group --------------------------------------------------------------


def test_a_block_has_the_cells_of_a_group_and_its_controls():
    found = slots(workers=(2,))
    assert told(found) == [
        ("measure", "serial", 1),
        ("measure", "threads", 1),
        ("measure", "processes", 1),
        ("twin", "serial", 1),
        ("capacity", "serial", 2),
    ]
    assert {slot.block for slot in found} == {3}


def test_capacities_that_no_chosen_cell_needs_are_left_out():
    both = [slot.copies for slot in slots() if slot.role is Role.CAPACITY]
    assert both == [2, 4]
    assert [slot.copies for slot in slots(workers=(4,)) if slot.role is Role.CAPACITY] == [4]
    assert Role.CAPACITY not in {slot.role for slot in slots(FIB, Strategy.SERIAL)}


def test_without_serial_there_is_nothing_to_hold_controls_against():
    assert told(slots(FIB, Strategy.THREADS, workers=(2,))) == [("measure", "threads", 1)]


def test_what_serial_is_compared_with_is_measured_beside_it():
    beside = [slot for slot in slots(NO_GIL_FIB) if slot.role is Role.REFERENCE]
    assert [(slot.cell.interpreter_label, slot.beside) for slot in beside] == [
        ("cpython-3.13", "cpython-3.13t"),
        ("cpython-3.13t+gil", "cpython-3.13t"),
    ]
    assert {slot.cell.strategy for slot in beside} == {Strategy.SERIAL}
    assert Role.REFERENCE not in {slot.role for slot in slots(FIB)}


def test_a_group_has_no_controls_of_others():
    assert {slot.cell.workload for slot in slots(NO_GIL_FIB)} == {"fib"}
    own = [slot for slot in slots(NO_GIL_FIB) if not slot.beside]
    assert {slot.cell.interpreter_label for slot in own} == {"cpython-3.13t"}


# --- who lives at once --------------------------------------------------------------------------


def members(lineup: Lineup) -> list[str]:
    return [f"{cell.interpreter}{cell.variant} {cell.strategy} {cell.workers}" for cell in lineup.members]


def places(lineup: Lineup, role: Role, copies: int = 1) -> tuple[int, ...]:
    (found,) = (turn.members for turn in lineup.turns if (turn.slot.role, turn.slot.copies) == (role, copies))
    return found


def test_each_slot_has_its_process_serial_first_and_copies_are_serial_its_twin_and_others():
    lineup = line_up(FIB, slots())
    assert members(lineup) == [
        *["cpython-3.13 serial 1"] * 2,
        "cpython-3.13 threads 2",
        "cpython-3.13 threads 4",
        "cpython-3.13 processes 2",
        "cpython-3.13 processes 4",
        *["cpython-3.13 serial 1"] * 2,
    ]
    assert places(lineup, Role.TWIN) == (1,)
    assert places(lineup, Role.CAPACITY, 2) == (0, 1)
    assert places(lineup, Role.CAPACITY, 4) == (0, 1, 6, 7)


def test_a_reference_is_nobody_s_copy():
    lineup = line_up(NO_GIL_FIB, slots(NO_GIL_FIB, workers=(4,)))
    for place in places(lineup, Role.CAPACITY, 4):
        assert lineup.members[place] == Cell("cpython-3.13t", "", "fib", Strategy.SERIAL, 1)
    assert len(set(places(lineup, Role.CAPACITY, 4))) == 4


def test_the_first_is_the_serial_cell_that_is_measured():
    found = slots(NO_GIL_FIB)
    for order in (found, found[::-1]):
        lineup = line_up(NO_GIL_FIB, order)
        (turn,) = (turn for turn in lineup.turns if turn.members == (0,))
        assert turn.slot == found[0]


# --- whose turn it is -----------------------------------------------------------------------------


def orders(seed: str, rounds: int = 20) -> list[list[Slot]]:
    lineup = line_up(FIB, slots())
    return [[turn.slot for turn in one] for one in islice(lineup.rounds(seed), rounds)]


def test_every_round_has_each_turn_once():
    everyone = Counter(slots())
    assert all(Counter(one) == everyone for one in orders("7/0"))


def test_each_round_has_an_order_of_its_own_which_is_the_seed_s():
    assert orders("7/0") == orders("7/0")
    assert orders("7/0") != orders("7/1")
    assert len({tuple(one) for one in orders("7/0")}) > 15


@pytest.mark.parametrize("seed", ["7/0", "7/1"])
def test_one_after_the_other_they_come_in_the_order_of_the_seed_too(seed):
    found = slots()
    assert shuffled(found, seed) == shuffled(found, seed) != found
    assert sorted(shuffled(found, seed)) == sorted(found)
