from __future__ import annotations

import math

import msgspec
import pytest

from harness.model import Cell, Finished, Group, Known, Outcome, Role, Sample, Slot, Strategy
from harness.plan.precision import Target
from harness.plan.ratios import Ratio, Ratios
from tests import records

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("pypy-3.11")],
    [records.work("fib"), records.work("sleep", "io")],
)
TARGET = Target(half_width=0.02, fewest=2)
BASE = Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1)
SERIAL = Cell("pypy-3.11", "", "fib", Strategy.SERIAL, 1)
THREADS = Cell("pypy-3.11", "", "fib", Strategy.THREADS, 2)


def of(ratios: Ratios, interpreter: str, workload: str) -> list[Ratio]:
    return list(ratios.of(Group(interpreter, "", workload)))


def named(found: list[Ratio]) -> list[tuple[str, str]]:
    return [
        (f"{one.over.interpreter} {one.over.strategy}", f"{one.under.interpreter} {one.under.strategy}")
        for one in found
    ]


def test_what_matters_is_speedups_and_the_speed_of_one_thread_where_it_does_not_wait():
    ratios = Ratios(PLAN, TARGET)
    speedups = [("pypy-3.11 serial", "pypy-3.11 threads"), ("pypy-3.11 serial", "pypy-3.11 processes")]
    assert named(of(ratios, "pypy-3.11", "sleep")) == speedups
    assert named(of(ratios, "pypy-3.11", "fib")) == [*speedups, ("cpython-3.13 serial", "pypy-3.11 serial")]
    assert len(of(ratios, "cpython-3.13", "fib")) == 2


def test_ratios_are_taken_within_blocks():
    ratios = Ratios(PLAN, TARGET)
    ratios.learn(
        [
            records.sample(Slot(0, SERIAL), [2.0]),
            records.sample(Slot(0, THREADS), [1.0]),
            records.sample(Slot(1, THREADS), [40.0]),
            records.sample(Slot(1, SERIAL), [160.0]),
            records.sample(Slot(2, SERIAL), [1.0]),
            records.sample(Slot(3, THREADS), [1.0]),
        ]
    )
    speedup = of(ratios, "pypy-3.11", "fib")[0].answer
    assert speedup.running.count == 2
    assert speedup.running.mean == pytest.approx((math.log(2) + math.log(4)) / 2)


def test_one_thread_is_compared_with_the_baselines_of_the_same_block():
    ratios = Ratios(PLAN, TARGET)
    ratios.learn(records.sample(Slot(0, cell), [wall_s]) for cell, wall_s in ((SERIAL, 1.0), (BASE, 3.0)))
    assert of(ratios, "pypy-3.11", "fib")[2].answer.running.mean == pytest.approx(math.log(3))


def test_what_is_observed_is_measured_in_the_fewest_blocks_each_cell_for_itself():
    works = [records.work("lost_updates", "semantics", (Strategy.SERIAL, Strategy.THREADS))]
    ratios = Ratios(records.plan([records.interpreter("cpython-3.13")], works), Target(0.02, 4))
    serial = msgspec.structs.replace(BASE, workload="lost_updates")
    threads = msgspec.structs.replace(serial, strategy=Strategy.THREADS, workers=2)
    ratios.learn(
        records.sample(Slot(block, cell), [1.0 + block]) for block in range(4) for cell in (serial, threads)
    )
    found = of(ratios, "cpython-3.13", "lost_updates")
    assert [(one.over, one.under) for one in found] == [(serial, serial), (threads, threads)]
    assert all(one.answer.is_enough and one.answer.running.count == 4 for one in found)


@pytest.mark.parametrize(
    "useless",
    [
        records.failed(Slot(0, THREADS), Outcome.TIMEOUT, "still running"),
        records.sample(Slot(0, THREADS), [0.0]),
        records.sample(Slot(0, THREADS), [math.nan]),
        records.sample(Slot(0, THREADS, Role.TWIN), [1.0]),
    ],
)
def test_what_gives_no_time_gives_no_ratio(useless):
    ratios = Ratios(PLAN, TARGET)
    ratios.learn([records.sample(Slot(0, SERIAL), [2.0]), useless, Finished(1, "")])
    assert of(ratios, "pypy-3.11", "fib")[0].answer.running.count == 0


def test_what_is_compared_with_nothing_is_measured_in_the_fewest_blocks():
    serial_alone = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
    cells = tuple(cell for cell in serial_alone.cells if cell.strategy is Strategy.SERIAL)
    ratios = Ratios(msgspec.structs.replace(serial_alone, cells=cells), TARGET)
    ratios.learn(records.sample(Slot(block, BASE), [1.0 + block]) for block in range(4))
    (itself,) = of(ratios, "cpython-3.13", "fib")
    assert itself.answer.running.count == 4
    assert itself.answer.is_enough


# --- what is known of them ------------------------------------------------------------------


def known(ratios: Ratios, cell: Cell = THREADS) -> Known:
    (found,) = ratios.known([cell])
    return found


def speedup(block: int, gain: float) -> list[Sample]:
    return [records.sample(Slot(block, SERIAL), [gain]), records.sample(Slot(block, THREADS), [1.0])]


def test_of_what_was_not_measured_nothing_is_known():
    found = known(Ratios(PLAN, TARGET))
    assert (found.over, found.under, found.outcome, found.is_precise) == (SERIAL, THREADS, None, False)
    assert all(math.isnan(value) for value in (found.ratio, found.low, found.high))


def test_one_block_gives_a_ratio_and_two_an_interval():
    ratios = Ratios(PLAN, TARGET)
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
    ratios = Ratios(PLAN, TARGET)
    for block in range(4):
        assert not known(ratios).is_precise
        ratios.learn(speedup(block, 2.0))
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
    ratios = Ratios(PLAN, TARGET)
    ratios.learn(
        records.sample(Slot(0, cell), [1.0]) if end is Outcome.OK else records.failed(Slot(0, cell), end, "")
        for cell, end in ends
    )
    assert known(ratios).outcome is outcome


def test_each_ratio_of_some_cells_is_told_once():
    ratios = Ratios(PLAN, TARGET)
    assert len(ratios.known([SERIAL])) == 3
    assert len(ratios.known([SERIAL, THREADS])) == 3
    assert len(ratios.known(PLAN.cells)) == 2 * 2 * 2 + 1


def test_times_that_no_interval_can_hold_end_no_run():
    ratios = Ratios(PLAN, TARGET)
    ratios.learn([*speedup(0, 1e-300), *speedup(1, 1e300)])
    assert known(ratios).high == math.inf


def test_what_is_compared_with_itself_is_not_told():
    of = records.plan([records.interpreter("cpython-3.13")], [records.work("lost_updates", "semantics")])
    assert not Ratios(of, TARGET).known(of.cells)
