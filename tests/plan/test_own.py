from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from gilometer.model import Alternative, Lack, Own, Plan, Rank, Role, Strategy
from gilometer.plan.budget import FEWEST_ROUNDS
from gilometer.plan.effort import TRY
from gilometer.plan.make import Material, Request, make
from gilometer.plan.own import NamedFunction, Trial, calls_of, fitted, work_of
from gilometer.plan.planner import Planner
from tests import records

NAMED = NamedFunction("mine.py:work", "24", ("a b", "-x"))
OWN = Own("/home/me", "mine.py", "d2", 24)
INTERPRETERS = (records.interpreter("cpython-2.7"), records.interpreter("cpython-3.13"))


def planned(*lacks: Lack, workers: tuple[int, ...] = (2, 4), is_async: bool = False) -> Plan:
    work = work_of(NAMED, OWN, "computing", takes_item=True, is_async=is_async)
    material = Material(INTERPRETERS, (), (), "d1", works=(work,), lacks=lacks)
    return make(material, Request((), (), workers, 1, TRY))


def cannot(name: str) -> tuple[Lack, ...]:
    strategies = (Strategy.SERIAL, Strategy.THREADS, Strategy.PROCESSES, Strategy.SUBINTERPRETERS)
    return tuple(Lack(name, "", strategy, "can't compile it") for strategy in strategies)


def test_the_script_is_told_what_to_call():
    work = planned().works[0]
    assert (work.label, work.script, work.checksum) == ("work", "_function", "")
    told = {"function": "mine.py:work", "items": "24", "takes_item": "1"}
    assert told.items() <= work.parameters.items()
    assert json.loads(work.parameters["arguments"]) == ["a b", "-x"]
    assert work.calibrate_with == work.parameters


def test_only_an_async_function_has_asyncio():
    assert Strategy.ASYNCIO in planned(is_async=True).works[0].strategies
    assert Strategy.ASYNCIO not in planned().works[0].strategies


def test_what_the_most_workers_gain_is_asked_first():
    aims = planned().aims
    asked = {(aim.under.interpreter, aim.under.strategy.value, aim.under.workers) for aim in aims}
    names = [one.name for one in INTERPRETERS]
    assert asked == {(name, how, 4) for name in names for how in ("threads", "processes")}
    assert {(aim.rank, aim.alternative, aim.over.strategy) for aim in aims} == {
        (Rank.HEADLINE, Alternative.ABOVE, Strategy.SERIAL)
    }


def test_one_that_can_not_compile_it_is_neither_measured_nor_the_baseline():
    plan = planned(*cannot("cpython-3.13"))
    assert plan.baseline == "cpython-2.7"
    assert {one.cell.interpreter for one in plan.controls} == {"cpython-2.7"}
    assert {group.interpreter for group in Planner(plan, ()).next(0).groups} == {"cpython-2.7"}


def test_others_are_compared_with_the_baseline():
    references = [one for one in planned().controls if one.role is Role.REFERENCE]
    assert [(one.beside, one.cell.interpreter) for one in references] == [("cpython-2.7", "cpython-3.13")]


def test_each_worker_has_as_many_calls():
    assert calls_of([2]) == 2
    assert calls_of([1, 2, 3, 4]) == 12


@pytest.mark.parametrize(("busy", "kind"), [(0.9, "computing"), (None, "computing"), (0.5, "waiting")])
def test_a_function_that_uses_little_cpu_waits(busy, kind):
    assert Trial(4, 1.0, busy).kind == kind


def test_a_quick_function_leaves_the_effort_as_it_is():
    assert fitted(TRY, 0.001, 3) == TRY


def test_a_slow_function_has_longer_iterations_and_fewer_rounds():
    slow = fitted(TRY, 20.0, 3)
    assert (slow.iteration_s, slow.rounds) == (20.0, 1)
    assert slow.timeout_s == 400.0
    assert TRY.rounds >= FEWEST_ROUNDS


def test_as_few_rounds_as_the_budget_lasts_for_are_measured():
    plan = planned()
    slow = replace(plan, effort=fitted(TRY, 20.0, 3))
    group = Planner(slow, ()).next(0).groups or (plan.cells[0].group,)
    assert Planner(slow, ()).rounds(group[0]) == 1
    assert Planner(plan, ()).rounds(group[0]) >= FEWEST_ROUNDS


def test_a_plan_of_the_projects_workloads_has_no_code_of_the_users():
    assert records.plan(INTERPRETERS, [records.work("fib")]).own is None
    assert planned().own == OWN
