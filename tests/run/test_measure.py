from __future__ import annotations

import math
from collections import Counter
from typing import TypeVar

import msgspec
import pytest
from msgspec.structs import replace

from harness.interpreters.containers.engine import Network
from harness.model import (
    Calibration,
    Cell,
    Choice,
    Entry,
    Finished,
    Group,
    Outcome,
    Role,
    Sample,
    Strategy,
)
from harness.run.launcher import Exit, Invocation
from harness.run.measure import Measurement
from harness.run.services import Services
from harness.run.store import Store, read
from tests import records
from tests.run.fakes import FakeLauncher, FakeView, argument, obey
from tests.run.services.fakes import FakeOffer

E = TypeVar("E", bound=Entry)
PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("jython-2.7", jit="on")],
    [records.work("fib"), records.work("sleep", "io")],
)


def small(blocks: int = 2, budget_s: float = 1e6):
    return replace(PLAN, effort=replace(PLAN.effort, blocks=blocks, budget_s=budget_s))


def measured(folder, plan, launcher, view=None, services=None) -> list[Entry]:
    with Store(folder, "run1", "plan1") as store:
        Measurement(plan, launcher, services or Services(), store, view or FakeView()).run()
    return read(folder)


def of_type(entries: list[Entry], kind: type[E]) -> list[E]:
    return [entry for entry in entries if isinstance(entry, kind)]


def samples(entries: list[Entry]) -> list[Sample]:
    return of_type(entries, Sample)


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
        ("/opt/jython-2.7/bin/python", "20"),
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
    launcher = FakeLauncher()
    entries = measured(tmp_path, small(blocks=30, budget_s=25.0), launcher)
    assert entries[-1] == Finished(3, "the budget is spent")
    assert 0.5 * len(launcher.launched) == pytest.approx(24.5)


def test_a_run_ends_when_its_ratios_are_known(tmp_path):
    entries = measured(tmp_path, small(blocks=30), FakeLauncher())
    assert entries[-1] == Finished(6, "every interval that matters is within 2%")


def test_what_a_block_measures_is_on_disk_before_its_first_invocation(tmp_path):
    launcher = FakeLauncher()
    on_disk: list[int] = []

    def look(invocation: Invocation) -> Exit:
        on_disk.append(len(of_type(read(tmp_path), Choice)))
        return obey(invocation)

    launcher.behave = look
    entries = measured(tmp_path, small(), launcher)
    calibrations, blocks = on_disk[:4], on_disk[4:]
    assert calibrations == [0] * 4
    assert blocks == [1] * 18 + [2] * 18
    assert [(one.block, len(one.groups)) for one in of_type(entries, Choice)] == [(0, 4), (1, 4)]


def noisy_sleep(launcher: FakeLauncher):
    """Sleeping takes ever longer with threads, all else equally long."""

    def behave(invocation: Invocation) -> Exit:
        is_sleep = invocation.argv[1].endswith("sleep.py")
        if not is_sleep or argument(invocation, "--strategy", "") != "threads":
            return obey(invocation)
        wall_s = 0.01 * (1 + len(launcher.launched) % 5)
        line = records.line(Cell("", "", "sleep", Strategy.THREADS, 2), [wall_s] * 4)
        return Exit(status=0, wall_s=0.5, stdout=msgspec.json.encode(line).decode() + "\n")

    return behave


def test_a_later_block_measures_what_is_not_known_yet_with_its_controls(tmp_path):
    launcher = FakeLauncher()
    launcher.behave = noisy_sleep(launcher)
    entries = measured(tmp_path, small(blocks=7), launcher)
    assert [one.workload for one in of_type(entries, Choice)[6].groups] == ["sleep", "sleep"]
    taken = [one for one in samples(entries) if one.slot.block == 6]
    assert {one.slot.cell.workload for one in taken} == {"sleep"}
    assert Counter(one.slot.role for one in taken) == {Role.MEASURE: 6, Role.TWIN: 1, Role.CAPACITY: 2}


def test_a_block_that_was_begun_goes_on_as_it_was_chosen(tmp_path):
    groups = (Group("jython-2.7", "", "sleep"),)
    with Store(tmp_path, "run1", "plan1") as store:
        store.append([Choice(0, groups, "chosen otherwise")])
    entries = measured(tmp_path, small(blocks=1), FakeLauncher())
    of_jython = [one for one in samples(entries) if one.slot.cell.interpreter == "jython-2.7"]
    assert {one.slot.cell.workload for one in samples(entries)} == {"sleep"}
    assert len(samples(entries)) - len(of_jython) == 1 + 1 + 2
    assert of_type(entries, Choice) == [Choice(0, groups, "chosen otherwise")]


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
    last = view.shown[-1]
    assert last.stage == "block 2"
    assert last.done_s == pytest.approx(0.5 * (4 + 2 * 16 - 1))
    assert last.left_s == pytest.approx(0.5)


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


FETCH = replace(records.work("http_api", "io"), services=("http",))


def fetching(blocks: int = 1):
    plan = records.plan([records.interpreter("cpython-3.13")], [records.work("fib"), FETCH])
    return replace(plan, effort=replace(plan.effort, blocks=blocks))


def is_fetching(invocation: Invocation) -> bool:
    return invocation.argv[1].endswith("http_api.py")


def test_those_that_need_a_service_are_told_where_it_is_and_no_others(tmp_path):
    launcher, http = FakeLauncher(), FakeOffer()
    measured(tmp_path, fetching(), launcher, services=Services([http.offer]))
    told = {(is_fetching(one), "--calibrate" in one.argv): one.env for one in launcher.launched}
    address = {"GILOMETER_TEST_HTTP": "http://127.0.0.1:1"}
    assert told == {(True, True): address, (True, False): address, (False, True): {}, (False, False): {}}
    assert http.started == 1


def test_only_those_that_need_a_service_have_this_machine_s_network(tmp_path):
    launcher = FakeLauncher()
    measured(tmp_path, fetching(), launcher, services=Services([FakeOffer().offer]))
    assert launcher.networks == {("fib", Network.NONE), ("http_api", Network.HOST)}


def test_a_sample_has_what_its_services_used_meanwhile(tmp_path):
    http = FakeOffer()

    def use(invocation: Invocation) -> Exit:
        http.service.used_s += 0.25
        return obey(invocation)

    taken = samples(measured(tmp_path, fetching(), FakeLauncher(use), services=Services([http.offer])))
    used = {(one.slot.cell.workload, one.slot.copies): one.services_cpu_s for one in taken}
    assert used == {("fib", 1): 0, ("fib", 2): 0, ("http_api", 1): 0.25, ("http_api", 2): 0.5}


def test_where_a_service_can_not_start_its_cells_say_so_and_the_others_go_on(tmp_path):
    http = FakeOffer(refusal="no port is free; end a program")
    launcher = FakeLauncher()
    taken = samples(measured(tmp_path, fetching(2), launcher, services=Services([http.offer])))
    endings = {(one.slot.cell.workload, one.outcome, one.reason) for one in taken}
    assert endings == {
        ("fib", Outcome.OK, ""),
        ("http_api", Outcome.UNAVAILABLE, "no port is free; end a program"),
    }
    assert not any(map(is_fetching, launcher.launched))
    assert http.started == 1


def test_so_they_do_in_a_run_that_is_resumed(tmp_path):
    plan, launcher = fetching(2), FakeLauncher()

    def stop_when_measuring(invocation: Invocation) -> Exit:
        if "--calibrate" not in invocation.argv:
            raise KeyboardInterrupt
        return obey(invocation)

    launcher.behave = stop_when_measuring
    with pytest.raises(KeyboardInterrupt):
        measured(tmp_path, plan, launcher, services=Services([FakeOffer().offer]))
    refusing = Services([FakeOffer(refusal="no port is free").offer])
    taken = samples(measured(tmp_path, plan, FakeLauncher(), services=refusing))
    endings = {(one.slot.cell.workload, one.outcome, one.reason) for one in taken}
    assert endings == {("fib", Outcome.OK, ""), ("http_api", Outcome.UNAVAILABLE, "no port is free")}


def test_the_view_is_told_of_all_ratios_and_then_of_those_with_news(tmp_path):
    view = FakeView()
    measured(tmp_path, small(blocks=1), FakeLauncher(), view)
    everything, *news = view.known
    assert len(everything) == 2 * 2 * 2 + 1
    assert {one.outcome for one in everything} == {None}
    assert len(news) == 16
    assert {len(some) for some in news} == {1, 2, 3}
    latest = {(one.over, one.under): one for some in news for one in some}
    assert {one.outcome for one in latest.values()} == {Outcome.OK}
    assert not any(math.isnan(one.ratio) for one in latest.values())


def test_the_view_of_a_resumed_run_begins_with_what_was_known(tmp_path):
    view = FakeView()
    launcher = FakeLauncher()

    def stop_in_the_second_block(invocation: Invocation) -> Exit:
        if len(launcher.launched) > 4 + 16:
            raise KeyboardInterrupt
        return obey(invocation)

    launcher.behave = stop_in_the_second_block
    with pytest.raises(KeyboardInterrupt):
        measured(tmp_path, small(), launcher)
    measured(tmp_path, small(), FakeLauncher(), view)
    assert not any(math.isnan(one.ratio) for one in view.known[0])
