from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.model import (
    Cell,
    Entry,
    Finished,
    Group,
    Known,
    Outcome,
    Rank,
    Role,
    Sample,
    Slot,
    Spent,
    Strategy,
)
from gilometer.plan.decisions import FEWEST_TO_DECIDE, MANY, MOST
from gilometer.plan.precision import LOOKS, Target
from gilometer.plan.ratios import GroupRatios, PlannedRatio, PlannedRatios, measured_for
from tests import records
from tests.plan.taken import asking, block, turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.stats.running import RunningMean

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("pypy-3.11")],
    [records.work("fib"), records.work("sleep", "io")],
)
TARGET = Target(half_width=0.02, fewest=2)
BASE = Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1)
SERIAL = Cell("pypy-3.11", "", "fib", Strategy.SERIAL, 1)
THREADS = Cell("pypy-3.11", "", "fib", Strategy.THREADS, 2)
FIB, PYPY_FIB = Group("cpython-3.13", "", "fib"), Group("pypy-3.11", "", "fib")
PYPY_SLEEP = Group("pypy-3.11", "", "sleep")


def named(evidence: GroupRatios) -> list[tuple[str, str]]:
    return [
        (f"{one.over.interpreter} {one.over.strategy}", f"{one.under.interpreter} {one.under.strategy}")
        for one in evidence.ratios
    ]


def spent(number: int, group: Group = PYPY_FIB) -> Spent:
    return Spent(number, group, 5, 0.2, 1.0, 4)


def speedup(number: int, gain: float, *, is_over: bool = True) -> list[Entry]:
    """A block in which threads were so much faster than serial, all else as fast."""
    taken = block(PLAN, PYPY_FIB, number, lambda slot: 1 / gain if slot.cell == THREADS else 1.0)
    return taken if is_over else taken[:-1]


def of_threads(ratios: PlannedRatios) -> PlannedRatio:
    (found,) = (one for one in ratios.of(PYPY_FIB).ratios if one.under == THREADS)
    return found


# --- which there are ----------------------------------------------------------------------------


def test_what_matters_is_speedups_and_the_speed_of_one_thread_where_it_does_not_wait():
    ratios = PlannedRatios(PLAN, TARGET)
    speedups = [("pypy-3.11 serial", "pypy-3.11 threads"), ("pypy-3.11 serial", "pypy-3.11 processes")]
    assert named(ratios.of(PYPY_SLEEP)) == speedups
    assert named(ratios.of(PYPY_FIB)) == [*speedups, ("cpython-3.13 serial", "pypy-3.11 serial")]
    assert len(ratios.of(FIB).ratios) == 2


def test_what_a_claim_compares_is_a_ratio_too():
    """Hybrid with threads; without a GIL, serial with that of the same binary and of the ordinary build."""
    binary = [records.interpreter("cpython-3.13t", gil=False), records.interpreter("cpython-3.13t", "+gil")]
    work = records.work("fetch_transform", "mixed", (*records.STRATEGIES, Strategy.HYBRID))
    plan = asking(records.plan([*PLAN.interpreters, *binary], [work, records.work("fib")]))
    ratios = PlannedRatios(plan, TARGET)
    compared = [
        (one.over.strategy, one.under.strategy)
        for one in ratios.of(Group("pypy-3.11", "", "fetch_transform")).ratios
    ]
    assert compared[3:] == [("threads", "hybrid"), ("processes", "hybrid")]
    serials = ratios.of(Group("cpython-3.13t", "", "fib")).ratios[-2:]
    assert [one.over.interpreter_label for one in serials] == ["cpython-3.13t"] * 2
    assert [(one.under.interpreter_label, [aim.claim for aim in one.aims]) for one in serials] == [
        ("cpython-3.13t+gil", ["C9"]),
        ("cpython-3.13", ["C17"]),
    ]


def test_each_ratio_has_what_is_asked_of_it():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    asked = [[aim.claim for aim in one.aims] for one in ratios.of(PYPY_FIB).ratios]
    assert asked == [["C2", "C6"], ["C4"], []]


def test_what_is_observed_is_measured_in_the_fewest_blocks_each_cell_for_itself():
    works = [records.work("lost_updates", "semantics", (Strategy.SERIAL, Strategy.THREADS))]
    plan = records.plan([records.interpreter("cpython-3.13")], works)
    group, ratios = Group("cpython-3.13", "", "lost_updates"), PlannedRatios(plan, Target(0.02, 4))
    walls = itertools.count(1)
    for number in range(4):
        assert not any(one.answer.is_enough for one in ratios.of(group).ratios)
        samples = [records.sample(Slot(number, cell), [float(next(walls))]) for cell in plan.cells]
        ratios.learn([*samples, spent(number, group)])
    assert [(one.over, one.under) for one in ratios.of(group).ratios] == [(cell, cell) for cell in plan.cells]
    assert all(one.answer.is_enough for one in ratios.of(group).ratios)


def test_what_is_compared_with_nothing_is_measured_in_the_fewest_blocks():
    serial_alone = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
    cells = tuple(cell for cell in serial_alone.cells if cell.strategy is Strategy.SERIAL)
    ratios = PlannedRatios(replace(serial_alone, cells=cells), TARGET)
    for number in range(1 + LOOKS):
        assert not ratios.of(FIB).ratios[0].answer.is_enough
        ratios.learn([turns(Slot(number, BASE), [1.0 + number] * 4), spent(number, FIB)])
    (itself,) = ratios.of(FIB).ratios
    assert itself.answer.is_enough


# --- what blocks tell of them -------------------------------------------------------------------


def test_ratios_are_taken_within_blocks():
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn([*speedup(0, 2.0), *speedup(1, 4.0)])
    running = of_threads(ratios).answer.running
    assert running.count == 2
    assert running.mean == pytest.approx((math.log(2) + math.log(4)) / 2)


def test_samples_tell_something_once_their_group_s_block_is_over():
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn(speedup(0, 2.0, is_over=False))
    assert of_threads(ratios).answer.running.count == 0
    ratios.learn([spent(0, FIB), spent(1)])
    assert of_threads(ratios).answer.running.count == 0
    ratios.learn([spent(0)])
    assert of_threads(ratios).answer.running.count == 1


def test_one_thread_is_compared_with_the_reference_beside_it():
    """What the baseline took in a group of its own is not asked, for it was at another time."""
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn(block(PLAN, FIB, 0, lambda _: 50.0))
    ratios.learn(block(PLAN, PYPY_FIB, 0, lambda slot: 3.0 if slot.role is Role.REFERENCE else 1.0))
    assert ratios.of(PYPY_FIB).ratios[2].answer.running.mean == pytest.approx(math.log(3))


def test_a_reference_is_measured_with_the_group_that_it_stands_beside():
    beside = Slot(0, BASE, Role.REFERENCE, beside="pypy-3.11+jit=off")
    assert measured_for(turns(beside, [1.0])) == Group("pypy-3.11", "+jit=off", "fib")
    assert measured_for(turns(Slot(0, BASE, Role.TWIN), [1.0])) == FIB


def test_a_block_tells_of_noise_of_capacity_and_of_the_spread_between_rounds():
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn(block(PLAN, PYPY_FIB, 0, lambda slot: 2.0 if slot.role is Role.TWIN else 1.0))
    evidence = ratios.of(PYPY_FIB)
    assert evidence.noise.mean == pytest.approx(-math.log(2))
    capacity = evidence.capacity_of(THREADS)
    assert capacity
    assert capacity.mean == pytest.approx(math.log(2))
    assert evidence.within == pytest.approx([0.0])


@pytest.mark.parametrize(
    "useless",
    [
        records.failed(Slot(0, THREADS), Outcome.TIMEOUT, "still running"),
        turns(Slot(0, THREADS), [0.0]),
        turns(Slot(0, THREADS), [math.nan]),
        turns(Slot(0, THREADS, Role.TWIN), [1.0]),
        turns(Slot(1, THREADS), [1.0]),
    ],
)
def test_what_gives_no_time_gives_no_ratio(useless):
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn([turns(Slot(0, SERIAL), [2.0]), useless, spent(0), Finished(1, "")])
    assert of_threads(ratios).answer.running.count == 0


# --- how important they are -----------------------------------------------------------------------


def rank_after(gain: Callable[[int], float], blocks: int, fewest: int = 2) -> Rank | None:
    ratios = PlannedRatios(asking(PLAN), Target(half_width=0.02, fewest=fewest))
    for number in range(blocks):
        ratios.learn(speedup(number, gain(number)))
    return of_threads(ratios).rank


def test_a_ratio_is_as_important_as_the_first_question_that_is_undecided():
    assert [rank_after(lambda _: 1.0, blocks) for blocks in range(FEWEST_TO_DECIDE)] == [
        Rank.HEADLINE
    ] * FEWEST_TO_DECIDE


def test_decided_it_is_a_matter_of_precision_until_that_is_enough():
    assert rank_after(lambda _: 1.0, FEWEST_TO_DECIDE, fewest=6) is Rank.PRECISION
    assert rank_after(lambda number: 2 + number / 50, 6) is Rank.PRECISION
    assert rank_after(lambda _: 1.0, 6) is None


def test_what_is_still_undecided_after_many_blocks_keeps_nobody_waiting():
    def on_the_edge(number: int) -> float:
        return 1.1 * math.exp(0.2 * (-1) ** number)

    assert rank_after(on_the_edge, MOST - 1) is Rank.HEADLINE
    assert rank_after(on_the_edge, MOST) is Rank.PRECISION


def test_what_is_not_of_the_headline_does_so_sooner():
    asked = asking(PLAN)
    others = replace(asked, aims=tuple(replace(aim, rank=Rank.EVIDENCE) for aim in asked.aims))
    ratios = PlannedRatios(others, TARGET)
    found = []
    for number in range(MANY):
        found.append(of_threads(ratios).rank)
        ratios.learn(speedup(number, 1.1 * math.exp(0.2 * (-1) ** number)))
    assert found == [Rank.EVIDENCE] * MANY
    assert of_threads(ratios).rank is Rank.PRECISION


# --- blocks with too few cores ----------------------------------------------------------------------


def with_cores(number: int, gain: float, cores: float | None) -> list[Entry]:
    """A block in which two copies had so much of a core each, and threads that gain."""
    return [
        turns(one.slot, [wall.wall_s for wall in one.line.iterations], one.copy, cores=cores)
        if isinstance(one, Sample) and one.line and one.slot.role is Role.CAPACITY
        else one
        for one in speedup(number, gain)
    ]


def after(*blocks: tuple[float, float | None]) -> RunningMean:
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number, (gain, cores) in enumerate(blocks):
        ratios.learn(with_cores(number, gain, cores))
    return of_threads(ratios).answer.running


def test_blocks_in_which_several_workers_had_too_few_cores_are_set_aside():
    found = after((2.0, 1.0), (1.0, 0.6), (2.0, 1.0), (1.0, 0.5), (2.0, 0.9))
    assert found.count == 3
    assert found.mean == pytest.approx(math.log(2))


def test_until_there_are_enough_others_all_count():
    assert after((2.0, 1.0), (1.0, 0.6), (2.0, 1.0), (1.0, 0.5)).count == 4
    assert after((1.0, 0.5), (1.0, 0.5)).count == 2


def test_where_the_cores_are_unknown_all_count():
    assert after(*[(2.0, None)] * 3, (1.0, 0.5)).count == 3
    assert after(*[(2.0, None)] * 4).count == 4


def with_threads_on(cores: float, of_copies: float, number: int) -> list[Entry]:
    """A block in which threads had so many cores, and two copies so much of a core each."""
    return [
        turns(one.slot, [wall.wall_s for wall in one.line.iterations], one.copy, cores=cores)
        if isinstance(one, Sample) and one.line and one.slot.cell == THREADS
        else one
        for one in with_cores(number, 1.0, of_copies)
    ]


def test_the_cores_of_threads_count_where_there_were_enough_of_them():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number, (cores, of_copies) in enumerate(((1.8, 1.0), (1.0, 0.5), (1.8, 0.9))):
        ratios.learn(with_threads_on(cores, of_copies, number))
    concurrency = of_threads(ratios).concurrency
    assert concurrency.count == 2
    assert concurrency.mean == pytest.approx(math.log(1.8))


def test_one_worker_needs_one_core():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number, cores in enumerate((1.0, 1.0, 1.0, 0.5)):
        ratios.learn(with_cores(number, 2.0, cores))
    evidence = ratios.of(PYPY_FIB)
    capacity = evidence.capacity_of(THREADS)
    assert capacity
    assert (evidence.noise.count, capacity.count) == (4, 3)


def test_what_no_claim_asks_of_gets_its_fewest_blocks_first():
    ratios = PlannedRatios(asking(PLAN), Target(half_width=0.02, fewest=4))
    found = []
    for number in range(5):
        found.append(ratios.of(PYPY_FIB).ratios[2].rank)
        ratios.learn(block(PLAN, PYPY_FIB, number, lambda slot: 1 + slot.block / 10))
    assert found == [Rank.OTHERS] * 4 + [None]


def test_blocks_are_missing_for_the_most_important_of_it():
    ratios = PlannedRatios(asking(PLAN), Target(half_width=0.02, fewest=10))
    noise = ratios.of(PYPY_FIB).noise
    assert of_threads(ratios).blocks_missing(noise) == FEWEST_TO_DECIDE + 1
    assert ratios.of(PYPY_FIB).ratios[2].blocks_missing(noise) == 10
    for number in range(FEWEST_TO_DECIDE):
        ratios.learn(speedup(number, 1.0))
    assert of_threads(ratios).blocks_missing(noise) == 10 - FEWEST_TO_DECIDE


# --- what is decided ------------------------------------------------------------------------------


def decided(ratios: PlannedRatios, group: Group = PYPY_FIB) -> list[tuple[str, bool]]:
    return [(one.claim, one.holds) for one in ratios.decided(group)]


def test_a_claim_is_refuted_by_one_ratio_and_holds_by_all_of_the_headline():
    held, refuted = PlannedRatios(asking(PLAN), TARGET), PlannedRatios(asking(PLAN), TARGET)
    for number in range(FEWEST_TO_DECIDE):
        held.learn(speedup(number, 1.0))
        refuted.learn(speedup(number, 1.9))
    assert decided(held) == [("C2", True), ("C4", False)]
    assert decided(refuted) == [("C2", False), ("C6", False), ("C4", False)]


def test_what_holds_by_its_ratios_holds_only_if_it_asks_of_nothing_else():
    """C6 says of PyPy's collector that it traces, which no ratio tells."""
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number in range(FEWEST_TO_DECIDE):
        ratios.learn(speedup(number, 1.0))
    assert of_threads(ratios).decided == dict.fromkeys(of_threads(ratios).aims, True)
    assert "C6" not in dict(decided(ratios))


def test_a_decision_says_by_which_cell_and_by_how_much():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number, gain in enumerate((1.9, 1.91, 1.92)):
        ratios.learn(speedup(number, gain))
    one = ratios.decided(PYPY_FIB)[0]
    assert (one.claim, one.interpreter, one.cell, one.holds) == ("C2", "pypy-3.11", THREADS, False)
    assert 1.85 < one.low < 1.9 < one.ratio == pytest.approx(1.91, abs=1e-3)
    assert one.ratio < one.high < 1.95
    assert math.isnan(one.concurrency)


def test_a_decision_says_how_many_cores_there_were():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number in range(3):
        ratios.learn(with_threads_on(1.01, 1.0, number))
    assert ratios.decided(PYPY_FIB)[0].concurrency == pytest.approx(1.01)


def test_a_decision_may_be_lost_again():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    for number in range(FEWEST_TO_DECIDE):
        ratios.learn(speedup(number, 1.0))
    assert ("C2", True) in decided(ratios)
    ratios.learn(speedup(FEWEST_TO_DECIDE, 3.0))
    assert "C2" not in dict(decided(ratios))
    assert of_threads(ratios).rank is Rank.HEADLINE


def test_further_evidence_refutes_though_the_headline_holds():
    works = [records.work("fib"), records.work("objects")]
    plan = asking(records.plan([records.interpreter("pypy-3.11")], works))
    ratios = PlannedRatios(plan, TARGET)
    objects = Group("pypy-3.11", "", "objects")
    for number in range(FEWEST_TO_DECIDE):
        ratios.learn(block(plan, PYPY_FIB, number, lambda _: 1.0))
    assert ("C2", True) in decided(ratios)

    def twice_as_fast_with_threads(slot: Slot) -> float:
        return 0.5 if slot.cell.strategy is Strategy.THREADS else 1.0

    for number in range(FEWEST_TO_DECIDE):
        ratios.learn(block(plan, objects, number, twice_as_fast_with_threads))
    assert ("C2", False) in decided(ratios)
    assert ("C2", False) in decided(ratios, objects)


# --- what is known of them ------------------------------------------------------------------------


def known(ratios: PlannedRatios, cell: Cell = THREADS) -> Known:
    (found,) = ratios.known([cell])
    return found


def test_of_what_was_not_measured_nothing_is_known():
    found = known(PlannedRatios(PLAN, TARGET))
    assert (found.over, found.under, found.outcome, found.is_precise) == (SERIAL, THREADS, None, False)
    assert all(math.isnan(value) for value in (found.ratio, found.low, found.high))


def test_one_block_gives_a_ratio_and_two_an_interval():
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn(speedup(0, 2.0))
    first = known(ratios)
    assert first.ratio == pytest.approx(2.0)
    assert first.outcome is Outcome.OK
    assert math.isnan(first.low)
    ratios.learn(speedup(1, 2.2))
    second = known(ratios)
    assert second.low < 2.0 < second.ratio < 2.2 < second.high
    assert second.ratio**2 == pytest.approx(second.low * second.high)


def test_what_needs_no_more_blocks_is_precise():
    ratios = PlannedRatios(PLAN, TARGET)
    for number in range(4):
        assert not known(ratios).is_precise
        ratios.learn(speedup(number, 2.0))
    assert known(ratios).is_precise


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        ([(THREADS, Outcome.OK)], None),
        ([(SERIAL, Outcome.OK), (THREADS, Outcome.OK)], Outcome.OK),
        ([(SERIAL, Outcome.OK), (THREADS, Outcome.UNSUPPORTED)], Outcome.UNSUPPORTED),
        ([(SERIAL, Outcome.CRASHED), (THREADS, Outcome.OK)], Outcome.CRASHED),
        ([(SERIAL, Outcome.CRASHED)], Outcome.CRASHED),
        ([(SERIAL, Outcome.OK), (THREADS, Outcome.TIMEOUT), (THREADS, Outcome.OK)], Outcome.TIMEOUT),
    ],
)
def test_a_ratio_ends_as_the_worse_of_its_cells(ends, outcome):
    ratios = PlannedRatios(PLAN, TARGET)
    ratios.learn(
        turns(Slot(0, cell), [1.0]) if end is Outcome.OK else records.failed(Slot(0, cell), end, "")
        for cell, end in ends
    )
    assert known(ratios).outcome is outcome


def test_each_ratio_of_some_cells_is_told_once():
    ratios = PlannedRatios(PLAN, TARGET)
    assert len(ratios.known([SERIAL])) == 3
    assert len(ratios.known([SERIAL, THREADS])) == 3
    assert len(ratios.known(PLAN.cells)) == 2 * 2 * 2 + 1


def test_times_that_no_interval_can_hold_end_no_run():
    ratios = PlannedRatios(asking(PLAN), TARGET)
    ratios.learn([*speedup(0, 1e-300), *speedup(1, 1e300), *speedup(2, 1e300), *speedup(3, 1e300)])
    assert known(ratios).high == math.inf


def test_what_is_compared_with_itself_is_not_told():
    of = records.plan([records.interpreter("cpython-3.13")], [records.work("lost_updates", "semantics")])
    assert not PlannedRatios(of, TARGET).known(of.cells)
