"""The habits of IronPython, one by one and all at once, under every workload and strategy: nothing fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer import cards
from gilometer.locations import workloads_folder
from gilometer.model import Effort, Outcome, Strategy
from gilometer.plan.effort import CHECK
from gilometer.plan.make import Material, Request, make
from gilometer.run.checking import Check, CheckedCell
from gilometer.run.launchers import LauncherPool
from tests import records
from tests.interpreters.habits.sitecustomize import COLD_ROUNDS, HABITS, PERIOD
from tests.run.fakes import FakeView
from tests.workloads.running import SERVICES

FOLDER = Path(__file__).parents[1] / "interpreters" / "habits"
ONCE = replace(CHECK, rounds=1, iterations=1, jit_iterations=1)
LONG = replace(ONCE, rounds=max(COLD_ROUNDS, PERIOD) + 1)
NO_PROCESS = "can't start a process: AttributeError: module 'os' has no attribute 'fork'"
LACKS = {
    "has_no_processes": {"processes": NO_PROCESS, "hybrid": NO_PROCESS},
    "knows_no_async": {"asyncio": "has no asyncio"},
    "lacks_native_modules": {"sqlite": "lacks what it needs: import of _sqlite3 halted; None in sys.modules"},
}
"""By habit the reasons that it gives, by what is lacking: a strategy, or a workload."""


def checked(habits: str, folder: Path, effort: Effort = ONCE) -> list[CheckedCell]:
    """Check this Python with habits: all strategies are started, whatever a probe would say."""
    one = replace(
        records.interpreter("cpython-3.13"),
        command=(sys.executable,),
        env={"PYTHONPATH": str(FOLDER), "GILOMETER_TEST_HABITS": habits},
    )
    scripts = workloads_folder()
    material = Material((one,), (), cards.read_cards(scripts).cards, cards.digest_of(scripts))
    plan = make(material, Request((), (), (2,), 0, effort))
    with LauncherPool(folder / "scratch", scripts) as launchers:
        return Check(plan, launchers, SERVICES, FakeView()).run()


def failed(found: list[CheckedCell]) -> list[str]:
    return [f"{one.cell.label}: {one.outcome}, {one.reason}" for one in found if not one.is_fit]


def lacks(found: list[CheckedCell]) -> dict[str, str]:
    """The reasons of what is unsupported, by strategy or else by workload.

    Those of subinterpreters are left out, as they depend on this Python.
    """
    return {
        one.cell.strategy.value if _is_of_strategy(one, found) else one.cell.workload: one.reason
        for one in found
        if one.outcome is Outcome.UNSUPPORTED and one.cell.strategy is not Strategy.SUBINTERPRETERS
    }


def _is_of_strategy(cell: CheckedCell, found: list[CheckedCell]) -> bool:
    own = [one for one in found if one.cell.strategy is cell.cell.strategy]
    return all(one.outcome is Outcome.UNSUPPORTED for one in own)


@pytest.mark.parametrize("habit", HABITS)
def test_with_one_habit_every_cell_is_well_or_says_what_it_lacks(habit, tmp_path):
    found = checked(habit, tmp_path, LONG if habit == "is_slow_until_compiled" else ONCE)
    assert failed(found) == []
    assert lacks(found) == LACKS.get(habit, {})


def test_so_it_is_with_all_habits_at_once(tmp_path):
    found = checked("all", tmp_path)
    assert failed(found) == []
    assert lacks(found) == {name: why for of in LACKS.values() for name, why in of.items()}
