from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.model import Calibration, Cell, Entry, Finished, Outcome, Role, Sample, Strategy
from harness.run.launcher import Exit, Invocation
from harness.run.measure import Measurement
from harness.run.store import Store, read
from tests import records
from tests.run.fakes import FakeLauncher, FakeView, argument, obey

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("jython-2.7", jit="on")],
    [records.work("fib"), records.work("sleep", "io")],
)


def small(blocks: int = 2, budget_s: float = 1e6):
    return replace(PLAN, effort=replace(PLAN.effort, blocks=blocks, budget_s=budget_s))


def measured(folder, plan, launcher, view=None) -> list[Entry]:
    with Store(folder, "run1", "plan1") as store:
        Measurement(plan, launcher, store, view or FakeView()).run()
    return read(folder)


def samples(entries) -> list[Sample]:
    return [entry for entry in entries if isinstance(entry, Sample)]


def test_every_slot_of_every_block_is_measured_once(tmp_path):
    entries = measured(tmp_path, small(), FakeLauncher())
    taken = samples(entries)
    cells_and_controls = 2 * 2 * 3 + 2 * (1 + 2)  # a capacity control has two copies
    assert len(taken) == 2 * cells_and_controls
    assert {one.outcome for one in taken} == {Outcome.OK}
    assert entries[-1] == Finished(2, "all blocks were measured")


def test_loops_are_calibrated_once_for_each_interpreter_and_script(tmp_path):
    launcher = FakeLauncher()
    entries = measured(tmp_path, small(), launcher)
    assert sum(isinstance(entry, Calibration) for entry in entries) == 4
    strategies = [one for one in launcher.launched if "--strategy" in one.argv]
    assert {argument(one, "--loops", "") for one in strategies} == {"3"}


def test_an_interpreter_with_a_jit_does_more_iterations_the_same_for_every_strategy(tmp_path):
    launcher = FakeLauncher()
    measured(tmp_path, small(), launcher)
    measuring = [one for one in launcher.launched if "--strategy" in one.argv]
    of_fib = [one for one in measuring if one.argv[1].endswith("fib.py")]
    assert {(one.argv[0], argument(one, "--iterations", "")) for one in of_fib} == {
        ("/opt/jython-2.7/bin/python", "15"),
        ("/opt/cpython-3.13/bin/python", "4"),
    }
    calibrating = [one for one in launcher.launched if "--calibrate" in one.argv]
    assert {argument(one, "--seconds", "none") for one in calibrating} == {"1.5", "none"}


def test_one_that_is_slow_to_start_has_longer(tmp_path):
    slow = replace(PLAN.interpreters[1], patience_s=60.0)
    launcher = FakeLauncher()
    measured(tmp_path, replace(small(), interpreters=(PLAN.interpreters[0], slow)), launcher)
    usual_s = PLAN.effort.timeout_s
    assert {(one.argv[0], one.timeout_s) for one in launcher.launched} == {
        ("/opt/jython-2.7/bin/python", usual_s + 60),
        ("/opt/cpython-3.13/bin/python", usual_s),
    }


def test_a_run_ends_when_its_budget_is_spent(tmp_path):
    entries = measured(tmp_path, small(blocks=30, budget_s=25.0), FakeLauncher())
    assert entries[-1] == Finished(2, "the budget is spent")


@pytest.mark.parametrize("after", [1, 5, 20, 33])
def test_an_interrupted_run_goes_on_with_exactly_what_is_left(tmp_path, after):
    launcher = FakeLauncher()

    def stop_after(invocation: Invocation) -> Exit:
        if len(launcher.launched) > after:
            raise KeyboardInterrupt
        return obey(invocation)

    launcher.behave = stop_after
    with pytest.raises(KeyboardInterrupt):
        measured(tmp_path, small(), launcher)
    before = samples(read(tmp_path))
    again = FakeLauncher()
    entries = measured(tmp_path, small(), again)
    slots = [(one.slot, one.copy) for one in samples(entries)]
    assert samples(entries)[: len(before)] == before
    assert len(slots) == len(set(slots)) == 36
    assert after + len(again.launched) == 4 + 2 * (12 + 4)


def test_a_finished_run_has_nothing_left(tmp_path):
    entries = measured(tmp_path, small(), FakeLauncher())
    again = FakeLauncher()
    assert measured(tmp_path, small(), again) == entries
    assert not again.launched


def test_a_cell_that_only_fails_is_tried_once_and_costs_no_other_cell(tmp_path):
    def hang_with_threads(invocation: Invocation) -> Exit:
        if argument(invocation, "--strategy", "") == "threads":
            return Exit(signal=9, timed_out=True, wall_s=60.0, stderr="stuck")
        return obey(invocation)

    taken = samples(measured(tmp_path, small(), FakeLauncher(hang_with_threads)))
    bad = [one for one in taken if one.outcome is not Outcome.OK]
    assert {(one.slot.cell.strategy, one.outcome, one.stderr_tail) for one in bad} == {
        (Strategy.THREADS, Outcome.TIMEOUT, "stuck")
    }
    assert len(bad) == 4
    assert len(taken) - len(bad) == 36 - 8


def test_a_cell_that_fails_now_and_then_goes_on(tmp_path):
    launcher = FakeLauncher()

    def fail_now_and_then(invocation: Invocation) -> Exit:
        serial = argument(invocation, "--strategy", "") == "serial"
        first_block_done = len(launcher.launched) > 4 + 16
        return Exit(signal=11) if serial and first_block_done else obey(invocation)

    launcher.behave = fail_now_and_then
    taken = samples(measured(tmp_path, small(blocks=3), launcher))
    cell = Cell("jython-2.7", "", "sleep", Strategy.SERIAL, 1)
    outcomes = [one.outcome for one in taken if one.slot.cell == cell]
    assert outcomes == [Outcome.OK, Outcome.CRASHED, Outcome.CRASHED]


def test_where_calibration_fails_its_cells_say_so_and_nothing_more_is_started(tmp_path):
    def refuse(invocation: Invocation) -> Exit:
        jython = "jython" in invocation.argv[0]
        return Exit(status=3, stderr="no\n") if jython else obey(invocation)

    launcher = FakeLauncher(refuse)
    taken = samples(measured(tmp_path, small(), launcher))
    of_jython = [one for one in taken if one.slot.cell.interpreter == "jython-2.7"]
    assert {(one.outcome, one.reason) for one in of_jython} == {
        (Outcome.CRASHED, "while calibrating: exit status 3: no")
    }
    assert sum("jython" in one.argv[0] for one in launcher.launched) == 2


def test_the_time_left_falls_to_nothing(tmp_path):
    view = FakeView()
    measured(tmp_path, small(), FakeLauncher(), view)
    doing, done_s, left_s = view.shown[-1]
    assert doing.startswith("block 2: ")
    assert done_s == pytest.approx(0.5 * (4 + 2 * 16 - 1))
    assert left_s == pytest.approx(0.5)


def test_controls_run_as_copies_at_once(tmp_path):
    launcher = FakeLauncher()
    taken = samples(measured(tmp_path, small(blocks=1), launcher))
    capacity = [one for one in taken if one.slot.role is Role.CAPACITY]
    assert sorted((one.slot.cell.workload, one.copy) for one in capacity) == [
        ("fib", 0),
        ("fib", 1),
        ("sleep", 0),
        ("sleep", 1),
    ]
    assert sum(one.copies == 2 for one in launcher.launched) == 2


@pytest.mark.parametrize("seed", range(4))
def test_a_control_that_fails_first_does_not_keep_its_cell_from_being_measured(tmp_path, seed):
    def refuse(invocation: Invocation) -> Exit:
        return obey(invocation) if "--calibrate" in invocation.argv else Exit(status=3)

    plan = replace(small(blocks=1), seed=seed)
    taken = samples(measured(tmp_path, plan, FakeLauncher(refuse)))
    assert {one.slot.cell for one in taken if one.slot.role is Role.MEASURE} == set(plan.cells)


def test_a_run_in_which_nothing_works_ends_at_once(tmp_path):
    entries = measured(tmp_path, small(blocks=30), FakeLauncher(lambda _: Exit(status=3)))
    assert entries[-1] == Finished(1, "no cell is left that works")
    measures = [one.slot.cell for one in samples(entries) if one.slot.role is Role.MEASURE]
    assert sorted(measures) == sorted(PLAN.cells)
