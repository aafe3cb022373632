from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from gilometer.analysis import analyse
from gilometer.analysis.capacity import Capacities, Load
from gilometer.analysis.cores import short_loads, with_enough_cores, with_whole_rounds
from gilometer.analysis.grid import Grid
from gilometer.model import Cell, Finished, Group, Role, Sample, Slot
from gilometer.plan.decisions import FEWEST_TO_DECIDE
from tests.plan.taken import turns
from tests.records import SERIAL, THREADS, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from gilometer.model import Entry

PLAN = plan([interpreter("cpython-3.13t")], [work("fib"), work("sleep", "io")], workers=(2,))
ALONE = Cell("cpython-3.13t", "", "fib", SERIAL, 1)
BOTH = Cell("cpython-3.13t", "", "fib", THREADS, 2)
FIB, SLEEP = (Load(Group("cpython-3.13t", "", label), 2) for label in ("fib", "sleep"))
BLOCKS = FEWEST_TO_DECIDE + 2


def capacities(*cores: float, load: Load = FIB) -> Capacities:
    column = np.asarray(cores)[:, None]
    return Capacities((load,), {}, np.zeros_like(column), column)


def test_work_that_waits_needs_no_cores():
    assert short_loads(PLAN, capacities(2.0, 1.2, 1.7, np.nan))[:, 0].tolist() == [False, True, False, False]
    assert not short_loads(PLAN, capacities(0.1, 0.0, load=SLEEP)).any()


def kept(*cores: float) -> list[list[bool]]:
    """List the blocks of serial, of threads and of the control that are left."""
    grid = Grid((ALONE, BOTH), np.arange(len(cores)), np.zeros((len(cores), 2)))
    measured, found = with_enough_cores(PLAN, grid, capacities(*cores))
    return [np.isfinite(column).tolist() for column in (*measured.logs.T, found.logs[:, 0])]


def test_short_blocks_are_left_out_of_what_needs_several_cores():
    enough = [True, False, True, True]
    assert kept(2.0, 1.0, 2.0, 2.0) == [[True] * 4, enough, enough]


def test_they_stay_where_too_few_others_are_left():
    assert kept(2.0, 1.0, 2.0) == [[True] * 3] * 3


def test_blocks_whose_cores_are_unknown_stay():
    assert kept(*[np.nan] * 3, 1.0) == [[True] * 4, [True] * 3 + [False], [True] * 3 + [False]]


def test_short_rounds_are_left_out_of_work_that_never_waits():
    def block(workload: str) -> list[Sample]:
        serial, both = (replace(cell, workload=workload) for cell in (ALONE, BOTH))
        had = [2.0, 1.0, 2.0, 2.0, 2.0]
        iterations = [{"wall_s": 1.0, "cpu_s": each / 2} for each in had]
        copies = [
            sample(Slot(0, serial, Role.CAPACITY, 2), [1.0] * 5, copy, turns_from=0, iterations=iterations)
            for copy in (0, 1)
        ]
        return [turns(Slot(0, serial), [1.0] * 5), turns(Slot(0, both), [0.5] * 5), *copies]

    entries: list[Entry] = [*block("fib"), Finished(1, ""), *block("sleep")]
    whole = with_whole_rounds(PLAN, entries)
    found = whole.entries
    assert (whole.rounds, whole.left_out) == ({0: 5}, {0: 1})
    lengths = [len(one.line.iterations) for one in found if isinstance(one, Sample) and one.line]
    assert lengths == [4] * 4 + [5] * 4
    assert found[4] == entries[4]
    assert [getattr(one, "slot", None) for one in found] == [getattr(one, "slot", None) for one in entries]


def measured(block: int, cores: float) -> list[Sample]:
    """Make a block in which another program used part of the second core, if ``cores`` is under 1."""
    spread = 0.5 if cores == 1 else 1.0
    return [
        turns(Slot(block, ALONE), [1.0] * 4),
        turns(Slot(block, BOTH), [spread] * 4),
        *(
            turns(Slot(block, ALONE, Role.CAPACITY, 2), [2 * spread] * 4, copy, cores=cores)
            for copy in (0, 1)
        ),
    ]


def test_a_report_leaves_them_out():
    entries = [one for block in range(BLOCKS) for one in measured(block, 0.5 if block in {1, 3} else 1.0)]
    found = analyse(manifest(PLAN), entries)
    of_threads = found.summary[found.summary["strategy"] == THREADS.value]
    assert of_threads["speedup"].to_list() == pytest.approx([2.0, math.nan], nan_ok=True)
    assert of_threads["capacity"].to_list() == pytest.approx([2.0, math.nan], nan_ok=True)
    assert found.disturbances["short"].tolist() == [0, 1, 0, 1, 0]
    assert found.disturbances["loads"].tolist() == [1] * BLOCKS
