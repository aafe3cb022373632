from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import pytest

from harness.model import Calibration, Choice, Group, Outcome, Plan, Role, Sample, Slot, Strategy
from harness.plan.blocks import slots_of
from harness.plan.groups import group_of, groups_of
from harness.plan.planner import Planner
from tests import records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("pypy-3.11")],
    [records.work("fib"), records.work("sleep", "io")],
)
FIB, SLEEP, PYPY_FIB, PYPY_SLEEP = (
    Group(name, "", workload) for name in ("cpython-3.13", "pypy-3.11") for workload in ("fib", "sleep")
)
LATER = 0.1
"""A time that every invocation takes beside what its noise makes of it."""


def aiming(plan: Plan = PLAN, **changes: object) -> Plan:
    return msgspec.structs.replace(plan, effort=msgspec.structs.replace(plan.effort, **changes))


@dataclass
class Machine:
    """Where invocations take so long, give or take so much, and fail like that."""

    noise: Mapping[Group, float] = field(default_factory=dict)
    wall_s: Mapping[Group, float] = field(default_factory=dict)
    fails: Callable[[Slot], bool] = lambda _: False
    draw: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  for noise

    def run(self, slot: Slot) -> Sample:
        if self.fails(slot):
            return records.failed(slot, Outcome.CRASHED, "signal 11")
        group = group_of(slot.cell)
        wall_s = self.draw.lognormvariate(0, self.noise.get(group, 0.001))
        return msgspec.structs.replace(records.sample(slot, [wall_s] * 2), wall_s=self.wall_s.get(group, 1.0))


def decided(plan: Plan, machine: Machine) -> list[Choice]:
    """All choices of a run, the one that ends it included."""
    planner = Planner(plan, [])
    choices = [planner.next(0)]
    while choices[-1].groups:
        planner.learn([machine.run(slot) for slot in slots_of(plan, choices[-1])])
        choices.append(planner.next(choices[-1].block + 1))
    return choices


def times(choices: list[Choice]) -> Counter[Group]:
    """In how many blocks each group was measured."""
    return Counter(group for choice in choices for group in choice.groups)


def test_the_first_block_measures_everything_even_without_a_budget():
    choice = Planner(aiming(budget_s=0.0), []).next(0)
    assert choice == Choice(0, (FIB, SLEEP, PYPY_FIB, PYPY_SLEEP), "the first block measures everything")


def test_what_is_quiet_is_measured_in_the_fewest_blocks():
    choices = decided(aiming(budget_s=1e6), Machine())
    assert times(choices) == dict.fromkeys(groups_of(PLAN), 6)
    assert choices[-1] == Choice(6, (), "every interval that matters is within 2%")


def test_what_is_noisy_is_measured_on_alone():
    choices = decided(aiming(budget_s=1e6), Machine({PYPY_SLEEP: 0.05}))
    counts = times(choices)
    assert {counts[group] for group in (FIB, SLEEP, PYPY_FIB)} == {6}
    assert 20 < counts[PYPY_SLEEP] < 90  # (1.96 * sqrt(2) * 0.05 / 0.02)^2 = 48
    assert choices[-2].groups == (PYPY_SLEEP,)
    assert choices[-2].why == "1 of 1 open groups: 0 have fewer than 6 blocks, 1 are not yet within 2%"


def test_a_noisy_baseline_keeps_those_open_whose_ratios_it_is_in():
    """Where a workload waits, the time of one thread is compared with nobody's."""
    noisy = Machine({FIB: 0.03, SLEEP: 0.03})
    counts = times(decided(aiming(budget_s=1e6), noisy))
    assert counts[PYPY_FIB] > 10
    assert counts[PYPY_SLEEP] == 6


def test_a_wider_target_takes_fewer_blocks():
    machines = [Machine({FIB: 0.05}) for _ in range(2)]
    fine, coarse = (
        times(decided(aiming(budget_s=1e6, precision=precision), machine))[FIB]
        for precision, machine in zip((0.02, 0.05), machines, strict=True)
    )
    assert coarse < fine


def test_a_run_ends_when_no_open_group_fits_into_what_is_left():
    choices = decided(aiming(budget_s=100.0), Machine({FIB: 0.5, PYPY_FIB: 0.5}))
    spent_s = sum(len(slots_of(PLAN, choice)) for choice in choices)
    assert choices[-1].why == "the budget is spent"
    assert 100 - len(slots_of(PLAN, Choice(0, (FIB,), ""))) < spent_s <= 100


def test_one_slow_interpreter_does_not_starve_the_others():
    slow = Machine(wall_s={PYPY_FIB: 50.0, PYPY_SLEEP: 50.0})
    counts = times(decided(aiming(budget_s=450.0), slow))
    assert counts[FIB] == counts[SLEEP] == 6
    assert counts[PYPY_FIB] + counts[PYPY_SLEEP] == 2  # 150 s each, in the first block


def test_all_blocks_may_be_measured_before_it_is_enough():
    choices = decided(aiming(budget_s=1e6, blocks=8), Machine({FIB: 0.5}))
    assert choices[-1] == Choice(8, (), "all blocks were measured")


def test_a_run_in_which_nothing_works_ends_after_its_first_block():
    choices = decided(aiming(budget_s=1e6), Machine(fails=lambda _: True))
    assert choices[1:] == [Choice(1, (), "no cell is left that works")]


def test_without_any_serial_time_there_is_no_ratio_to_take():
    choices = decided(aiming(budget_s=1e6), Machine(fails=lambda slot: slot.cell.strategy is Strategy.SERIAL))
    assert choices[1:] == [Choice(1, (), "no ratio is left that can be taken")]


def test_what_an_interpreter_lacks_is_not_waited_for():
    choices = decided(
        aiming(budget_s=1e6), Machine(fails=lambda slot: slot.cell.strategy is Strategy.PROCESSES)
    )
    assert times(choices) == dict.fromkeys(groups_of(PLAN), 6)
    assert choices[-1].why == "every interval that matters is within 2%"


def test_a_cell_that_fails_now_and_then_gets_its_blocks_all_the_same():
    fails = itertools.cycle([False, False, True])

    def now_and_then(slot: Slot) -> bool:
        is_it = slot.role is Role.MEASURE and group_of(slot.cell) == SLEEP and slot.cell.strategy == "threads"
        return is_it and next(fails)

    counts = times(decided(aiming(budget_s=1e6), Machine(fails=now_and_then)))
    assert counts[SLEEP] == 8
    assert counts[FIB] == 6


def test_a_baseline_that_fails_takes_only_its_own_ratios_with_it():
    choices = decided(aiming(budget_s=1e6), Machine(fails=lambda slot: group_of(slot.cell) == FIB))
    assert times(choices) == {FIB: 1, SLEEP: 6, PYPY_FIB: 6, PYPY_SLEEP: 6}


@pytest.mark.parametrize("blocks", [1, 3, 7])
def test_a_planner_that_was_begun_anew_decides_the_same(blocks):
    plan = aiming(budget_s=1e6)
    planner, machine = Planner(plan, []), Machine({FIB: 0.03, SLEEP: 0.03})
    entries: list[Choice | Sample] = []
    for block in range(blocks):
        choice = planner.next(block)
        taken = [machine.run(slot) for slot in slots_of(plan, choice)]
        entries += [choice, *taken]
        planner.learn(taken)
    assert Planner(plan, entries).next(blocks) == planner.next(blocks)


def test_the_estimate_of_what_is_left_starts_as_the_floor():
    plan = aiming(budget_s=1e6)
    planner = Planner(plan, [])
    whole = planner.next(0)
    slots = slots_of(plan, whole)
    block_s = 16 * 0.46
    assert planner.left_s(whole, slots) == pytest.approx(6 * block_s)
    assert planner.left_s(whole, slots, before_s=3.0) == pytest.approx(3 + 6 * block_s)
    assert planner.left_s(whole, slots[8:]) < planner.left_s(whole, slots)


def test_what_is_left_is_never_more_than_the_budget_has():
    plan = aiming(budget_s=20.0)
    planner = Planner(plan, [])
    planner.learn([Calibration("pypy-3.11", "", "fib", 4, 0.1, Outcome.OK, "", 2.0)])
    whole = planner.next(0)
    assert planner.spent_s == 2.0
    assert planner.left_s(whole, slots_of(plan, whole)) == pytest.approx(18.0)


def test_what_is_left_falls_to_nothing_as_blocks_are_measured():
    plan, machine = aiming(budget_s=1e6), Machine()
    planner = Planner(plan, [])
    lefts = []
    choice = planner.next(0)
    while choice.groups:
        slots = slots_of(plan, choice)
        for index, slot in enumerate(slots):
            lefts.append(planner.left_s(choice, slots[index:]))
            planner.learn([machine.run(slot)])
        choice = planner.next(choice.block + 1)
    assert lefts[16:] == sorted(lefts[16:], reverse=True)
    assert lefts[16] == pytest.approx(5 * 16)
    assert lefts[-1] == pytest.approx(1.0)


def test_noise_that_was_seen_is_counted_in():
    plan = aiming(budget_s=1e6)
    planner, machine = Planner(plan, []), Machine({PYPY_SLEEP: 0.05})
    for block in range(6):
        planner.learn([machine.run(slot) for slot in slots_of(plan, planner.next(block))])
    choice = planner.next(6)
    assert choice.groups == (PYPY_SLEEP,)
    assert 20 * 6 < planner.left_s(choice, slots_of(plan, choice)) < 100 * 6


def test_hopeless_cells_are_known():
    planner = Planner(PLAN, [])
    cell = PLAN.cells[0]
    planner.learn([records.failed(Slot(0, cell), Outcome.CRASHED, "signal 11")])
    assert planner.is_hopeless(cell)
    assert not planner.is_hopeless(PLAN.cells[1])


def test_serial_alone_is_measured_in_the_fewest_blocks():
    cells = tuple(cell for cell in PLAN.cells if cell.strategy is Strategy.SERIAL)
    plan = aiming(msgspec.structs.replace(PLAN, cells=cells), budget_s=1e6)
    assert times(decided(plan, Machine({FIB: 0.001, SLEEP: 0.5}))) == dict.fromkeys(groups_of(PLAN), 6)
