from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilometer.analysis import analyse
from gilometer.analysis.outcomes import INTERRUPTED
from gilometer.analysis.summary import COLUMNS
from gilometer.model import Cell, Entry, Outcome, Role, Slot
from tests.records import (
    PROCESSES,
    SERIAL,
    THREADS,
    World,
    failed,
    interpreter,
    manifest,
    missing,
    plan,
    run,
    sample,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from gilometer.model import Plan, Sample

PLAN = plan([interpreter("cpython-3.13")], [work("fib")], [missing("jython-2.7")])
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13", "", "fib", THREADS, 2)
DESIGN = (
    "interpreter, variant, workload, kind, strategy, workers, outcome, reason, invocations, wall_s, "
    "wall_s_low, wall_s_high, speedup, speedup_low, speedup_high, speedup_q, capacity, capacity_low, "
    "capacity_high, efficiency, efficiency_low, efficiency_high, concurrency, "
    "concurrency_low, concurrency_high, effective_cores, cpu_s, "
    "services_cpu_s, peak_rss_mb, startup_s, warmup_s, pool_start_s, steady_state, checksum"
)


def rows(entries: Sequence[Entry], of: Plan = PLAN) -> dict[tuple[str, str], dict[Hashable, Any]]:
    """Index the rows of the summary by (interpreter, strategy)."""
    found = analyse(manifest(of), entries).summary
    return {(row["interpreter"], row["strategy"]): row for row in found.to_dict("records")}


def blocks(cell: Cell, *walls: float, role: Role = Role.MEASURE, copies: int = 1) -> list[Sample]:
    """Make one sample in each block for each copy, settled at ``wall`` seconds for one pass."""
    return [
        sample(Slot(block, cell, role, copies), [wall * 2], copy)
        for block, wall in enumerate(walls)
        for copy in range(copies)
    ]


def test_the_columns_are_the_design_s():
    assert ", ".join(COLUMNS) == DESIGN
    assert tuple(analyse(manifest(PLAN), []).summary.columns) == COLUMNS


def test_a_row_for_each_cell_in_the_order_of_the_plan():
    found = analyse(manifest(PLAN), []).summary
    cells = [(cell.interpreter, cell.workload, cell.strategy.value, cell.workers) for cell in PLAN.cells]
    columns = ["interpreter", "workload", "strategy", "workers"]
    assert list(found[columns].itertuples(index=False, name=None)) == cells


def test_q_says_how_surely_a_speedup_differs_from_1_and_serial_has_none():
    found = rows(blocks(FIB, 1, 1, 1, 1) + blocks(THREADED, 0.9, 0.95, 0.92, 0.91))
    theirs = stats.ttest_1samp(np.log([0.9, 0.95, 0.92, 0.91]), 0).pvalue
    assert found["cpython-3.13", "threads"]["speedup_q"] == pytest.approx(theirs)
    assert math.isnan(found["cpython-3.13", "serial"]["speedup_q"])
    assert math.isnan(found["cpython-3.13", "processes"]["speedup_q"])


def test_a_speedup_is_taken_within_blocks():
    """Each block is twice as slow as the one before, which must not change any ratio."""
    entries = blocks(FIB, 1, 2, 4) + blocks(THREADED, 0.5, 1, 2)
    row = rows(entries)["cpython-3.13", "threads"]
    assert row["speedup"] == pytest.approx(2)
    assert [row["speedup_low"], row["speedup_high"]] == pytest.approx([2, 2])
    assert row["wall_s"] == pytest.approx(1)
    assert row["wall_s_low"] < 1 < row["wall_s_high"]


def test_serial_is_one_by_definition():
    row = rows(blocks(FIB, 1, 2, 4))["cpython-3.13", "serial"]
    assert row["speedup"] == 1
    assert math.isnan(row["speedup_low"])
    assert row["capacity"] == 1
    assert row["efficiency"] == 1


def test_a_block_that_lacks_either_side_has_no_ratio():
    entries = blocks(FIB, 1, 1, 1) + blocks(THREADED, 0.5, 0.5)
    row = rows(entries)["cpython-3.13", "threads"]
    assert row["speedup"] == pytest.approx(2)
    assert math.isnan(row["speedup_low"])
    assert row["invocations"] == 2


def test_without_its_serial_a_cell_has_a_time_but_no_speedup():
    row = rows(blocks(THREADED, 0.5))["cpython-3.13", "threads"]
    assert row["wall_s"] == pytest.approx(0.5)
    assert math.isnan(row["speedup"])
    assert math.isnan(row["efficiency"])


def test_capacity_is_the_throughput_of_copies_run_at_once():
    """Two copies, each 1.25 times as slow as alone, do the work of 1.6."""
    entries = blocks(FIB, 1, 2) + blocks(FIB, 1.25, 2.5, role=Role.CAPACITY, copies=2)
    entries += blocks(THREADED, 1 / 1.2, 2 / 1.2)
    row = rows(entries)["cpython-3.13", "threads"]
    assert row["capacity"] == pytest.approx(1.6)
    assert row["efficiency"] == pytest.approx(0.75)


def test_a_block_in_which_a_copy_failed_says_nothing_of_capacity():
    whole = blocks(FIB, 1, 1) + blocks(FIB, 1, role=Role.CAPACITY, copies=2)
    half = [sample(Slot(1, FIB, Role.CAPACITY, 2), [8.0], copy=1)]
    assert rows(whole + half)["cpython-3.13", "processes"]["capacity"] == pytest.approx(2)


def test_capacity_of_another_count_of_workers_is_not_borrowed():
    entries = blocks(FIB, 1) + blocks(FIB, 1, role=Role.CAPACITY, copies=3)
    assert math.isnan(rows(entries)["cpython-3.13", "threads"]["capacity"])


def test_other_figures_are_medians_of_what_was_ok():
    entries: list[Entry] = [
        sample(Slot(block, FIB), [1.0], pool_start_s=pool_start_s, script_s=1.0)
        for block, pool_start_s in enumerate([1, 2, 9])
    ]
    entries.append(failed(Slot(3, FIB), Outcome.CRASHED, "exit status 3"))
    row = rows(entries)["cpython-3.13", "serial"]
    assert row["pool_start_s"] == 2
    assert row["startup_s"] == pytest.approx(0.05)
    assert row["cpu_s"] == pytest.approx(0.495)
    assert row["effective_cores"] == pytest.approx(0.99)
    assert row["peak_rss_mb"] == 20
    assert row["invocations"] == 4


def test_twins_and_capacity_copies_are_no_measurements_of_the_cell():
    entries = blocks(FIB, 1) + blocks(FIB, 7, role=Role.TWIN) + blocks(FIB, 7, role=Role.CAPACITY, copies=2)
    row = rows(entries)["cpython-3.13", "serial"]
    assert row["wall_s"] == pytest.approx(1)
    assert row["invocations"] == 1


def test_the_worst_outcome_of_a_cell_is_its_outcome_and_brings_its_reason():
    entries = [
        *blocks(FIB, 1),
        failed(Slot(1, FIB), Outcome.TIMEOUT, "too long"),
        failed(Slot(2, FIB), Outcome.WRONG_CHECKSUM, ""),
        failed(Slot(3, FIB), Outcome.WRONG_CHECKSUM, "returned 8;\n right is 9"),
        failed(Slot(4, FIB), Outcome.CRASHED, "exit status 3"),
    ]
    row = rows(entries)["cpython-3.13", "serial"]
    assert row["outcome"] == "wrong_checksum"
    assert row["reason"] == "in 2 of 5 invocations: returned 8; right is 9"
    assert row["wall_s"] == pytest.approx(1)


def test_an_ok_invocation_outweighs_an_unsupported_one():
    entries = [failed(Slot(0, FIB), Outcome.UNSUPPORTED, "no"), *blocks(FIB, 1)]
    assert rows(entries)["cpython-3.13", "serial"]["outcome"] == "ok"


def test_a_cell_that_nothing_measured_says_so():
    found = rows(blocks(FIB, 1))
    threads = found["cpython-3.13", "threads"]
    assert (threads["outcome"], threads["reason"]) == ("not_reached", INTERRUPTED)
    absent = found["jython-2.7", "threads"]
    assert (absent["outcome"], absent["reason"]) == ("unavailable", "no jython on this machine")
    assert absent["invocations"] == 0
    assert absent["checksum"] == ""


def test_the_checksum_is_the_first_that_was_printed():
    entries = [
        failed(Slot(0, FIB), Outcome.CRASHED, ""),
        sample(Slot(1, FIB), [1.0], checksum="aa"),
        sample(Slot(2, FIB), [1.0], checksum="bb"),
    ]
    assert rows(entries)["cpython-3.13", "serial"]["checksum"] == "aa"


def test_times_of_zero_have_no_ratio():
    row = rows(blocks(FIB, 1, 1, 1) + blocks(THREADED, 0, 0, 0))["cpython-3.13", "threads"]
    assert row["outcome"] == "ok"
    assert math.isnan(row["speedup"])


def test_an_empty_cell_is_an_empty_field_in_the_file():
    text = analyse(manifest(PLAN), blocks(FIB, 1)).summary.to_csv(index=False)
    first = next(csv.DictReader(io.StringIO(text)))
    assert first["warmup_s"] == first["steady_state"] == first["wall_s_low"] == first["variant"] == ""


def test_a_world_s_truth_is_found_again():
    of = plan(
        [interpreter("cpython-3.13"), interpreter("jython-2.7", gil=False)],
        [work("fib"), work("mixed:cpu=0.5", "mixed", cpu="0.5")],
    )
    world = World(threads={("jython-2.7", "fib"): 1.8}, processes=1.9, spread=0.01)
    analysis = analyse(manifest(of), run(of, world, blocks=12))
    fib = analysis.summary[analysis.summary["workload"] == "fib"].set_index(["interpreter", "strategy"])
    truth = {
        ("jython-2.7", "threads"): 1.8,
        ("cpython-3.13", "threads"): 1.0,
        ("jython-2.7", "processes"): 1.9,
    }
    for cell, speedup in truth.items():
        assert fib.loc[cell, "speedup"] == pytest.approx(speedup, rel=0.02)
    assert fib.loc[("cpython-3.13", "processes"), "capacity"] == pytest.approx(2 / 1.05, rel=0.02)
    assert analysis.blocks == 12
    assert analysis.finished is not None


OUTCOMES = st.sampled_from([*Outcome])
TIMES = st.one_of(st.just(0.0), st.floats(1e-9, 1e3))
CELLS = st.sampled_from(PLAN.cells)


@st.composite
def any_sample(draw):
    slot = Slot(draw(st.integers(0, 3)), draw(CELLS), draw(st.sampled_from([*Role])), draw(st.integers(1, 2)))
    if draw(st.booleans()):
        return failed(slot, draw(OUTCOMES), draw(st.sampled_from(["", "one", "two"])))
    iterations = [
        {"wall_s": wall, "cpu_s": draw(st.none() | TIMES)} for wall in draw(st.lists(TIMES, max_size=3))
    ]
    return sample(slot, [], draw(st.integers(0, 1)), iterations=iterations)


@given(st.lists(any_sample(), max_size=20))
def test_any_entries_give_every_cell_a_row_and_an_outcome(entries):
    found = analyse(manifest(PLAN), entries).summary
    assert len(found) == len(PLAN.cells)
    assert set(found["outcome"]) <= {outcome.value for outcome in Outcome}
    measured = found[found["speedup_low"].notna()]
    assert (measured["speedup_low"] <= measured["speedup"]).all()
    assert (measured["speedup"] <= measured["speedup_high"]).all()
    assert not np.isinf(found[["wall_s", "speedup", "capacity"]].to_numpy(dtype=float)).any()


def test_workers_tell_cells_apart():
    of = plan([interpreter("cpython-3.13")], [work("fib")], workers=(2, 4))
    four = Cell("cpython-3.13", "", "fib", PROCESSES, 4)
    found = analyse(manifest(of), blocks(FIB, 1) + blocks(four, 0.25)).summary
    speedups = found.set_index(["strategy", "workers"])["speedup"]
    assert speedups["processes", 4] == pytest.approx(4)
    assert math.isnan(speedups["processes", 2])
