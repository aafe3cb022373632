from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gilometer.model import Calibration, Group, Outcome
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import line_up, slots_of
from gilometer.run.launcher import Exit, MemberCommand
from gilometer.run.turns import MemberStart, Turns
from gilometer.run.warm_up import (
    TOO_SHORT,
    TRIAL,
    WarmUp,
    correct_loops,
    has_loops_to_correct,
    rest_of,
    warm_up,
)
from tests import records
from tests.run.fakes import FakeLauncher, strategy_of

if TYPE_CHECKING:
    from tests.run.fakes import Fate, Seconds

PLAN = records.plan([records.interpreter("jython-2.7", jit="on")], [records.work("fib")])
GROUP = Group("jython-2.7", "", "fib")
LOOPS = 10
CALIBRATION = Calibration("jython-2.7", "", "fib", LOOPS, 0.1, Outcome.OK, "", 2.5)
ITERATION_S = 0.1
LIMIT_S = 30.0


def begun(launcher: FakeLauncher) -> Turns:
    """Serial, its twin, threads and processes."""
    lineup = line_up(GROUP, slots_of(PLAN, GROUP, groups_of(PLAN)[GROUP], 0))
    starts = []
    for cell in lineup.members:
        argv = ("/opt/jython-2.7/bin/python", "/workloads/fib.py", "--strategy", cell.strategy.value)
        starts.append(MemberStart(launcher, MemberCommand((*argv, "--loops", str(LOOPS)), {}), LIMIT_S))
    turns = Turns(lineup, starts)
    turns.begin(LIMIT_S)
    return turns


def commands(launcher: FakeLauncher) -> list[tuple[str, int]]:
    """Each, and to how many it was given."""
    return [(command, len(members)) for command, members in launcher.told]


@pytest.mark.parametrize(
    ("cores", "expected"),
    [
        (1, [("warm 8", 1), ("warm 8", 1), ("warm 5", 1)]),
        (3, [("warm 8", 2), ("warm 5", 1)]),
        (4, [("warm 8", 2), ("warm 5", 1)]),
    ],
)
def test_as_many_get_warm_at_once_as_there_are_cores_for(cores, expected):
    launcher = FakeLauncher()
    asked = [WarmUp(0, 8, 1), WarmUp(1, 8, 2), WarmUp(2, 0, 2), WarmUp(3, 5, 1)]
    warm_up(begun(launcher), asked, cores, LIMIT_S)
    assert commands(launcher) == expected
    assert [len(one.walls) for one in launcher.members] == [8, 8, 0, 5]
    assert set(launcher.limits) == {LIMIT_S}


def test_what_was_done_with_fewer_loops_is_part_of_a_warm_up():
    assert rest_of(WarmUp(0, 38, 2), 5, 8) == WarmUp(0, 15, 2)
    assert rest_of(WarmUp(0, 38, 2), 1, 1000) == WarmUp(0, 38, 2)


def corrected(
    seconds: Seconds, fate: Fate = lambda _member, _turn: None
) -> tuple[FakeLauncher, Calibration | None]:
    launcher = FakeLauncher(seconds=seconds, fate=fate)
    turns = begun(launcher)
    return launcher, correct_loops(turns, CALIBRATION, [0, 1, 2], ITERATION_S, LIMIT_S)


def test_one_that_is_as_fast_as_it_was_calibrated_keeps_its_loops():
    launcher, found = corrected(lambda _member, _loops: (TOO_SHORT + 0.01) * ITERATION_S)
    assert found is None
    assert commands(launcher) == [(TRIAL, 1), (TRIAL, 2)]
    assert {one.loops for one in launcher.members} == {LOOPS}


def test_one_that_got_faster_has_more_loops_which_all_of_its_own_do():
    launcher, found = corrected(lambda _member, loops: loops * 0.003)
    assert found
    loops = 34  # in 0.102 s
    assert (found.loops, found.iteration_s, found.outcome) == (loops, ITERATION_S, Outcome.OK)
    assert (found.interpreter, found.script) == ("jython-2.7", "fib")
    assert [one.loops for one in launcher.members] == [loops, loops, loops, LOOPS]
    assert commands(launcher) == [(TRIAL, 1), (TRIAL, 2), (f"loops {loops}", 3)]


def test_they_cost_no_more_than_their_turns_and_say_why_they_are_others():
    _, found = corrected(lambda _member, loops: loops * 0.003)
    assert found
    assert found.wall_s == 0
    assert found.reason == "more loops, as it got warm"


def test_what_was_done_with_the_loops_before_is_forgotten():
    launcher, _ = corrected(lambda _member, loops: loops * 0.003)
    assert [len(one.walls) for one in launcher.members] == [0, 0, 0, 0]


def test_by_the_fastest_iteration_of_its_trial_it_is_corrected():
    walls = iter([0.5, 0.003, 0.1])
    _, found = corrected(lambda _member, _loops: next(walls, ITERATION_S))
    assert found
    assert found.loops > LOOPS


def test_if_the_first_has_ended_nothing_can_be_told():
    def end_serial(member: MemberCommand, _turn: int) -> Exit | None:
        return Exit(status=3) if strategy_of(member) == "serial" else None

    launcher, found = corrected(lambda _member, loops: loops * 0.003, end_serial)
    assert found is None
    assert launcher.told == []


def test_a_time_that_can_be_no_time_corrects_nothing():
    assert corrected(lambda _member, _loops: 0.0)[1] is None


@pytest.mark.parametrize(("kind", "has"), [("cpu", True), ("native", True), ("io", False), ("mixed", False)])
def test_only_where_time_is_work_alone_loops_are_corrected(kind, has):
    assert has_loops_to_correct(records.work("x", kind)) is has
