"""One group in one block."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest
from msgspec.structs import replace

from gilometer.interpreters.containers.engine import Network
from gilometer.model import Calibration, Group, Interpreter, Outcome, Plan, Role, Sample, Strategy, Timing
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import slots_of
from gilometer.run import group as group_module
from gilometer.run.group import (
    LONGEST_TURN,
    LONGEST_TURN_S,
    MOST_SHORT,
    SLACK_S,
    GroupMeasurement,
    GroupRunner,
    GroupTask,
)
from gilometer.run.launcher import Answer, Exit, Invocation, MemberCommand
from gilometer.run.losses import GIVEN_UP
from gilometer.run.services import Services
from gilometer.run.warm_up import TRIAL
from tests import records
from tests.run.fakes import (
    ITERATION_S,
    RSS,
    START_S,
    FakeClock,
    FakeLauncher,
    argument,
    name_of,
    obey,
    script_of,
    strategy_of,
)
from tests.run.services.fakes import FakeOffer

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from gilometer.run.launcher import Launchers

CPYTHON = records.interpreter("cpython-3.13")
JYTHON = records.interpreter("jython-2.7", jit="on", image="jython")
PLAN = records.plan([CPYTHON, JYTHON], [records.work("fib"), records.work("sleep", "io")])
FIB, SLEEP = Group("cpython-3.13", "", "fib"), Group("cpython-3.13", "", "sleep")
JYTHON_FIB = Group("jython-2.7", "", "fib")
ROUNDS = 6
EFFORT = PLAN.effort
LONG_S = 1e6


class Apart:
    """Every interpreter lives somewhere else."""

    def __init__(self, **launchers: FakeLauncher) -> None:
        """By the kind of the interpreter."""
        self.launchers = launchers

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> FakeLauncher:
        return self.launchers[interpreter.kind].of(interpreter, network)


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch):
    """Whatever this machine has."""
    monkeypatch.setattr(group_module, "usable_cores", lambda: 2.0)


def calibration(name: str, workload: str = "fib", **changes: object) -> Calibration:
    found = Calibration(name, "", workload, 10, ITERATION_S, Outcome.OK, "", 0.5, peak_rss=RSS)
    return replace(found, **changes)


def task(group: Group, plan: Plan = PLAN, ends: float = LONG_S, **changes: Calibration) -> GroupTask:
    """All of a group, whose interpreters (by their kinds) have these calibrations."""
    slots = tuple(slots_of(plan, group, groups_of(plan)[group], 2))
    calibrations = {
        slot.cell: changes.get(
            slot.cell.interpreter.partition("-")[0], calibration(slot.cell.interpreter, group.workload)
        )
        for slot in slots
    }
    return GroupTask(group, slots, calibrations, ROUNDS, ends)


def measured(
    launcher: FakeLauncher,
    asked: GroupTask,
    plan: Plan = PLAN,
    launchers: Launchers | None = None,
    services: Services | None = None,
) -> GroupMeasurement:
    runner = GroupRunner(plan, launchers or launcher, services or Services(), launcher.clock)
    return runner.measure(asked)


def outcomes(found: GroupMeasurement, role: Role = Role.MEASURE) -> dict[str, str]:
    return {one.slot.cell.strategy.value: one.outcome.value for one in found.samples if one.slot.role is role}


def by_strategy(members: tuple[MemberCommand, ...]) -> list[str]:
    return [strategy_of(one) for one in members]


# --- by turns -----------------------------------------------------------------------------------------


def test_all_live_at_once_and_have_their_turns_in_rounds():
    launcher = FakeLauncher()
    found = measured(launcher, task(FIB))
    (members,) = launcher.begun
    assert by_strategy(members) == ["serial", "serial", "threads", "processes"]
    assert all("--turns" in one.argv and "--iterations" not in one.argv for one in members)
    assert {argument(one, "--loops", "") for one in members} == {"10"}
    turns = launcher.turns_taken()
    assert len(turns) == 5 * ROUNDS
    each_round = [sorted(map(by_strategy, turns[at : at + 5])) for at in range(0, len(turns), 5)]
    assert each_round == [[["processes"], ["serial"], ["serial"], ["serial", "serial"], ["threads"]]] * ROUNDS
    assert {one.outcome for one in found.samples} == {Outcome.OK}
    assert not launcher.launched
    assert not launcher.members


def test_in_an_order_that_is_the_seed_s():
    def turns(seed: int) -> list[list[str]]:
        launcher = FakeLauncher()
        measured(launcher, task(FIB), replace(PLAN, seed=seed))
        return list(map(by_strategy, launcher.turns_taken()))

    assert turns(1) == turns(1)
    assert turns(1) != turns(2)


def test_what_they_took_is_start_and_rounds():
    found = measured(FakeLauncher(), task(FIB))
    assert (found.spent.block, found.spent.group, found.spent.members, found.spent.rounds) == (
        2,
        FIB,
        4,
        ROUNDS,
    )
    assert found.spent.start_s == pytest.approx(START_S)
    assert found.spent.wall_s == pytest.approx(START_S + 5 * ROUNDS * ITERATION_S)


class Shared(FakeLauncher):
    """A machine on which something else has one of two cores in some rounds."""

    def __init__(self, busy: Container[int]) -> None:
        """``busy``: numbers of the rounds, from 1."""
        super().__init__()
        self.busy = busy
        self.rounds = 0

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        answers = super().turn(members, command, timeout_s)
        if len(members) == 1:
            return answers
        self.rounds += 1
        half = {"iterations": [{"wall_s": ITERATION_S, "cpu_s": ITERATION_S / 2}]}
        said = msgspec.json.encode(half).decode()
        return tuple(replace(one, answer=said) for one in answers) if self.rounds in self.busy else answers


def test_a_round_in_which_something_else_had_a_core_is_taken_again():
    assert measured(Shared(busy=()), task(FIB)).rounds == ROUNDS
    assert measured(Shared(busy={2, 3, ROUNDS + 1}), task(FIB)).rounds == ROUNDS + 3


def test_but_not_for_ever_and_not_again_if_it_was_in_vain():
    launcher = Shared(busy=range(2 * ROUNDS + MOST_SHORT))
    runner = GroupRunner(PLAN, launcher, Services(), launcher.clock)
    rounds = [runner.measure(task(FIB)).rounds for _ in range(4)]
    assert rounds == [ROUNDS + MOST_SHORT, ROUNDS, ROUNDS, ROUNDS]


def test_but_again_once_some_had_enough():
    launcher = Shared(busy=range(ROUNDS + MOST_SHORT + 2))
    runner = GroupRunner(PLAN, launcher, Services(), launcher.clock)
    assert runner.measure(task(FIB)).rounds == ROUNDS + MOST_SHORT
    assert runner.measure(task(FIB)).rounds == ROUNDS
    launcher.busy = {launcher.rounds + 1}
    assert runner.measure(task(FIB)).rounds == ROUNDS + 1


class Stopped(FakeLauncher):
    """A machine on which the harness is stopped and continued in some turns, which then take an hour."""

    def __init__(self, during: Container[int]) -> None:
        """``during``: numbers of the turns or invocations, from 1."""
        super().__init__(self.invoke, seconds=self.iterate)
        self.during = during
        self.given = 0
        self.stops = 0

    def iterate(self, _member: MemberCommand, _loops: int) -> float:
        return ITERATION_S * 100 if self.is_stopped() else ITERATION_S

    def invoke(self, invocation: Invocation) -> Exit:
        self.is_stopped()
        return obey(invocation)

    def is_stopped(self) -> bool:
        self.given += 1
        is_now = self.given in self.during
        self.stops += is_now
        return is_now

    def measured(self, asked: GroupTask, plan: Plan = PLAN) -> GroupMeasurement:
        runner = GroupRunner(plan, self, Services(), self.clock, stops=lambda: self.stops)
        return runner.measure(asked)


def test_a_round_in_which_the_harness_was_stopped_is_repeated_and_does_not_count():
    launcher = Stopped(during={1, 14})
    found = launcher.measured(task(FIB))
    assert launcher.stops == 2
    assert len(launcher.turns_taken()) == 5 * (ROUNDS + 2)
    assert found.rounds == ROUNDS
    assert set(outcomes(found).values()) == {"ok"}
    lines = [one.line for one in found.samples if one.line]
    assert len(lines) == len(found.samples)
    assert {len(line.iterations) - (line.turns_from or 0) for line in lines} == {ROUNDS}
    assert {one.wall_s for line in lines for one in line.iterations} == {ITERATION_S}


def test_an_invocation_during_which_the_harness_was_stopped_is_repeated():
    alone = replace(PLAN, interpreters=(replace(CPYTHON, timing=Timing(takes_turns=False)), JYTHON))
    usual, launcher = Stopped(during=()), Stopped(during={2})
    found = [one.measured(task(FIB, alone), alone) for one in (usual, launcher)]
    assert len(launcher.launched) == len(usual.launched) + 1
    assert len(found[0].samples) == len(found[1].samples)


def test_work_that_waits_needs_no_core_and_more_copies_than_cores_get_none(monkeypatch):
    assert measured(Shared(busy=range(1000)), task(SLEEP)).rounds == ROUNDS
    monkeypatch.setattr(group_module, "usable_cores", lambda: 1.0)
    assert measured(Shared(busy=range(1000)), task(FIB)).rounds == ROUNDS


def test_parameters_are_those_of_the_work():
    plan = records.plan([CPYTHON], [records.work("mixed:cpu=0.5", "mixed", cpu="0.5")])
    launcher = FakeLauncher()
    measured(launcher, task(Group("cpython-3.13", "", "mixed:cpu=0.5"), plan), plan)
    assert {argument(one, "--param", "") for one in launcher.begun[0]} == {"cpu=0.5"}
    assert {script_of(one) for one in launcher.begun[0]} == {"mixed"}


def test_who_dies_in_a_turn_costs_its_own_cell_alone():
    def die(member: MemberCommand, turn: int) -> Exit | None:
        return Exit(signal=signal.SIGSEGV) if strategy_of(member) == "threads" and turn == 4 else None

    found = measured(FakeLauncher(fate=die), task(FIB))
    assert outcomes(found) == {"serial": "ok", "threads": "crashed", "processes": "ok"}
    (bad,) = (one for one in found.samples if one.outcome is not Outcome.OK)
    assert [one.wall_s for one in bad.rounds] == [ITERATION_S] * 3
    assert found.rounds == ROUNDS


def test_so_does_one_that_ends_early_and_says_that_all_is_well():
    def end(member: MemberCommand, turn: int) -> Exit | None:
        return Exit(status=0) if strategy_of(member) == "threads" and turn == 2 else None

    found = measured(FakeLauncher(fate=end), task(FIB))
    assert outcomes(found) == {"serial": "ok", "threads": "garbled", "processes": "ok"}
    assert found.rounds == ROUNDS


def test_copies_have_no_turn_once_one_of_them_is_gone():
    def die(member: MemberCommand, turn: int) -> Exit | None:
        is_serial = strategy_of(member) == "serial"
        return Exit(status=3) if is_serial and turn == 6 and launcher.members[0].member is member else None

    launcher = FakeLauncher(fate=die)
    found = measured(launcher, task(FIB))
    assert outcomes(found)["threads"] == "ok"
    assert sum(len(members) == 2 for members in launcher.turns_taken()) < ROUNDS


def test_a_turn_may_take_long_and_not_for_ever():
    launcher = FakeLauncher()
    measured(launcher, task(FIB))
    begin_s, *turns_s = launcher.limits
    assert begin_s == EFFORT.timeout_s
    assert set(turns_s) == {max(LONGEST_TURN_S, LONGEST_TURN * EFFORT.iteration_s)}
    hasty = replace(PLAN, effort=replace(EFFORT, timeout_s=2.0))
    launcher = FakeLauncher()
    measured(launcher, task(FIB), hasty)
    assert set(launcher.limits) == {2.0}


def test_one_that_is_slow_to_start_has_longer_to_begin():
    patient = replace(PLAN, interpreters=(replace(CPYTHON, timing=Timing(patience_s=60.0)), JYTHON))
    launcher = FakeLauncher()
    measured(launcher, task(FIB), patient)
    assert launcher.limits[0] == EFFORT.timeout_s + 60


def test_nothing_begins_for_longer_than_the_budget_lasts_and_a_little():
    launcher = FakeLauncher()
    measured(launcher, task(FIB, ends=launcher.clock() + 3.0))
    assert launcher.limits[0] == pytest.approx(3.0 + SLACK_S)


# --- where they live --------------------------------------------------------------------------------


def test_a_reference_lives_where_its_interpreter_does():
    clock = FakeClock()
    here, there = FakeLauncher(clock=clock), FakeLauncher(clock=clock)
    found = measured(here, task(JYTHON_FIB), launchers=Apart(cpython=here, jython=there))
    assert by_strategy(there.begun[0]) == ["serial", "serial", "threads", "processes"]
    assert by_strategy(here.begun[0]) == ["serial"]
    assert {name_of(one) for one in here.begun[0]} == {"cpython-3.13"}
    assert len(found.samples) == 7
    assert {one.outcome for one in found.samples} == {Outcome.OK}
    assert (here.members, there.members) == ([], [])


LOST = Exit(signal=signal.SIGKILL, lost="its container was killed; the limit of memory there is 2 GiB")


class Lost(FakeLauncher):
    """In a container that is lost in its third turn: of those in it, none answers any more."""

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        if len(self.told) < 3:
            return super().turn(members, command, timeout_s)
        for one in self.members:
            one.exited = LOST
        return tuple(Answer(is_alive=False) for _ in members)


def test_a_container_that_is_lost_takes_its_own_and_not_the_reference():
    here = FakeLauncher()
    there = Lost(clock=here.clock)
    found = measured(here, task(JYTHON_FIB), launchers=Apart(cpython=here, jython=there))
    beside = [one for one in found.samples if one.slot.role is Role.REFERENCE]
    assert [(one.outcome, len(line_of(one).iterations)) for one in beside] == [(Outcome.OK, ROUNDS)]
    endings = {(one.outcome, one.reason) for one in found.samples if one not in beside}
    assert endings == {(Outcome.KILLED, LOST.lost)}
    assert (here.members, there.members) == ([], [])


# --- getting warm -------------------------------------------------------------------------------------


def commands(launcher: FakeLauncher) -> list[tuple[str, list[str]]]:
    """All but turns, and for whom: by their interpreters."""
    return [
        (command, [name_of(one) for one in members])
        for command, members in launcher.told
        if command != "turn"
    ]


def test_those_of_a_jit_get_as_many_iterations_each_before_their_first_turn():
    launcher = FakeLauncher()
    found = measured(launcher, task(JYTHON_FIB))
    jython = ["jython-2.7"] * 4
    one = ("warm 15", ["jython-2.7"])
    assert commands(launcher) == [one, one, one, one, (TRIAL, jython[:1]), (TRIAL, jython[1:])]
    assert {name_of(one) for one in launcher.begun[0]} == {"jython-2.7", "cpython-3.13"}
    warm = [line_of(one).turns_from for one in found.samples if one.slot.role is not Role.REFERENCE]
    assert set(warm) - {None} == {15 + 4}, "four more, of which the first one's say how long they take"
    (reference,) = (one for one in found.samples if one.slot.role is Role.REFERENCE)
    assert line_of(reference).turns_from == 0


def line_of(sample: Sample):
    assert sample.line is not None
    return sample.line


def test_what_takes_no_time_of_the_processor_needs_no_warm_up():
    launcher = FakeLauncher()
    measured(launcher, task(Group("jython-2.7", "", "sleep")))
    assert commands(launcher) == []


def as_it_gets_warm(member: MemberCommand, loops: int) -> float:
    """A JIT that does ten loops in a hundredth of the time it was calibrated for."""
    return loops * (0.002 if name_of(member) == "jython-2.7" else 0.01)


def test_loops_that_are_too_few_once_warm_are_corrected_for_all_of_its_interpreter():
    launcher = FakeLauncher(seconds=as_it_gets_warm)
    found = measured(launcher, task(JYTHON_FIB))
    (corrected,) = found.corrected
    assert (corrected.interpreter, corrected.script, corrected.loops) == ("jython-2.7", "fib", 50)
    jython = ["jython-2.7"] * 4
    assert commands(launcher)[6] == ("loops 50", jython)
    rest = ("warm 12", ["jython-2.7"])
    assert commands(launcher)[7:] == [rest, rest, rest, rest, (TRIAL, jython[:1]), (TRIAL, jython[1:])]
    loops = {(one.slot.cell.interpreter, line_of(one).loops) for one in found.samples}
    assert loops == {("jython-2.7", 50), ("cpython-3.13", 10)}
    settled = {line_of(one).turns_from for one in found.samples if one.slot.role is not Role.REFERENCE}
    assert settled == {12 + 4}, "all before was of other loops"


def test_loops_are_corrected_until_they_are_enough():
    def in_two_steps(member: MemberCommand, loops: int) -> float:
        is_warm = loops >= 20
        return loops * 0.002 if is_warm and name_of(member) == "jython-2.7" else loops * 0.005

    launcher = FakeLauncher(seconds=in_two_steps)
    found = measured(launcher, task(JYTHON_FIB))
    told = [command for command, _ in commands(launcher) if command.startswith("loops")]
    assert told == ["loops 20", "loops 50"]
    assert [one.loops for one in found.corrected] == [50]


def test_where_serial_can_not_tell_loops_stay_as_they_are():
    def die(member: MemberCommand, _turn: int) -> Exit | None:
        return Exit(status=3) if strategy_of(member) == "serial" and name_of(member) == "jython-2.7" else None

    found = measured(FakeLauncher(seconds=as_it_gets_warm, fate=die), task(JYTHON_FIB))
    assert found.corrected == ()
    assert outcomes(found)["threads"] == "ok"


# --- what can't be started ------------------------------------------------------------------------------


def test_whose_loops_are_not_known_is_not_started_and_the_others_are():
    bad = calibration("cpython-3.13", outcome=Outcome.CRASHED, reason="exit status 3", loops=0)
    launcher = FakeLauncher()
    found = measured(launcher, task(JYTHON_FIB, cpython=bad))
    assert [(one.slot.role, one.reason) for one in found.samples if one.outcome is not Outcome.OK] == [
        (Role.REFERENCE, "while calibrating: exit status 3")
    ]
    assert {name_of(one) for one in launcher.begun[0]} == {"jython-2.7"}


def test_if_nobody_s_are_known_nothing_is_started():
    bad = calibration("cpython-3.13", outcome=Outcome.TIMEOUT, reason="still running", loops=0)
    launcher = FakeLauncher()
    found = measured(launcher, task(FIB, cpython=bad))
    assert {one.outcome for one in found.samples} == {Outcome.TIMEOUT}
    assert (launcher.begun, launcher.launched) == ([], [])
    assert (found.members, found.rounds) == (0, 0)


FETCH = replace(records.work("http_api", "io"), services=("http",))
FETCHING = records.plan([CPYTHON], [FETCH])
FETCHING_GROUP = Group("cpython-3.13", "", "http_api")


def test_without_its_service_nothing_of_a_group_is_started():
    launcher, offer = FakeLauncher(), FakeOffer(refusal="no port is free")
    asked = task(FETCHING_GROUP, FETCHING)
    found = measured(launcher, asked, FETCHING, services=Services([offer.offer]))
    assert {(one.outcome, one.reason) for one in found.samples} == {(Outcome.UNAVAILABLE, "no port is free")}
    assert launcher.begun == []


# --- one after the other ------------------------------------------------------------------------------


def alone(launcher: FakeLauncher) -> list[tuple[str, int]]:
    """What was launched, and in how many copies."""
    return sorted((strategy_of(one), one.copies) for one in launcher.launched)


def test_too_little_memory_for_all_at_once_means_one_after_the_other(monkeypatch):
    memory = type("Memory", (), {"available": 11 * RSS})
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    launcher = FakeLauncher()
    found = measured(launcher, task(FIB))  # six processes, in half of what is free
    assert launcher.begun == []
    assert alone(launcher) == [("processes", 1), ("serial", 1), ("serial", 1), ("serial", 2), ("threads", 1)]
    assert {one.outcome for one in found.samples} == {Outcome.OK}
    assert (found.members, found.rounds) == (5, 0)


def test_just_enough_means_by_turns(monkeypatch):
    memory = type("Memory", (), {"available": 12 * RSS})
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    launcher = FakeLauncher()
    measured(launcher, task(FIB))
    assert len(launcher.begun) == 1


def test_copies_that_run_at_once_count_each(monkeypatch):
    """Four workers: serial, twin, two more copies, threads, and processes with their four."""
    plan = records.plan([CPYTHON], [records.work("fib")], workers=(4,))
    for available, begun in ((2 * 10 * RSS, 1), (2 * 10 * RSS - 2, 0)):
        memory = type("Memory", (), {"available": available})
        monkeypatch.setattr(psutil, "virtual_memory", lambda memory=memory: memory)
        launcher = FakeLauncher()
        measured(launcher, task(FIB, plan), plan)
        assert len(launcher.begun) == begun


def test_so_does_one_member_that_takes_no_turns():
    plan = replace(PLAN, interpreters=(records.alone(CPYTHON), JYTHON))
    launcher = FakeLauncher()
    found = measured(launcher, task(JYTHON_FIB, plan), plan)
    assert launcher.begun == []
    assert len(found.samples) == 7


def test_on_its_own_each_does_all_of_its_iterations_for_a_jit_enough_to_see_it_change():
    plan = replace(PLAN, interpreters=(CPYTHON, records.alone(JYTHON)))
    launcher = FakeLauncher()
    measured(launcher, task(JYTHON_FIB, plan), plan)
    iterations = {(name_of(one), argument(one, "--iterations", "")) for one in launcher.launched}
    assert iterations == {
        ("cpython-3.13", str(EFFORT.iterations)),
        ("jython-2.7", str(EFFORT.jit_iterations)),
    }
    assert not any("--turns" in one.argv for one in launcher.launched)


def test_what_services_used_of_an_invocation_is_in_its_samples():
    offer = FakeOffer()

    def use(invocation: Invocation) -> Exit:
        offer.service.used_s += 0.25
        return obey(invocation)

    plan = replace(FETCHING, interpreters=(records.alone(CPYTHON),))
    services = Services([offer.offer])
    found = measured(FakeLauncher(use), task(FETCHING_GROUP, plan), plan, services=services)
    used = {(one.slot.copies, one.services_cpu_s) for one in found.samples}
    assert used == {(1, 0.25), (2, 0.5)}


def test_what_only_observes_is_measured_on_its_own():
    plan = records.plan([CPYTHON], [records.work("lost_updates", "semantics", (Strategy.THREADS,))])
    launcher = FakeLauncher()
    measured(launcher, task(Group("cpython-3.13", "", "lost_updates"), plan), plan)
    assert alone(launcher) == [("threads", 1)]


# --- calibration ----------------------------------------------------------------------------------------


def calibrated(launcher: FakeLauncher, ends: float = LONG_S) -> Calibration | None:
    runner = GroupRunner(PLAN, launcher, Services(), launcher.clock)
    return runner.calibrate(calibration("jython-2.7", loops=0), ends)


def test_loops_are_found_by_the_script_with_part_of_the_warm_up_behind_it():
    launcher = FakeLauncher()
    found = calibrated(launcher)
    assert found is not None
    assert (found.loops, found.outcome, found.peak_rss) == (3, Outcome.OK, RSS)
    (asked,) = launcher.launched
    assert argument(asked, "--calibrate", "") == str(EFFORT.iteration_s)
    assert 0 < float(argument(asked, "--seconds", "0")) < JYTHON.warm_up_s


def test_loops_that_the_end_of_the_budget_cut_short_are_not_known_and_no_failure():
    def hang(invocation: Invocation) -> Exit:
        return Exit(timed_out=True, wall_s=invocation.timeout_s)

    launcher = FakeLauncher(hang)
    assert calibrated(launcher, launcher.clock() + 2.0) is None
    assert launcher.launched[0].timeout_s == pytest.approx(2.0 + SLACK_S)
    found = calibrated(FakeLauncher(hang))
    assert found is not None
    assert found.outcome is Outcome.TIMEOUT


# --- what starts processes is lost ------------------------------------------------------------


def test_an_interpreter_is_given_up_after_two_losses_and_the_others_go_on():
    launcher = FakeLauncher()
    seen = iter((0, 1, 1, 2))
    runner = GroupRunner(PLAN, launcher, Services(), launcher.clock, losses=lambda: next(seen, 2))
    endings = [
        {(one.outcome, one.reason) for one in runner.measure(task(group)).samples}
        for group in (FIB, SLEEP, FIB, JYTHON_FIB)
    ]
    fine = {(Outcome.OK, "")}
    assert endings == [fine, fine, {(Outcome.UNAVAILABLE, GIVEN_UP)}, fine]
    uncalibrated = replace(calibration("cpython-3.13"), loops=0)
    assert runner.calibrate(uncalibrated, LONG_S) == replace(
        uncalibrated, outcome=Outcome.UNAVAILABLE, reason=GIVEN_UP
    )
