from __future__ import annotations

import math

import msgspec
import pytest

from gilometer.analysis.frames import gather
from gilometer.analysis.steady import FEWEST_ITERATIONS, SteadyState
from gilometer.model import Calibration, Cell, Entry, Finished, Header, Iteration, Outcome, Role, Slot
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
    assert row["cpu_s"] == pytest.approx(0.3 * 0.99)
    assert row["effective_cores"] == pytest.approx(0.99)


def test_start_up_is_what_the_script_did_not_see():
    row = gather((FIB,), [sample(Slot(0, FIB), [1.0], script_s=1.02)]).invocations.iloc[0]
    assert row["startup_s"] == pytest.approx(1.05 - 1.02)


def test_an_invocation_without_a_line_has_no_figures_of_its_own():
    row = gather((FIB,), [failed(Slot(0, FIB), Outcome.CRASHED, "exit status 3", "boom")]).invocations.iloc[0]
    assert row[["outcome", "reason", "stderr_tail"]].to_list() == ["crashed", "exit status 3", "boom"]
    assert row["checksum"] == ""
    assert row[["wall_s", "warmup_s", "cpu_s", "startup_s", "pool_start_s", "peak_rss"]].isna().all()
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


def test_what_is_no_duration_is_no_measurement():
    iterations = [
        {"wall_s": wall, "cpu_s": cpu}
        for wall, cpu in ((1.0, 1.0), (-3.0, 1.0), (math.nan, 1.0), (2.0, 1.0), (math.inf, 1.0), (4.0, 3.0))
    ]
    row = gather((FIB,), [sample(Slot(0, FIB), [], iterations=iterations, passes=1)]).invocations.iloc[0]
    assert row["iterations"] == 3
    assert row["wall_s"] == 3.0
    assert row["cpu_s"] == 2.0
    assert row["effective_cores"] == pytest.approx(2 / 3)


def test_a_cpu_clock_that_stepped_back_is_unknown():
    iterations = [{"wall_s": 1.0, "cpu_s": -1.0}]
    row = gather((FIB,), [sample(Slot(0, FIB), [], iterations=iterations)]).invocations.iloc[0]
    assert math.isnan(row["cpu_s"])


WARM = [0.9] * 4 + [0.1] * 20
COOLING = [0.1] * 20 + [0.9] * 4


def test_the_times_are_those_of_the_steady_state():
    evidence = gather((FIB,), [sample(Slot(0, FIB), WARM, passes=10)])
    row = evidence.invocations.iloc[0]
    assert row["steady_state"] == "warmup"
    assert row["steady_from"] == 4
    assert row["warmup_s"] == pytest.approx(3.6)
    assert row["wall_s"] == pytest.approx(0.01)
    assert row["cpu_s"] == pytest.approx(0.01 * 0.99)
    assert row["effective_cores"] == pytest.approx(0.99)
    assert evidence.steady_states == (SteadyState.WARMUP,)


def test_too_few_iterations_have_no_class_and_keep_the_settled_time():
    walls = WARM[: FEWEST_ITERATIONS - 1]
    evidence = gather((FIB,), [sample(Slot(0, FIB), walls, passes=1)])
    row = evidence.invocations.iloc[0]
    assert row["steady_state"] == ""
    assert math.isnan(row["warmup_s"])
    assert row["wall_s"] == 0.1
    assert evidence.steady_states == (SteadyState.UNKNOWN,)


def test_an_invocation_without_a_steady_state_has_no_time():
    evidence = gather(
        (FIB,), [sample(Slot(block, FIB), walls) for block, walls in enumerate([COOLING, WARM, WARM])]
    )
    rows = evidence.invocations
    assert rows["steady_state"].to_list() == ["no steady state", "warmup", "warmup"]
    assert rows["wall_s"].isna().to_list() == [True, False, False]
    assert rows["warmup_s"].isna().to_list() == [True, False, False]
    assert evidence.steady_states == (SteadyState.INCONSISTENT,)


def test_a_cell_without_a_steady_state_has_no_times_at_all():
    entries = [
        sample(Slot(0, FIB), COOLING),
        sample(Slot(1, FIB), WARM),
        sample(Slot(1, FIB, Role.TWIN), WARM),
    ]
    entries.append(sample(Slot(0, THREADED), WARM))
    evidence = gather((FIB, THREADED), entries)
    assert evidence.steady_states == (SteadyState.NONE, SteadyState.WARMUP)
    assert evidence.invocations["wall_s"].isna().to_list() == [True, True, True, False]
    assert evidence.invocations["cpu_s"].isna().to_list() == [True, True, True, False]


def test_the_class_of_a_cell_is_that_of_its_measured_invocations_that_were_ok():
    bad = msgspec.structs.replace(sample(Slot(0, FIB), COOLING), outcome=Outcome.WRONG_CHECKSUM)
    twin = sample(Slot(1, FIB, Role.TWIN), COOLING)
    evidence = gather((FIB,), [bad, twin, sample(Slot(1, FIB), WARM)])
    assert evidence.steady_states == (SteadyState.WARMUP,)


def test_times_under_the_tick_of_the_clock_are_flat_and_no_number():
    clock = {"name": "time", "tick_s": 0.015}
    row = gather((FIB,), [sample(Slot(0, FIB), [0.0] * 24, clock=clock)]).invocations.iloc[0]
    assert row["steady_state"] == "flat"
    assert math.isnan(row["wall_s"])


def test_memory_that_nobody_saw_is_not_a_number():
    unseen = msgspec.structs.replace(sample(Slot(0, FIB), [1.0]), peak_rss=0)
    assert gather((FIB,), [unseen]).invocations["peak_rss"].isna().all()


def test_an_iteration_record_is_what_the_builder_makes():
    line = sample(Slot(0, FIB), [1.0]).line
    assert line is not None
    assert line.iterations == (Iteration(1.0, 0.99),)
