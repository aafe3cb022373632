"""A whole run, with stand-ins that take turns on a clock that only they advance."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import pytest
from msgspec.structs import replace

from gilometer.interpreters.containers.engine import Network
from gilometer.model import (
    Calibration,
    Cell,
    Choice,
    Entry,
    Extended,
    Finished,
    Group,
    Header,
    Lack,
    Outcome,
    Plan,
    Role,
    Sample,
    Spent,
    Strategy,
)
from gilometer.plan.cores import FEWEST_WHOLE_ROUNDS
from gilometer.plan.decisions import FEWEST_TO_DECIDE
from gilometer.plan.groups import groups_of
from gilometer.plan.planner import NO_BLOCKS, NO_BUDGET, NOTHING_WORKS
from gilometer.plan.ratios import measured_for
from gilometer.run.group import SLACK_S
from gilometer.run.launcher import Exit, Invocation, MemberCommand
from gilometer.run.measure import Measurement
from gilometer.run.services import Services
from gilometer.runs.store import Store, read
from tests import records
from tests.plan.taken import asking
from tests.run.fakes import (
    ITERATION_S,
    START_S,
    FakeLauncher,
    FakeView,
    argument,
    name_of,
    obey,
    script_of,
    strategy_of,
)
from tests.run.services.fakes import FakeOffer

if TYPE_CHECKING:
    from collections.abc import Sequence

E = TypeVar("E", bound=Entry)
PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("jython-2.7", jit="on")],
    [records.work("fib"), records.work("sleep", "io")],
)
GROUPS = list(groups_of(PLAN))
A_BLOCK = 4 * (3 + 1 + 2) + 1
"""Samples: of each group cells, a twin and two copies; and one reference."""
ROUNDS = PLAN.effort.rounds


def small(blocks: int = 2, budget_s: float = 1e6, plan: Plan = PLAN) -> Plan:
    return replace(plan, effort=replace(plan.effort, blocks=blocks, budget_s=budget_s))


def measured(folder, plan, launcher, view=None, services=None) -> list[Entry]:
    with Store(folder, "run1", "plan1") as store:
        Measurement(plan, launcher, services or Services(), store, view or FakeView(), launcher.clock).run()
    return read(folder)


def of_type(entries: list[Entry], kind: type[E]) -> list[E]:
    return [entry for entry in entries if isinstance(entry, kind)]


def samples(entries: list[Entry]) -> list[Sample]:
    return of_type(entries, Sample)


def added(folder, *entries: Entry) -> None:
    with Store(folder, "run1", "plan1") as store:
        store.append(entries)


# --- what a run leaves on disk ------------------------------------------------------------------


def test_every_slot_of_every_block_is_measured_once(tmp_path):
    entries = measured(tmp_path, small(), FakeLauncher())
    taken = samples(entries)
    slots = {(one.slot, one.copy) for one in taken}
    assert len(taken) == len(slots) == 2 * A_BLOCK
    assert {one.outcome for one in taken} == {Outcome.OK}
    assert entries[-1] == Finished(2, NO_BLOCKS)


def test_each_process_has_its_turns_in_its_sample(tmp_path):
    found: dict[tuple[str, str], set[int]] = {}
    for one in samples(measured(tmp_path, small(blocks=1), FakeLauncher())):
        assert one.line is not None
        assert one.line.turns_from is not None
        group = measured_for(one)
        rounds = len(one.line.iterations) - one.line.turns_from
        found.setdefault((group.interpreter, group.workload), set()).add(rounds)
    of_a_dear_start = 10
    assert found == {
        ("cpython-3.13", "fib"): {ROUNDS},
        ("cpython-3.13", "sleep"): {ROUNDS},
        ("jython-2.7", "fib"): {of_a_dear_start},
        ("jython-2.7", "sleep"): {ROUNDS},
    }


def letter(entry: Entry) -> str:
    return {Header: "h", Choice: "c", Calibration: "k", Sample: "s", Spent: ".", Finished: "f"}[type(entry)]


def test_a_block_is_its_choice_and_then_one_group_after_the_other(tmp_path):
    """What a group needs is calibrated when it is due, once; its baseline's loops may be known by then."""
    entries = measured(tmp_path, small(), FakeLauncher())
    story = "".join(map(letter, entries))
    assert re.fullmatch(r"hc(k{0,2}s{6,7}\.){4}c(s{6,7}\.){4}f", story)
    assert story.count("k") == 4


def test_the_samples_of_a_group_go_to_disk_together_with_what_they_took(tmp_path):
    with Recording(tmp_path, "run1", "plan1") as store:
        launcher = FakeLauncher()
        Measurement(small(), launcher, Services(), store, FakeView(), launcher.clock).run()
    of_groups = [batch for batch in store.batches if any(isinstance(one, Sample) for one in batch)]
    assert len(of_groups) == 2 * len(GROUPS)
    for batch in of_groups:
        *taken, spent = batch
        assert isinstance(spent, Spent)
        assert {(one.slot.block, measured_for(one)) for one in samples(taken)} == {(spent.block, spent.group)}


class Recording(Store):
    """Remembers what was appended at once."""

    def append(self, entries: Sequence[Entry]) -> None:
        self.batches = [*getattr(self, "batches", ()), list(entries)]
        super().append(entries)


def test_what_a_block_measures_is_on_disk_before_its_first_process_begins(tmp_path):
    launcher = FakeLauncher()
    on_disk: list[int] = []

    def look(_member: MemberCommand, turn: int) -> None:
        if turn == 0:
            on_disk.append(len(of_type(read(tmp_path), Choice)))

    launcher.fate = look
    entries = measured(tmp_path, small(), launcher)
    members = 4 + 4 + 4 + 5
    assert on_disk == [1] * members + [2] * members
    assert [(one.block, len(one.groups)) for one in of_type(entries, Choice)] == [(0, 4), (1, 4)]


def test_what_a_group_took_is_told_of_its_block(tmp_path):
    entries = measured(tmp_path, small(blocks=1), FakeLauncher())
    (spent,) = (one for one in of_type(entries, Spent) if one.group == Group("cpython-3.13", "", "fib"))
    assert (spent.block, spent.members, spent.rounds) == (0, 4, ROUNDS)
    assert spent.start_s == pytest.approx(START_S)
    assert spent.wall_s == pytest.approx(START_S + 5 * ROUNDS * ITERATION_S)


# --- calibration ----------------------------------------------------------------------------------


def test_loops_are_calibrated_once_for_each_interpreter_and_script(tmp_path):
    launcher = FakeLauncher()
    entries = measured(tmp_path, small(), launcher)
    assert Counter((one.interpreter, one.script) for one in of_type(entries, Calibration)) == {
        (group.interpreter, group.workload): 1 for group in GROUPS
    }
    assert {argument(one, "--loops", "") for members in launcher.begun for one in members} == {"3"}


def test_only_what_is_due_is_calibrated(tmp_path):
    groups = (Group("jython-2.7", "", "fib"),)
    added(tmp_path, Choice(0, groups, "chosen otherwise"))
    launcher = FakeLauncher()
    measured(tmp_path, small(blocks=1), launcher)
    due = {(name_of(one), script_of(one)) for one in launcher.launched}
    assert due == {("jython-2.7", "fib"), ("cpython-3.13", "fib")}, "a reference needs its loops too"


def test_where_calibration_fails_its_cells_say_so_and_nothing_more_is_started(tmp_path):
    def refuse(invocation: Invocation) -> Exit:
        return Exit(status=3, stderr="no\n") if name_of(invocation) == "jython-2.7" else obey(invocation)

    launcher = FakeLauncher(refuse)
    taken = samples(measured(tmp_path, small(), launcher))
    of_jython = [one for one in taken if one.slot.cell.interpreter == "jython-2.7"]
    assert {(one.outcome, one.reason) for one in of_jython} == {
        (Outcome.CRASHED, "while calibrating: exit status 3: no")
    }
    assert {one.outcome for one in taken if one not in of_jython} == {Outcome.OK}
    assert sum(name_of(one) == "jython-2.7" for one in launcher.launched) == 2
    assert not any(name_of(one) == "jython-2.7" for members in launcher.begun for one in members)


# --- what is not started ----------------------------------------------------------------------------


def started(launcher: FakeLauncher) -> set[tuple[str, str]]:
    """Interpreters, with the strategies that were started of them."""
    return {(name_of(one), strategy_of(one)) for members in launcher.begun for one in members}


def test_nothing_is_started_for_what_an_interpreter_lacks(tmp_path):
    lack = Lack("jython-2.7", "", Strategy.PROCESSES, "has no multiprocessing")
    launcher = FakeLauncher()
    entries = measured(tmp_path, replace(small(), lacks=(lack,)), launcher)
    assert ("jython-2.7", "threads") in started(launcher)
    assert ("jython-2.7", "processes") not in started(launcher)
    assert ("cpython-3.13", "processes") in started(launcher)
    lacking = [one for one in samples(entries) if one.slot.cell.strategy is Strategy.PROCESSES]
    assert {one.slot.cell.interpreter for one in lacking} == {"cpython-3.13"}


def test_a_cell_that_only_fails_is_tried_once_and_costs_no_other_cell(tmp_path):
    def hang_with_threads(member: MemberCommand, turn: int) -> Exit | None:
        is_stuck = strategy_of(member) == "threads" and turn == 3
        return Exit(signal=9, timed_out=True, wall_s=60.0, stderr="stuck") if is_stuck else None

    taken = samples(measured(tmp_path, small(), FakeLauncher(fate=hang_with_threads)))
    bad = [one for one in taken if one.outcome is not Outcome.OK]
    assert {(one.slot.cell.strategy, one.outcome, one.stderr_tail) for one in bad} == {
        (Strategy.THREADS, Outcome.TIMEOUT, "stuck")
    }
    assert [one.slot.block for one in bad] == [0] * 4
    assert {len(one.rounds) for one in bad} == {2}
    # The second block has neither threads nor, for they are of processes, fewer controls.
    assert len(taken) - len(bad) == 2 * (A_BLOCK - 4)


def test_a_cell_that_fails_now_and_then_goes_on(tmp_path):
    launcher = FakeLauncher()

    def fail_from_the_second_block_on(member: MemberCommand, _turn: int) -> Exit | None:
        is_it = strategy_of(member) == "threads" and len(launcher.begun) > len(GROUPS)
        return Exit(signal=11) if is_it else None

    launcher.fate = fail_from_the_second_block_on
    taken = samples(measured(tmp_path, small(blocks=3), launcher))
    cell = Cell("jython-2.7", "", "sleep", Strategy.THREADS, 2)
    outcomes = [one.outcome for one in taken if one.slot.cell == cell]
    assert outcomes == [Outcome.OK, Outcome.CRASHED, Outcome.CRASHED]


def test_nor_is_what_only_failed_tried_beside_others(tmp_path):
    def fail_in_cpython(member: MemberCommand, _turn: int) -> Exit | None:
        return Exit(status=3) if name_of(member) == "cpython-3.13" else None

    launcher = FakeLauncher(fate=fail_in_cpython)
    taken = samples(measured(tmp_path, small(), launcher))
    assert Role.REFERENCE not in {one.slot.role for one in taken}
    assert sum(name_of(one) == "cpython-3.13" for members in launcher.begun for one in members) == 2 * 4
    of_jython = [one for one in taken if one.slot.cell.interpreter == "jython-2.7"]
    assert {one.outcome for one in of_jython} == {Outcome.OK}


def test_a_twin_that_fails_does_not_keep_its_cell_from_being_measured(tmp_path):
    launcher = FakeLauncher()
    begun: Counter[int] = Counter()

    def fail_if_it_is_the_second(member: MemberCommand, turn: int) -> Exit | None:
        if turn or strategy_of(member) != "serial" or name_of(member) != "cpython-3.13":
            return None
        begun[len(launcher.begun)] += 1
        return Exit(status=3) if begun[len(launcher.begun)] == 2 else None

    launcher.fate = fail_if_it_is_the_second
    taken = samples(measured(tmp_path, small(), launcher))
    twins = [one.outcome for one in taken if one.slot.role is Role.TWIN]
    assert sorted(twins) == [Outcome.CRASHED] * 4 + [Outcome.OK] * 4
    measures = [one for one in taken if one.slot.role is Role.MEASURE]
    assert {one.outcome for one in measures} == {Outcome.OK}
    assert len(measures) == 2 * len(PLAN.cells)


def test_a_run_in_which_nothing_works_ends_at_once(tmp_path):
    entries = measured(tmp_path, small(blocks=30), FakeLauncher(lambda _: Exit(status=3)))
    assert entries[-1] == Finished(1, NOTHING_WORKS)
    measures = [one.slot.cell for one in samples(entries) if one.slot.role is Role.MEASURE]
    assert sorted(measures) == sorted(PLAN.cells)


# --- its budget -------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget_s", [5.0, 7.3, 12.0, 17.9, 25.0, 40.0])
def test_a_budget_ends_a_run_with_at_most_what_is_under_way(tmp_path, budget_s):
    """A turn here takes ten times as long as is guessed."""
    launcher = FakeLauncher(seconds=lambda _member, _loops: 10 * ITERATION_S)
    began = launcher.clock()
    entries = measured(tmp_path, small(budget_s=budget_s, blocks=200), launcher)
    (finished,) = of_type(entries, Finished)
    assert finished.why == NO_BUDGET
    assert launcher.clock() - began <= budget_s + 10 * ITERATION_S
    assert not launcher.members


def cut_short(folder, rounds: float) -> list[Entry]:
    """One group, of which the time lasts for so many rounds of its five turns."""
    group = Group("cpython-3.13", "", "fib")
    budget_s = 0.5 + START_S + rounds * 5 * ITERATION_S - 0.01
    added(folder, Choice(0, (group,), "chosen otherwise"))
    plan = replace(small(budget_s=budget_s, blocks=1), seed=3)
    plan = replace(plan, effort=replace(plan.effort, rounds=50))
    return measured(folder, plan, FakeLauncher())


def test_a_block_that_is_cut_short_keeps_its_whole_rounds(tmp_path):
    entries = cut_short(tmp_path, 7.5)
    (spent,) = of_type(entries, Spent)
    assert spent.rounds == 7
    assert {one.outcome for one in samples(entries)} == {Outcome.OK}
    for one in samples(entries):
        assert one.line is not None
        assert len(one.line.iterations) == 7


@pytest.mark.parametrize(
    ("rounds", "count"), [(FEWEST_WHOLE_ROUNDS - 0.5, 0), (FEWEST_WHOLE_ROUNDS + 0.1, 6)]
)
def test_with_too_few_of_them_it_tells_nothing(tmp_path, rounds, count):
    entries = cut_short(tmp_path, rounds)
    assert len(samples(entries)) == count
    assert len(of_type(entries, Spent)) == 1
    assert of_type(entries, Finished)[-1].why == NO_BUDGET


def test_a_run_ends_when_its_ratios_are_known(tmp_path):
    entries = measured(tmp_path, small(blocks=30), FakeLauncher())
    assert entries[-1] == Finished(6, "every interval that matters is within 2%")


def test_the_time_left_falls_to_nothing(tmp_path):
    view = FakeView()
    measured(tmp_path, small(), FakeLauncher(), view)
    assert [one.stage for one in view.shown] == ["block 1"] * 4 + ["block 2"] * 4
    lefts = [one.left_s for one in view.shown]
    assert lefts == sorted(lefts, reverse=True)
    done = [one.done_s for one in view.shown]
    assert done == sorted(done)
    assert done[0] == 0 < done[-1]
    assert {one.doing for one in view.shown} == {f"{one.workload} on {one.interpreter}" for one in GROUPS}


# --- gone on with -------------------------------------------------------------------------------------


def test_a_block_that_was_begun_goes_on_with_the_groups_that_are_left(tmp_path):
    first, second = Group("jython-2.7", "", "sleep"), Group("cpython-3.13", "", "sleep")
    choice = Choice(0, (first, second), "chosen otherwise")
    added(tmp_path, choice, Spent(0, first, 4, 0.5, 3.0, 6))
    entries = measured(tmp_path, small(blocks=1), FakeLauncher())
    assert {measured_for(one) for one in samples(entries)} == {second}
    assert of_type(entries, Choice) == [choice]


def test_and_with_the_cells_that_were_chosen(tmp_path):
    group = Group("cpython-3.13", "", "sleep")
    serial, threads, _ = (cell for cell in PLAN.cells if cell.group == group)
    added(tmp_path, Choice(0, (group,), "chosen otherwise", (serial, threads)))
    entries = measured(tmp_path, small(blocks=1), FakeLauncher())
    assert {one.slot.cell for one in samples(entries)} == {serial, threads}


@pytest.mark.parametrize("after", [0, 3, 60, 150, 200])
def test_an_interrupted_run_loses_the_group_under_way_and_nothing_else(tmp_path, after):
    launcher = FakeLauncher()

    def stop_after(_member: MemberCommand, _turn: int) -> None:
        if len(launcher.told) > after:
            raise KeyboardInterrupt

    launcher.fate = stop_after
    with pytest.raises(KeyboardInterrupt):
        measured(tmp_path, small(), launcher)
    before = read(tmp_path)
    done = [(one.block, one.group) for one in of_type(before, Spent)]
    assert len(done) == len(launcher.begun) - 1
    assert {(one.slot.block, measured_for(one)) for one in samples(before)} == set(done)
    again = FakeLauncher()
    entries = measured(tmp_path, small(), again)
    assert entries[: len(before)] == before
    slots = [(one.slot, one.copy) for one in samples(entries)]
    assert len(slots) == len(set(slots)) == 2 * A_BLOCK
    assert len(again.begun) == 2 * len(GROUPS) - len(done)
    assert len(of_type(entries, Calibration)) == len(GROUPS)


def test_a_finished_run_has_nothing_left(tmp_path):
    entries = measured(tmp_path, small(), FakeLauncher())
    again = FakeLauncher()
    assert measured(tmp_path, small(), again) == entries
    assert not again.launched
    assert not again.begun


def test_one_that_was_given_more_time_goes_on(tmp_path):
    plan = small(blocks=30, budget_s=25.0)
    before = measured(tmp_path, plan, FakeLauncher())
    assert of_type(before, Finished)[-1].why == NO_BUDGET
    added(tmp_path, Extended(1e6))
    entries = measured(tmp_path, plan, FakeLauncher())
    assert entries[: len(before)] == before
    assert of_type(entries, Finished)[-1].why == "every interval that matters is within 2%"
    slots = [(one.slot, one.copy) for one in samples(entries)]
    assert len(slots) == len(set(slots)) > len(samples(before))


def test_and_only_for_as_long_as_that(tmp_path):
    plan, launcher = small(blocks=30, budget_s=25.0), FakeLauncher()
    began = launcher.clock()
    measured(tmp_path, plan, launcher)
    added(tmp_path, Extended(10.0))
    entries = measured(tmp_path, plan, launcher)
    assert entries[-1] == Finished(of_type(entries, Finished)[-1].blocks, NO_BUDGET)
    assert launcher.clock() - began <= 25.0 + 10.0 + ITERATION_S


# --- what is measured one after the other ---------------------------------------------------------------


def test_an_interpreter_that_takes_no_turns_is_measured_one_after_the_other(tmp_path):
    cpython, jython = PLAN.interpreters
    plan = replace(small(blocks=1), interpreters=(cpython, records.alone(jython)))
    launcher = FakeLauncher()
    entries = measured(tmp_path, plan, launcher)
    assert {name for name, _ in started(launcher)} == {"cpython-3.13"}
    alone = [one for one in launcher.launched if "--strategy" in one.argv]
    assert Counter((name_of(one), script_of(one)) for one in alone) == {
        ("jython-2.7", "sleep"): 5,
        ("jython-2.7", "fib"): 5,
        ("cpython-3.13", "fib"): 1,
    }
    assert {argument(one, "--iterations", "") for one in alone if script_of(one) == "sleep"} == {"4"}
    assert {argument(one, "--iterations", "") for one in alone if name_of(one) == "jython-2.7"} == {"4", "20"}
    assert sorted(one.copies for one in alone) == [1] * 9 + [2] * 2
    assert len(samples(entries)) == A_BLOCK
    assert {one.rounds for one in of_type(entries, Spent) if one.group.interpreter == "jython-2.7"} == {0}


def test_so_is_what_is_observed(tmp_path):
    observed = records.plan(PLAN.interpreters[:1], [records.work("lost_updates", "semantics")])
    launcher = FakeLauncher()
    entries = measured(tmp_path, small(blocks=1, plan=observed), launcher)
    assert not launcher.begun
    assert len(samples(entries)) == 3


def test_it_ends_with_its_budget_too(tmp_path):
    jython = records.alone(PLAN.interpreters[1])
    plan = replace(small(budget_s=9.0), interpreters=(PLAN.interpreters[0], jython))
    added(tmp_path, Choice(0, (Group("jython-2.7", "", "sleep"),), "chosen otherwise"))

    def take_three_seconds(invocation: Invocation) -> Exit:
        return replace(obey(invocation), wall_s=3.0) if "--strategy" in invocation.argv else obey(invocation)

    launcher = FakeLauncher(take_three_seconds)
    began = launcher.clock()
    entries = measured(tmp_path, plan, launcher)
    assert of_type(entries, Finished)[0].why == NO_BUDGET
    assert 9.0 < launcher.clock() - began <= 9.0 + 3.0
    assert len({one.slot for one in samples(entries)}) == 3


def test_what_the_end_of_the_budget_stopped_is_no_failure(tmp_path):
    jython = records.alone(PLAN.interpreters[1])
    plan = replace(small(budget_s=9.0), interpreters=(PLAN.interpreters[0], jython))
    added(tmp_path, Choice(0, (Group("jython-2.7", "", "sleep"),), "chosen otherwise"))

    def hang(invocation: Invocation) -> Exit:
        limit_s = invocation.timeout_s
        return Exit(timed_out=True, wall_s=limit_s) if "--strategy" in invocation.argv else obey(invocation)

    launcher = FakeLauncher(hang)
    began = launcher.clock()
    entries = measured(tmp_path, plan, launcher)
    assert samples(entries) == []
    assert launcher.clock() - began == pytest.approx(9.0 + SLACK_S)


# --- services -------------------------------------------------------------------------------------------


FETCH = replace(records.work("http_api", "io"), services=("http",))
FETCHING = records.plan(PLAN.interpreters[:1], [records.work("fib"), FETCH])
ADDRESS = {"GILOMETER_TEST_HTTP": "http://127.0.0.1:1"}


def test_those_that_need_a_service_are_told_where_it_is_and_no_others(tmp_path):
    launcher, http = FakeLauncher(), FakeOffer()
    measured(tmp_path, small(1, plan=FETCHING), launcher, services=Services([http.offer]))
    asked: list[Invocation | MemberCommand] = [*launcher.launched]
    asked += [one for members in launcher.begun for one in members]
    for one in asked:
        assert one.env == (ADDRESS if script_of(one) == "http_api" else {})
    assert http.started == 1


def test_only_those_that_need_a_service_have_this_machine_s_network(tmp_path):
    launcher = FakeLauncher()
    measured(tmp_path, small(1, plan=FETCHING), launcher, services=Services([FakeOffer().offer]))
    assert launcher.networks == {("fib", Network.NONE), ("http_api", Network.HOST)}


def test_a_sample_has_what_its_services_used_in_its_turns(tmp_path):
    http = FakeOffer()

    def use(_member: MemberCommand, turn: int) -> None:
        http.service.used_s += 0.25 if turn else 7.0

    services = Services([http.offer])
    taken = samples(measured(tmp_path, small(1, plan=FETCHING), FakeLauncher(fate=use), services=services))
    used = {(one.slot.cell.workload, one.slot.copies): one.services_cpu_s for one in taken}
    assert used == {
        ("fib", 1): 0,
        ("fib", 2): 0,
        ("http_api", 1): 0.25 * ROUNDS,
        ("http_api", 2): 0.5 * ROUNDS,
    }


def test_where_a_service_can_not_start_its_cells_say_so_and_the_others_go_on(tmp_path):
    http = FakeOffer(refusal="no port is free; end a program")
    launcher = FakeLauncher()
    services = Services([http.offer])
    entries = measured(tmp_path, small(2, plan=FETCHING), launcher, services=services)
    endings = {(one.slot.cell.workload, one.outcome, one.reason) for one in samples(entries)}
    assert endings == {
        ("fib", Outcome.OK, ""),
        ("http_api", Outcome.UNAVAILABLE, "no port is free; end a program"),
    }
    assert {script_of(one) for one in launcher.launched} == {"fib"}
    assert http.started == 1


def test_so_they_do_in_a_run_that_is_resumed(tmp_path):
    def stop(_member: MemberCommand, _turn: int) -> None:
        raise KeyboardInterrupt

    plan = small(2, plan=FETCHING)
    for _ in FETCHING.works:  # whichever of the two is calibrated first
        with pytest.raises(KeyboardInterrupt):
            measured(tmp_path, plan, FakeLauncher(fate=stop), services=Services([FakeOffer().offer]))
    refusing = Services([FakeOffer(refusal="no port is free").offer])
    taken = samples(measured(tmp_path, plan, FakeLauncher(), services=refusing))
    endings = {(one.slot.cell.workload, one.outcome, one.reason) for one in taken}
    assert endings == {("fib", Outcome.OK, ""), ("http_api", Outcome.UNAVAILABLE, "no port is free")}


# --- what the view is told --------------------------------------------------------------------------------


def test_the_view_is_told_of_all_ratios_and_then_of_those_of_each_group(tmp_path):
    view = FakeView()
    measured(tmp_path, small(blocks=1), FakeLauncher(), view)
    everything, *news = view.known
    assert len(everything) == 2 * 2 * 2 + 1
    assert {one.outcome for one in everything} == {None}
    assert sorted(len(some) for some in news) == [2, 2, 3, 3], "the baseline's serial is in jython's ratio"
    latest = {(one.over, one.under): one for some in news for one in some}
    assert {one.outcome for one in latest.values()} == {Outcome.OK}
    assert not any(math.isnan(one.ratio) for one in latest.values())


def test_the_view_of_a_resumed_run_begins_with_what_was_known(tmp_path):
    launcher, view = FakeLauncher(), FakeView()

    def stop_in_the_second_block(_member: MemberCommand, _turn: int) -> None:
        if len(launcher.begun) > len(GROUPS):
            raise KeyboardInterrupt

    launcher.fate = stop_in_the_second_block
    with pytest.raises(KeyboardInterrupt):
        measured(tmp_path, small(), launcher)
    measured(tmp_path, small(), FakeLauncher(), view)
    assert not any(math.isnan(one.ratio) for one in view.known[0])


def said(view: FakeView, claim: str, name: str = "cpython-3.13") -> list[bool]:
    return [one.holds for one in view.decided if (one.claim, one.interpreter) == (claim, name)]


def test_a_claim_is_told_when_it_is_decided_once(tmp_path):
    view = FakeView()
    measured(tmp_path, asking(small(blocks=8)), FakeLauncher(), view)
    assert said(view, "C2") == [True]
    assert said(view, "C4") == [False]
    assert len(view.decided) == len({(one.claim, one.interpreter) for one in view.decided})


def test_and_again_if_it_became_another(tmp_path):
    launcher, view = FakeLauncher(), FakeView()

    def gain_later(member: MemberCommand, _loops: int) -> float:
        block = sum(script_of(members[0]) == "sleep" for members in launcher.begun)
        is_faster = strategy_of(member) == "threads" and block > FEWEST_TO_DECIDE
        return ITERATION_S / 1.9 if is_faster else ITERATION_S

    launcher.seconds = gain_later
    alone = records.plan(PLAN.interpreters[:1], [records.work("sleep", "io")])
    measured(tmp_path, asking(small(blocks=40, plan=alone)), launcher, view)
    assert said(view, "C1") == [False, True]
