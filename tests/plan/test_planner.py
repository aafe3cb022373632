from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.model import (
    Calibration,
    Choice,
    Extended,
    Group,
    Lack,
    Outcome,
    Plan,
    Rank,
    Role,
    Slot,
    Spent,
    Strategy,
)
from gilometer.plan.budget import WITHIN_TO_BETWEEN, best_rounds
from gilometer.plan.decisions import A_FEW, FEWEST_TO_DECIDE, MANY, MOST
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import slots_of
from gilometer.plan.planner import (
    MOST_TIMES,
    NO_BLOCKS,
    NO_BUDGET,
    NO_RATIO,
    NOTHING_WORKS,
    REASONS,
    Planner,
)
from gilometer.stats.variances import FEWEST_BLOCKS
from tests import records
from tests.plan.taken import ROUNDS, asking, block, is_spread, turns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gilometer.model import Entry

BUDGET_S = 1e6


def aiming(plan: Plan, **changes: object) -> Plan:
    settings: dict[str, object] = {"budget_s": BUDGET_S, "blocks": 400, **changes}
    return replace(plan, effort=replace(plan.effort, **settings))


UNASKED = aiming(
    records.plan(
        [records.interpreter("cpython-3.13"), records.interpreter("pypy-3.11")],
        [records.work("fib"), records.work("sleep", "io")],
    )
)
"""A plan of which no claim asks anything."""
PLAN = asking(UNASKED)
EVERYTHING = asking(
    aiming(
        records.plan(
            [records.interpreter("cpython-3.13")],
            [
                records.work("objects"),
                records.work("fib"),
                records.work("sleep", "io"),
                *(records.work(f"mixed:cpu={share}", "mixed", cpu=share) for share in ("0", "1")),
                records.work("lost_updates", "semantics"),
            ],
        )
    )
)
FIB, SLEEP, PYPY_FIB, PYPY_SLEEP = (
    Group(name, "", workload) for name in ("cpython-3.13", "pypy-3.11") for workload in ("fib", "sleep")
)


@dataclass
class Machine:
    """Where turns of groups take so long, give or take so much, and fail like that.

    Threads speed up what waits, and processes everything.
    """

    noise: Mapping[Group, float] = field(default_factory=dict)
    """Standard deviation of a logarithm from block to block."""
    wall_s: Mapping[Group, float] = field(default_factory=dict)
    """Of a block."""
    fails: Callable[[Slot], bool] = lambda _: False
    draw: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  for noise

    def seconds(self, slot: Slot) -> float:
        group = slot.cell.group
        is_faster = slot.cell.strategy is Strategy.PROCESSES or (
            slot.cell.strategy is Strategy.THREADS and group.workload not in {"fib", "objects", "mixed:cpu=1"}
        )
        return self.draw.lognormvariate(0, self.noise.get(group, 0.001)) * (0.6 if is_faster else 1.0)

    def run(self, plan: Plan, choice: Choice) -> list[Entry]:
        found: list[Entry] = []
        for group in choice.groups:
            cells = [cell for cell in choice.cells if cell.group == group]
            wall_s = self.wall_s.get(group, 1.0)
            taken = block(plan, group, choice.block, self.seconds, cells, wall_s)
            found += [self.failed(one) for one in taken]
        return found

    def failed(self, entry: Entry) -> Entry:
        slot = getattr(entry, "slot", None)
        is_bad = slot is not None and self.fails(slot)
        return records.failed(slot, Outcome.CRASHED, "signal 11") if slot is not None and is_bad else entry


def decided(plan: Plan, machine: Machine) -> list[Choice]:
    """All choices of a run, the one that ends it included."""
    planner = Planner(plan, [])
    choices = [planner.next(0)]
    while choices[-1].groups:
        planner.learn(machine.run(plan, choices[-1]))
        choices.append(planner.next(choices[-1].block + 1))
    return choices


def times(choices: list[Choice]) -> Counter[Group]:
    """In how many blocks each group was measured."""
    return Counter(group for choice in choices for group in choice.groups)


def planner_after(plan: Plan, blocks: int, machine: Machine) -> Planner:
    planner = Planner(plan, [])
    for number in range(blocks):
        planner.learn(machine.run(plan, planner.next(number)))
    return planner


# --- what comes first -------------------------------------------------------------------------------


def test_the_headline_comes_first_then_its_other_evidence_then_other_claims_and_precision_last():
    choices = decided(EVERYTHING, Machine(noise={FIB: 0.01}))
    whys = list(dict.fromkeys(choice.why.partition(": ")[2] for choice in choices[:-1]))
    assert whys == [
        REASONS[Rank.HEADLINE],
        REASONS[Rank.EVIDENCE],
        REASONS[Rank.OTHERS],
        "intervals that are not yet within 2%",
    ]
    first = [{group.workload for group in choice.groups} for choice in choices]
    assert first[0] == {"fib", "sleep"}
    assert first[FEWEST_TO_DECIDE] == {"objects"}
    # Of the sleep it is processes, of which no claim asks.
    assert first[2 * FEWEST_TO_DECIDE] == {"mixed:cpu=0", "mixed:cpu=1", "lost_updates", "sleep"}
    assert choices[0].why == f"2 of 2 groups: {REASONS[Rank.HEADLINE]}"


def test_only_the_cells_that_are_asked_for_are_measured_and_serial():
    choice = Planner(PLAN, []).next(0)
    asked = {group: [c.strategy for c in choice.cells if c.group == group] for group in choice.groups}
    assert asked[FIB] == asked[PYPY_FIB] == ["serial", "threads", "processes"]
    assert asked[SLEEP] == asked[PYPY_SLEEP] == ["serial", "threads"]


def test_the_cheapest_answers_come_first():
    machine = Machine(wall_s={FIB: 4.0, SLEEP: 3.0, PYPY_FIB: 1.0, PYPY_SLEEP: 2.0})
    assert planner_after(PLAN, 1, machine).next(1).groups == (PYPY_FIB, PYPY_SLEEP, SLEEP, FIB)


def test_an_answer_that_takes_much_longer_waits_for_those_that_come_soon():
    slow = {PYPY_FIB: 4 * MOST_TIMES, PYPY_SLEEP: 4 * MOST_TIMES}
    choices = decided(PLAN, Machine(wall_s={FIB: 3.0, SLEEP: 2.0, **slow}))
    assert [set(choice.groups) for choice in choices[: 2 * FEWEST_TO_DECIDE - 1]] == [
        {FIB, SLEEP, PYPY_FIB, PYPY_SLEEP},
        *[{FIB, SLEEP}] * (FEWEST_TO_DECIDE - 1),
        *[{PYPY_FIB, PYPY_SLEEP}] * (FEWEST_TO_DECIDE - 1),
    ]


def test_before_anything_was_measured_what_is_slow_to_start_comes_last():
    slow = records.interpreter("jython-2.7", jit="on")
    plan = asking(aiming(records.plan([slow, *PLAN.interpreters[:1]], PLAN.works)))
    assert Planner(plan, []).next(0).groups[:2] == (SLEEP, FIB)


def test_what_needs_more_than_is_left_keeps_nobody_waiting():
    slow = Machine(wall_s={PYPY_FIB: 50.0, PYPY_SLEEP: 50.0})
    choices = decided(aiming(PLAN, budget_s=190.0), slow)
    counts = times(choices)
    assert min(counts[FIB], counts[SLEEP]) > FEWEST_TO_DECIDE
    assert counts[PYPY_FIB] + counts[PYPY_SLEEP] == 3  # one each, and one that an answer was hoped for
    assert choices[-1] == Choice(choices[-1].block, (), NO_BUDGET)


def test_what_has_no_interval_yet_is_tried_if_it_may_get_one():
    slow = Machine(wall_s={FIB: 100.0, SLEEP: 100.0})
    counts = times(decided(aiming(PLAN, budget_s=460.0), slow))
    assert sorted([counts[FIB], counts[SLEEP]]) == [1, FEWEST_TO_DECIDE]


@pytest.mark.parametrize(("share", "goes_on"), [(0.6, True), (0.4, False)])
def test_what_has_an_interval_goes_on_while_there_is_time_for_half_of_what_is_missing(share, goes_on):
    def slow() -> Machine:
        return Machine(noise={FIB: 0.1}, wall_s={FIB: 20.0, SLEEP: 20.0})

    rich = planner_after(EVERYTHING, FEWEST_TO_DECIDE, slow())
    missing_s = rich.expected_by_rank()[Rank.HEADLINE]
    assert missing_s >= 4 * 20.0
    poor = planner_after(
        aiming(EVERYTHING, budget_s=rich.spent_s + share * missing_s), FEWEST_TO_DECIDE, slow()
    )
    assert (FIB in poor.next(FEWEST_TO_DECIDE).groups) == goes_on


def test_a_rank_that_can_not_be_afforded_lets_the_next_one_have_the_time():
    slow = Machine(wall_s={FIB: 100.0, SLEEP: 100.0})
    planner = planner_after(aiming(EVERYTHING, budget_s=250.0), 1, slow)
    assert {group.workload for group in planner.next(1).groups} == {"objects"}


def test_time_that_is_too_short_for_an_answer_is_used_all_the_same():
    machine = Machine(wall_s={FIB: 10.0, SLEEP: 12.0, PYPY_FIB: 20.0, PYPY_SLEEP: 20.0})
    planner = planner_after(aiming(PLAN, budget_s=62.0 + 11.0), 1, machine)
    choice = planner.next(1)
    assert choice.groups == (FIB,)
    assert choice.why == "time is left for a block of one group, not for an answer"


# --- when it is enough ------------------------------------------------------------------------------


def test_what_is_quiet_is_measured_until_it_is_precise_and_no_more():
    choices = decided(UNASKED, Machine())
    assert times(choices) == dict.fromkeys(groups_of(UNASKED), 6)
    assert choices[-1] == Choice(6, (), "every interval that matters is within 2%")


def test_a_question_that_blocks_do_not_answer_stops_to_be_first_after_many():
    choices = decided(aiming(PLAN, blocks=MOST + 1), Machine(noise={PYPY_FIB: 0.5}))
    asking_first = [choice for choice in choices if choice.why.endswith(REASONS[Rank.HEADLINE])]
    assert [choice.block for choice in asking_first] == [*range(MOST)]
    assert PYPY_FIB in choices[MOST - 1].groups
    assert PYPY_FIB not in choices[MOST].groups


@pytest.mark.parametrize(("had", "others"), [(A_FEW, A_FEW - 1), (MANY, A_FEW)])
def test_after_a_few_it_lets_those_of_its_rank_go_first_that_had_fewer(had, others):
    noisy = {PYPY_FIB: 0.5, FIB: 0.5}
    planner, machine = Planner(aiming(PLAN, blocks=MOST), []), Machine(noise=noisy)
    for number in range(had):
        chosen = (PYPY_FIB, FIB, SLEEP, PYPY_SLEEP) if number < others else (PYPY_FIB,)
        planner.learn(machine.run(PLAN, replace(planner.next(number), groups=chosen)))
    assert planner.next(had).groups == (FIB,)


def test_what_is_noisy_is_measured_on_alone():
    choices = decided(UNASKED, Machine({PYPY_SLEEP: 0.05}))
    counts = times(choices)
    assert {counts[group] for group in (FIB, SLEEP, PYPY_FIB)} == {6}
    assert 20 < counts[PYPY_SLEEP] < 120  # about (1.96 * sqrt(2) * 0.05 / 0.02)^2 = 48
    assert choices[-2].groups == (PYPY_SLEEP,)
    assert choices[-2].why == "1 of 1 groups: intervals that are not yet within 2%"


def test_of_intervals_the_widest_for_its_cost_comes_first():
    machine = Machine(noise={FIB: 0.3, PYPY_FIB: 0.1, SLEEP: 0.3}, wall_s={SLEEP: 20.0})
    planner = planner_after(UNASKED, 10, machine)
    assert planner.next(10).groups == (FIB, PYPY_FIB, SLEEP)


def test_a_wider_target_takes_fewer_blocks():
    fine, coarse = (
        times(decided(aiming(UNASKED, precision=precision), Machine({FIB: 0.05})))[FIB]
        for precision in (0.02, 0.05)
    )
    assert coarse < fine


def test_all_blocks_may_be_measured_before_it_is_enough():
    choices = decided(aiming(PLAN, blocks=8), Machine({FIB: 0.5}))
    assert choices[-1] == Choice(8, (), NO_BLOCKS)


def test_serial_alone_and_what_is_observed_are_measured_in_the_fewest_blocks():
    serial = tuple(cell for cell in UNASKED.cells if cell.strategy is Strategy.SERIAL)
    alone = replace(UNASKED, cells=serial, interpreters=UNASKED.interpreters[:1])
    assert times(decided(alone, Machine({FIB: 0.001, SLEEP: 0.5}))) == {FIB: 6, SLEEP: 6}
    lost = Group("cpython-3.13", "", "lost_updates")
    observed = aiming(records.plan(alone.interpreters, [records.work("lost_updates", "semantics")]))
    assert times(decided(observed, Machine({lost: 0.5}))) == {lost: 6}


# --- budget -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget_s", [0.0, 0.2])
def test_without_time_for_one_block_nothing_is_chosen(budget_s):
    assert Planner(aiming(PLAN, budget_s=budget_s), []).next(0) == Choice(0, (), NO_BUDGET)


def test_no_block_is_begun_that_does_not_fit_into_what_is_left():
    machine = Machine({FIB: 0.5, PYPY_FIB: 0.5}, wall_s=dict.fromkeys(groups_of(PLAN), 3.0))
    choices = decided(aiming(PLAN, budget_s=100.0), machine)
    assert choices[-1].why == NO_BUDGET
    assert 100 - 3 < 3 * times(choices).total() <= 100


def test_what_is_left_is_the_budget_less_what_was_spent_and_what_was_added():
    planner = Planner(aiming(PLAN, budget_s=20.0), [])
    calibration = Calibration("pypy-3.11", "", "fib", 4, 0.1, Outcome.OK, "", 2.0)
    planner.learn([calibration, Spent(0, FIB, 5, 0.5, 7.0, 6)])
    assert (planner.spent_s, planner.left_s) == (9.0, 11.0)
    planner.learn([Spent(0, SLEEP, 5, 0.5, 13.0, 6)])
    assert planner.left_s == 0
    planner.learn([Extended(60.0)])
    assert planner.left_s == pytest.approx(58.0)


def test_a_run_that_was_given_more_time_goes_on():
    plan, machine = aiming(PLAN, budget_s=30.0), Machine()
    planner = Planner(plan, [])
    choices = [planner.next(0)]
    while choices[-1].groups:
        planner.learn(machine.run(plan, choices[-1]))
        choices.append(planner.next(choices[-1].block + 1))
    assert choices[-1].why == NO_BUDGET
    planner.learn([Extended(4.0)])
    assert planner.next(choices[-1].block).groups


def test_what_is_expected_is_all_that_is_asked_for_as_far_as_the_budget_lasts():
    planner = planner_after(UNASKED, 1, Machine())
    assert planner.expected_s == pytest.approx(4 * 5 * 1.0)
    short = planner_after(aiming(UNASKED, budget_s=10.0), 1, Machine())
    assert short.expected_s == short.left_s == pytest.approx(7.0)


def test_it_is_expected_by_rank_too():
    by_rank = Planner(EVERYTHING, []).expected_by_rank()
    assert list(by_rank) == [Rank.HEADLINE, Rank.EVIDENCE, Rank.OTHERS]
    assert by_rank[Rank.HEADLINE] > by_rank[Rank.EVIDENCE] > 0 < by_rank[Rank.OTHERS]
    after = planner_after(EVERYTHING, FEWEST_TO_DECIDE, Machine()).expected_by_rank()
    assert after[Rank.HEADLINE] == 0 < after[Rank.EVIDENCE]


# --- what can't be measured ---------------------------------------------------------------------------


def test_a_run_in_which_nothing_works_ends_after_its_first_block():
    choices = decided(UNASKED, Machine(fails=lambda _: True))
    assert choices[1:] == [Choice(1, (), NOTHING_WORKS)]


def test_without_any_serial_time_there_is_no_ratio_to_take():
    choices = decided(PLAN, Machine(fails=lambda slot: slot.cell.strategy is Strategy.SERIAL))
    assert choices[1:] == [Choice(1, (), NO_RATIO)]


def test_what_fails_is_asked_for_once_and_the_others_are_not_kept_waiting():
    choices = decided(UNASKED, Machine(fails=lambda slot: slot.cell.strategy is Strategy.PROCESSES))
    assert times(choices) == dict.fromkeys(groups_of(UNASKED), 6)
    measured = Counter(cell.strategy for choice in choices for cell in choice.cells)
    assert measured == {Strategy.SERIAL: 24, Strategy.THREADS: 24, Strategy.PROCESSES: 4}


def test_what_an_interpreter_lacks_is_never_asked_for():
    plan = replace(UNASKED, lacks=(Lack("pypy-3.11", "", Strategy.PROCESSES, "has no multiprocessing"),))
    choices = decided(plan, Machine())
    asked = {(c.interpreter, c.strategy) for choice in choices for c in choice.cells}
    assert ("cpython-3.13", "processes") in asked
    assert ("pypy-3.11", "processes") not in asked


def test_a_cell_that_fails_now_and_then_gets_its_blocks_all_the_same():
    def now_and_then(slot: Slot) -> bool:
        return slot.cell.group == SLEEP and is_spread(slot, Strategy.THREADS) and slot.block in {2, 4}

    counts = times(decided(UNASKED, Machine(fails=now_and_then)))
    assert counts[SLEEP] == 8
    assert counts[FIB] == 6


def test_a_baseline_that_fails_takes_only_its_own_ratios_with_it():
    choices = decided(UNASKED, Machine(fails=lambda slot: slot.cell.group == FIB))
    assert times(choices) == {FIB: 1, SLEEP: 6, PYPY_FIB: 6, PYPY_SLEEP: 6}


def test_cells_that_are_given_up_are_known():
    planner = Planner(PLAN, [])
    cell = PLAN.cells[0]
    planner.learn([records.failed(Slot(0, cell), Outcome.CRASHED, "signal 11")])
    assert planner.is_given_up(cell)
    assert not planner.is_given_up(PLAN.cells[1])


# --- begun anew -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("blocks", [1, FEWEST_TO_DECIDE, 7])
def test_a_planner_that_was_begun_anew_decides_the_same(blocks):
    planner, machine = Planner(PLAN, []), Machine({FIB: 0.03, SLEEP: 0.03})
    entries: list[Entry] = []
    for number in range(blocks):
        choice = planner.next(number)
        taken = machine.run(PLAN, choice)
        entries += [choice, *taken]
        planner.learn(taken)
    assert Planner(PLAN, entries).next(blocks) == planner.next(blocks)


# --- how many rounds ----------------------------------------------------------------------------------


def test_the_first_block_of_a_group_has_the_rounds_of_the_effort():
    assert Planner(PLAN, []).rounds(FIB) == PLAN.effort.rounds


def test_the_next_has_what_its_costs_suggest():
    planner = Planner(PLAN, [])
    spent = Spent(0, FIB, 5, 4.0, 7.0, 6)
    planner.learn([spent])
    assert planner.rounds(FIB) == best_rounds(spent, WITHIN_TO_BETWEEN) > PLAN.effort.rounds
    assert planner.rounds(SLEEP) == PLAN.effort.rounds


def test_what_waits_needs_no_more_rounds_for_an_answer():
    planner = Planner(asking(PLAN), [])
    planner.learn([Spent(0, group, 5, 4.0, 7.0, 6) for group in (FIB, SLEEP)])
    assert planner.rounds(SLEEP) == PLAN.effort.rounds < planner.rounds(FIB)


def test_what_was_measured_one_after_the_other_has_none_to_learn_from():
    planner = Planner(PLAN, [])
    planner.learn([Spent(0, FIB, 5, 0.0, 7.0, 0)])
    assert planner.rounds(FIB) == PLAN.effort.rounds


def spread(within: float, between: float, number: int) -> list[Entry]:
    """A block in which turns differ so much from round to round, and processes from block to block."""
    sign = (-1) ** number
    samples = []
    for slot in slots_of(PLAN, FIB, [cell for cell in PLAN.cells if cell.group == FIB], number):
        is_serial = slot.role is Role.MEASURE and slot.cell.strategy is Strategy.SERIAL
        walls = [
            math.exp(0 if is_serial else sign * between + within * (-1) ** place) for place in range(ROUNDS)
        ]
        samples += [turns(slot, walls, copy) for copy in range(slot.copies)]
    return [*samples, Spent(number, FIB, 5, 5.0, 5.0 + 0.1 * ROUNDS, ROUNDS)]


def rounds_after(within: float, between: float, blocks: int = FEWEST_BLOCKS) -> int:
    planner = Planner(PLAN, [])
    for number in range(blocks):
        planner.learn(spread(within, between, number))
    return planner.rounds(FIB)


def test_the_more_rounds_differ_the_more_there_are_and_the_more_blocks_differ_the_fewer():
    few, usual, many = rounds_after(0.02, 0.2), rounds_after(0.2, 0.2), rounds_after(0.2, 0.02)
    assert few < usual < many


def test_until_enough_blocks_tell_the_usual_is_believed():
    before = {rounds_after(*spreads, FEWEST_BLOCKS - 1) for spreads in ((0.02, 0.2), (0.2, 0.02))}
    assert len(before) == 1
