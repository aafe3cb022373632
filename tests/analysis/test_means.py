from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from gilometer.analysis import analyse
from gilometer.analysis.means import COLUMNS, SPEED, SPEEDUP
from gilometer.model import Cell, Outcome, Slot, Strategy
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

    from gilometer.model import Entry, Plan, Sample

CPU = [work("fib"), work("nested_loops")]
TWO = [interpreter("cpython-3.13"), interpreter("pypy-3.11")]
NUMBERS = ["mean", "mean_low", "mean_high"]


def cell(name: str, workload: str, strategy: Strategy = SERIAL) -> Cell:
    return Cell(name, "", workload, strategy, 1 if strategy is SERIAL else 2)


def blocks(of: Cell, *walls: float) -> list[Sample]:
    return [sample(Slot(block, of), [wall]) for block, wall in enumerate(walls)]


def rows(of: Plan, entries: Sequence[Entry]) -> dict[tuple[str, str, str, str], dict[Hashable, Any]]:
    """Index the rows by figure, interpreter, kind and strategy."""
    found = analyse(manifest(of), entries).means.to_dict("records")
    return {(row["figure"], row["interpreter"], row["kind"], row["strategy"]): row for row in found}


def gains(first: Sequence[float], second: Sequence[float], name: str = "cpython-3.13") -> list[Sample]:
    """Make a run: serial takes a second, threads the given seconds for each of two workloads, by block."""
    entries = []
    for one, walls in zip(CPU, (first, second), strict=True):
        entries += blocks(cell(name, one.label), *[1.0] * len(walls))
        entries += blocks(cell(name, one.label, THREADS), *walls)
    return entries


def test_a_mean_of_speedups_is_geometric_and_counts_workloads_alike():
    """The number of blocks of each makes no difference."""
    found = rows(plan(TWO[:1], CPU), gains([1 / 2] * 3, [1 / 8] * 9))
    row = found[SPEEDUP, "cpython-3.13", "cpu", "threads"]
    assert row["workloads"] == 2
    assert [row[name] for name in NUMBERS] == pytest.approx([4, 4, 4])
    assert row["missing"] == ""


def test_the_interval_is_that_of_a_sum_of_independent_logarithms():
    of = plan(TWO[:1], CPU)
    entries = gains([0.5, 0.6, 0.55, 0.52], [0.8, 0.7, 0.9, 0.85, 0.8])
    parts = analyse(manifest(of), entries).summary.query("strategy == 'threads'")
    log = np.log(parts["speedup"].to_numpy())
    below = log - np.log(parts["speedup_low"].to_numpy())
    above = np.log(parts["speedup_high"].to_numpy()) - log
    row = rows(of, entries)[SPEEDUP, "cpython-3.13", "cpu", "threads"]
    assert np.log(row["mean"]) == pytest.approx(log.mean())
    assert np.log(row["mean_low"]) == pytest.approx(log.mean() - np.hypot(*below) / 2)
    assert np.log(row["mean_high"]) == pytest.approx(log.mean() + np.hypot(*above) / 2)


def test_means_hold_the_truth_about_as_often_as_they_say():
    """Make a run of 30 interpreters, whose threads all gain by half; 8 blocks."""
    many = [interpreter(f"cpython-3.{minor}") for minor in range(30)]
    of = plan(many, [*CPU, work("sort")])
    world = World(threads={("", one): 1.5 for one in ("fib", "nested_loops", "sort")}, spread=0.05)
    means = analyse(manifest(of), list(run(of, world, 8))).means.query("strategy == 'threads'")
    held = (means["mean_low"] <= 1.5) & (means["mean_high"] >= 1.5)
    assert len(means) == 30
    assert held.sum() >= 26


def test_speeds_are_over_the_baseline_for_all_work_that_does_not_wait():
    works = [work("fib"), work("sha256", "native"), work("sleep", "io")]
    entries = [entry for one in works for entry in blocks(cell("cpython-3.13", one.label), 1, 2, 4)]
    for one, times in zip(works, (2, 8, 100), strict=True):
        entries += blocks(cell("pypy-3.11", one.label), 1 / times, 2 / times, 4 / times)
    found = rows(plan(TWO, works), entries)
    row = found[SPEED, "pypy-3.11", "", "serial"]
    assert row["workloads"] == 2
    assert [row[name] for name in NUMBERS] == pytest.approx([4, 4, 4])
    own = found[SPEED, "cpython-3.13", "", "serial"]
    assert own["mean"] == 1
    assert math.isnan(own["mean_low"])


def test_there_is_no_mean_where_a_workload_failed_and_it_is_named():
    broken = failed(Slot(2, cell("cpython-3.13", "nested_loops", THREADS)), Outcome.CRASHED, "boom")
    found = rows(plan(TWO[:1], CPU), [*gains([0.5] * 3, [0.5] * 2), broken])
    row = found[SPEEDUP, "cpython-3.13", "cpu", "threads"]
    assert np.isnan([row[name] for name in NUMBERS]).all()
    assert row["missing"] == "nested_loops"
    assert found[SPEEDUP, "cpython-3.13", "cpu", "processes"]["missing"] == "fib nested_loops"


def test_there_is_no_mean_where_what_a_ratio_is_over_failed_in_some_block():
    entries = gains([0.5] * 3, [0.5] * 3) + gains([0.5] * 3, [0.5] * 3, "pypy-3.11")
    broken = failed(Slot(3, cell("cpython-3.13", "fib")), Outcome.TIMEOUT, "slow")
    found = rows(plan(TWO, CPU), [*entries, broken])
    assert found[SPEEDUP, "cpython-3.13", "cpu", "threads"]["missing"] == "fib"
    assert found[SPEED, "pypy-3.11", "", "serial"]["missing"] == "fib"
    assert found[SPEEDUP, "pypy-3.11", "cpu", "threads"]["mean"] == pytest.approx(2)


def test_without_an_interval_of_each_there_is_a_mean_without_one():
    row = rows(plan(TWO[:1], CPU), gains([0.5] * 2, [0.5] * 3))[SPEEDUP, "cpython-3.13", "cpu", "threads"]
    assert row["mean"] == pytest.approx(2)
    assert np.isnan([row["mean_low"], row["mean_high"]]).all()


def test_what_a_workload_does_not_support_is_not_missed():
    serial_only = replace(work("alone"), strategies=(SERIAL,))
    of = plan(TWO[:1], [*CPU, serial_only])
    row = rows(of, gains([0.5] * 3, [0.5] * 3))[SPEEDUP, "cpython-3.13", "cpu", "threads"]
    assert row["workloads"] == 2
    assert row["missing"] == ""


def test_one_workload_has_no_mean_and_an_absent_interpreter_no_row():
    of = plan(TWO[:1], [work("fib")], [missing("jython-2.7")])
    found = analyse(manifest(of), blocks(cell("cpython-3.13", "fib"), 1, 1, 1)).means
    assert found.empty
    assert tuple(found.columns) == COLUMNS
    both = plan(TWO[:1], CPU, [missing("jython-2.7")])
    assert {row["interpreter"] for row in rows(both, []).values()} == {"cpython-3.13"}


def test_a_run_in_which_nothing_was_measured_misses_everything():
    found = rows(plan(TWO, CPU), [])
    assert {row["missing"] for row in found.values()} == {"fib nested_loops"}
    assert {key[3] for key in found} == {SERIAL.value, THREADS.value, PROCESSES.value}
