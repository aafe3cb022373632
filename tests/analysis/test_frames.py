from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from harness.analysis.frames import Runs, gather
from harness.model import Calibration, Cell, Entry, Finished, Header, Iteration, Outcome, Role, Slot
from tests.records import SERIAL, THREADS, failed, sample

FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13", "+gil", "fib", THREADS, 2)


def test_each_sample_is_a_row_with_its_slot_and_cell():
    entries = [sample(Slot(4, THREADED, Role.CAPACITY, 2), [0.2], copy=1)]
    row = gather((FIB, THREADED), entries).invocations.iloc[0]
    assert row[["block", "role", "copies", "copy", "cell"]].to_list() == [4, "capacity", 2, 1, 1]
    names = row[["interpreter", "variant", "workload", "strategy", "workers"]].to_list()
    assert names == ["cpython-3.13", "+gil", "fib", "threads", 2]


def test_settled_times_leave_out_the_first_half_and_are_for_one_pass():
    row = gather((FIB,), [sample(Slot(0, FIB), [9.0, 5.0, 2.0, 4.0], passes=10)]).invocations.iloc[0]
    assert row["wall_s"] == pytest.approx(0.3)
    assert row["first_s"] == pytest.approx(0.9)
    assert row["cpu_s"] == pytest.approx(0.3 * 0.99)
    assert row["effective_cores"] == pytest.approx(0.99)


def test_start_up_is_what_the_script_did_not_see():
    row = gather((FIB,), [sample(Slot(0, FIB), [1.0], script_s=1.02)]).invocations.iloc[0]
    assert row["startup_s"] == pytest.approx(1.05 - 1.02)


def test_an_invocation_without_a_line_has_no_figures_of_its_own():
    row = gather((FIB,), [failed(Slot(0, FIB), Outcome.CRASHED, "exit status 3", "boom")]).invocations.iloc[0]
    assert row[["outcome", "reason", "stderr_tail"]].to_list() == ["crashed", "exit status 3", "boom"]
    assert row["checksum"] == ""
    assert row[["wall_s", "first_s", "cpu_s", "startup_s", "pool_start_s", "peak_rss"]].isna().all()
    assert row["gil_before"] is None


def test_unknown_cpu_time_is_not_a_number():
    iterations = [
        {"wall_s": 1.0, "cpu_s": None},
        {"wall_s": 1.0, "cpu_s": 1.0},
        {"wall_s": 1.0, "cpu_s": None},
    ]
    row = gather((FIB,), [sample(Slot(0, FIB), [], iterations=iterations)]).invocations.iloc[0]
    assert row["wall_s"] == 0.5
    assert math.isnan(row["cpu_s"])
    assert math.isnan(row["effective_cores"])


@pytest.mark.parametrize("passes", [0, 1])
def test_what_can_not_be_divided_by_is_not_a_number(passes):
    row = gather((FIB,), [sample(Slot(0, FIB), [0.0, 0.0], passes=passes)]).invocations.iloc[0]
    assert math.isnan(row["wall_s"])
    assert math.isnan(row["effective_cores"])


def test_a_sample_of_an_unplanned_cell_is_kept_behind_the_planned_ones():
    evidence = gather((FIB,), [sample(Slot(0, THREADED), [1.0])])
    assert evidence.cells == (FIB, THREADED)
    assert evidence.invocations["cell"].to_list() == [1]


def test_other_entries_are_no_rows():
    calibration = Calibration("cpython-3.13", "", "fib", 3, 0.1, Outcome.OK, "", 1.0)
    entries: list[Entry] = [
        Header(1, "run", "plan"),
        calibration,
        sample(Slot(0, FIB), [1.0]),
        Finished(1, "done"),
    ]
    evidence = gather((FIB,), entries)
    assert len(evidence.invocations) == 1
    assert evidence.finished == Finished(1, "done")


def test_no_entries_give_an_empty_frame_with_every_column():
    empty = gather((FIB,), [])
    full = gather((FIB,), [sample(Slot(0, FIB), [1.0])])
    assert empty.invocations.empty
    assert empty.finished is None
    assert list(empty.invocations.columns) == list(full.invocations.columns)


@pytest.mark.parametrize(
    ("run", "median"),
    [([7.0], 7.0), ([7.0, 3.0], 3.0), ([7.0, 3.0, 1.0], 2.0), ([9, 9, 9, 9, 9, 1, 2, 3, 4, 5], 3.0)],
)
def test_the_middle_iteration_belongs_to_the_second_half(run, median):
    assert Runs(np.asarray([len(run)]), np.asarray(run, dtype=float)).settled_median() == [median]


def test_runs_of_different_lengths_do_not_mix():
    runs = Runs(np.asarray([2, 0, 1, 2]), np.asarray([1.0, 2.0, 5.0, 8.0, 9.0]))
    np.testing.assert_array_equal(runs.first(), [1.0, np.nan, 5.0, 8.0])
    np.testing.assert_array_equal(runs.settled_median(), [2.0, np.nan, 5.0, 9.0])
    np.testing.assert_array_equal(runs.settled_mean(), [2.0, np.nan, 5.0, 9.0])


def test_memory_that_nobody_saw_is_not_a_number():
    unseen = msgspec.structs.replace(sample(Slot(0, FIB), [1.0]), peak_rss=0)
    assert gather((FIB,), [unseen]).invocations["peak_rss"].isna().all()


def test_an_iteration_record_is_what_the_builder_makes():
    line = sample(Slot(0, FIB), [1.0]).line
    assert line is not None
    assert line.iterations == (Iteration(1.0, 0.99),)
