from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gilometer.analysis import analyse
from gilometer.analysis.capacity import Capacities, Load, capacities
from gilometer.analysis.frames import gather
from gilometer.analysis.grid import grid
from gilometer.model import Cell, Group, Role, Slot, Strategy
from tests.records import PROCESSES, SERIAL, THREADS, interpreter, manifest, of_schema_2, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from gilometer.model import Entry, Plan, Sample

PLAN = plan([interpreter("cpython-3.13")], [work("fib")])
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13", "", "fib", THREADS, 2)


def blocks(cell: Cell, *walls: float, role: Role = Role.MEASURE, copies: int = 1) -> list[Sample]:
    """Make one sample in each block for each copy, at ``wall`` seconds for one pass."""
    return [
        sample(Slot(block, cell, role, copies), [wall * 2], copy)
        for block, wall in enumerate(walls)
        for copy in range(copies)
    ]


def found(entries: Sequence[Entry]) -> Capacities:
    evidence = gather(PLAN.cells, entries)
    return capacities(PLAN, evidence, grid(evidence, Role.MEASURE))


def row(entries: Sequence[Entry], strategy: str = "threads") -> dict[Hashable, Any]:
    summary = analyse(manifest(PLAN), entries).summary
    return {one["strategy"]: one for one in summary.to_dict("records")}[strategy]


def test_a_throughput_is_added_up_over_the_copies_of_a_block():
    """Alone 1 s; two at once 1.25 s each, then 2 s each: as much as 1.6 and 1 alone."""
    got = found(blocks(FIB, 1, 1) + blocks(FIB, 1.25, 2, role=Role.CAPACITY, copies=2))
    assert got.loads == (Load(Group("cpython-3.13", "", "fib"), 2),)
    assert np.exp(got.logs) == pytest.approx(np.asarray([[1.6], [1.0]]))


def test_a_block_without_its_serial_or_with_a_copy_that_failed_gives_none():
    copies = blocks(FIB, 1, 1, 1, role=Role.CAPACITY, copies=2)
    got = found(blocks(FIB, 1, 1) + [one for one in copies if (one.slot.block, one.copy) != (0, 1)])
    assert np.isnan(got.logs[:, 0]).tolist() == [True, False, True]


UNKNOWN = np.full((1, 2), np.nan)
LOADS = (Load(Group("cpython-3.13", "", "fib"), 2), Load(Group("cpython-3.13", "", "fib"), 4))
OTHER = Cell("jython-2.7", "", "fib", PROCESSES, 4)


def test_each_cell_is_held_against_its_own_interpreter_s_control_of_as_many_at_once():
    got = Capacities(LOADS, {}, np.log([[1.9, 3.0]]), UNKNOWN)
    hybrid = Cell("cpython-3.13", "", "fib", Strategy.HYBRID, 2)
    cells = [FIB, THREADED, hybrid, OTHER, Cell("cpython-3.13", "", "fib", THREADS, 8)]
    expected = [1, 1.9, 3.0, math.nan, math.nan]
    assert np.exp(got.of(cells))[0].tolist() == pytest.approx(expected, nan_ok=True)


def test_where_the_baseline_alone_has_controls_they_are_those_of_all():
    """As in runs of schema 2."""
    stand_ins = {OTHER.group: FIB.group}
    got = Capacities(LOADS, stand_ins, np.log([[1.9, 3.0]]), UNKNOWN)
    assert np.exp(got.of([OTHER]))[0, 0] == pytest.approx(3)


def test_each_interpreter_has_a_capacity_of_its_own():
    """Two processes of the one interpreter disturb each other, those of the other don't."""
    of = plan([interpreter("cpython-3.13"), interpreter("jython-2.7")], [work("fib")])
    own = {"cpython-3.13": 2.0, "jython-2.7": 1.0}
    entries = []
    for name, slower in own.items():
        serial = Cell(name, "", "fib", SERIAL, 1)
        entries += blocks(serial, 1, 1) + blocks(serial, slower, slower, role=Role.CAPACITY, copies=2)
    expected = {"cpython-3.13": 1, "jython-2.7": 2}
    assert capacities_of(of, entries) == pytest.approx(expected)
    assert capacities_of(of_schema_2(of), entries) == pytest.approx(dict.fromkeys(own, 1))


def capacities_of(of: Plan, entries: Sequence[Entry]) -> dict[str, float]:
    """Compute the capacity of threads, by interpreter."""
    summary = analyse(manifest(of), entries).summary
    rows = summary[summary["strategy"] == "threads"]
    return dict(zip(rows["interpreter"], rows["capacity"], strict=True))


def test_without_a_control_nothing_is_known():
    got = found(blocks(FIB, 1))
    assert got.loads == ()
    serial, threads = got.of([FIB, THREADED])[0]
    assert serial == 0
    assert np.isnan(threads)


def test_an_efficiency_is_taken_within_blocks():
    """In the second block the capacity was half, and threads reached it, as in the first."""
    entries = blocks(FIB, 1, 1, 1) + blocks(THREADED, 0.5, 1, 0.5)
    entries += blocks(FIB, 1, 2, 1, role=Role.CAPACITY, copies=2)
    got = row(entries)
    assert [got["efficiency_low"], got["efficiency"], got["efficiency_high"]] == pytest.approx([1, 1, 1])
    assert got["capacity_low"] < got["capacity"] < got["capacity_high"]


def test_an_efficiency_needs_both_in_one_block():
    entries = blocks(FIB, 1, 1) + blocks(THREADED, 0.5)
    entries += [sample(Slot(1, FIB, Role.CAPACITY, 2), [2.0], copy) for copy in range(2)]
    got = row(entries)
    assert (got["speedup"], got["capacity"]) == pytest.approx((2, 2))
    assert math.isnan(got["efficiency"])


def test_serial_is_all_of_its_capacity_by_definition():
    got = row(blocks(FIB, 1, 2, 3), "serial")
    assert (got["capacity"], got["efficiency"]) == (1, 1)
    assert all(
        math.isnan(got[f"{name}_{end}"]) for name in ("capacity", "efficiency") for end in ("low", "high")
    )


def test_under_three_blocks_there_is_no_interval():
    got = row(
        blocks(FIB, 1, 1) + blocks(THREADED, 0.5, 0.6) + blocks(FIB, 1, 1, role=Role.CAPACITY, copies=2)
    )
    assert not math.isnan(got["efficiency"])
    assert math.isnan(got["efficiency_low"])
    assert math.isnan(got["capacity_high"])
