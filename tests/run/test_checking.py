"""A check: each cell of a plan once."""

from __future__ import annotations

import math
import signal

import pytest
from msgspec.structs import replace

from gilometer.model import Interpreter, Lack, Outcome, Strategy
from gilometer.plan.effort import CHECK
from gilometer.run.checking import Check, CheckedCell
from gilometer.run.launcher import Exit, MemberCommand
from gilometer.run.services import Services
from tests import records
from tests.run.fakes import ITERATION_S, FakeLauncher, FakeView, argument, script_of, strategy_of
from tests.run.services.fakes import FakeOffer

CPYTHON = records.interpreter("cpython-3.13")
JYTHON = records.interpreter("jython-2.7", jit="on")
WORKS = (records.work("fib"), records.work("convoy", "semantics"))


def plan_of(*interpreters: Interpreter):
    return replace(records.plan(interpreters, WORKS), effort=CHECK)


def checked(launcher: FakeLauncher, plan=None, view=None, services=None) -> dict[str, CheckedCell]:
    """What came of each cell of a plan of one interpreter, by its workload and strategy."""
    of = plan or plan_of(CPYTHON)
    check = Check(of, launcher, services or Services(), view or FakeView(), launcher.clock)
    return {f"{one.cell.workload} {one.cell.strategy}": one for one in check.run()}


def test_every_cell_is_run_with_one_loop_by_turns_or_alone_as_in_a_comparison():
    launcher = FakeLauncher()
    found = checked(launcher)
    cells = [f"{work.label} {strategy}" for work in WORKS for strategy in records.STRATEGIES]
    assert {name: one.outcome for name, one in found.items()} == dict.fromkeys(cells, Outcome.OK)
    (members,) = launcher.begun
    assert {script_of(one) for one in members} == {"fib"}
    assert sorted(map(strategy_of, launcher.launched)) == ["processes", "serial", "threads"]
    assert {argument(one, "--loops", "") for one in members} == {"1"}
    assert {argument(one, "--loops", "") for one in launcher.launched} == {"1"}


@pytest.mark.parametrize(("one", "turns"), [(CPYTHON, CHECK.rounds), (JYTHON, CHECK.jit_iterations)])
def test_a_jit_gets_more_turns_to_settle(one, turns):
    launcher = FakeLauncher()
    checked(launcher, plan_of(one))
    assert len(launcher.turns_taken()) == turns * len(records.STRATEGIES)


def test_the_first_iteration_is_told_and_the_middle_of_the_last():
    walls = iter([0.9, *[0.2] * (CHECK.jit_iterations - 5), 0.1, 0.1, 0.3, 0.1])

    def seconds(member: MemberCommand, _loops: int) -> float:
        return next(walls) if strategy_of(member) == "threads" else ITERATION_S

    found = checked(FakeLauncher(seconds=seconds), plan_of(JYTHON))
    assert (found["fib threads"].first_s, found["fib threads"].settled_s) == (0.9, 0.1)


def test_what_the_probe_found_lacking_is_not_started_and_says_why():
    lack = Lack("cpython-3.13", "", Strategy.PROCESSES, "can't start a process: no fork")
    launcher = FakeLauncher()
    found = checked(launcher, replace(plan_of(CPYTHON), lacks=(lack,)))
    assert (found["fib processes"].outcome, found["fib processes"].reason) == (
        Outcome.UNSUPPORTED,
        lack.why,
    )
    assert math.isnan(found["fib processes"].first_s)
    (members,) = launcher.begun
    assert [*map(strategy_of, members)] == ["serial", "threads"]


def test_a_cell_that_dies_is_told_with_its_reason_and_the_rest_goes_on():
    def fate(member: MemberCommand, turn: int) -> Exit | None:
        return Exit(signal=signal.SIGSEGV) if (strategy_of(member), turn) == ("threads", 2) else None

    found = checked(FakeLauncher(fate=fate))
    assert (found["fib threads"].outcome, found["fib threads"].reason) == (
        Outcome.CRASHED,
        "died of SIGSEGV",
    )
    assert [name for name, one in found.items() if not one.is_fit] == ["fib threads"]


def test_a_server_that_can_not_be_started_makes_a_cell_unavailable_and_no_failure():
    works = (replace(records.work("http_api", "io"), services=("http",)),)
    plan = replace(records.plan([CPYTHON], works), effort=CHECK)
    refused = FakeOffer("http", refusal="no port is free").offer
    found = checked(FakeLauncher(), plan, services=Services([refused]))
    assert {one.outcome for one in found.values()} == {Outcome.UNAVAILABLE}
    assert {one.is_fit for one in found.values()} == {False}


def test_it_says_what_comes_next_and_how_long_the_rest_takes():
    view = FakeView()
    checked(FakeLauncher(), view=view)
    first, second = view.shown
    assert (first.stage, first.doing) == ("fib on cpython-3.13", "1 of 2")
    assert (second.stage, second.doing) == ("convoy on cpython-3.13", "2 of 2")
    assert second.left_s == second.done_s > 0
