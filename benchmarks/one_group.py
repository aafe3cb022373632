"""Blocks of one workload on one interpreter, measured as a run measures them, or one after the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.cards import digest_of, read_cards
from gilometer.claims.reading import claims
from gilometer.locations import workloads_folder
from gilometer.model import Group, Outcome
from gilometer.plan.effort import DEFAULT
from gilometer.plan.given_up import GivenUp
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import slots_of
from gilometer.plan.make import Material, Request, make
from gilometer.plan.planner import Planner
from gilometer.run.calibrate import CalibrationKey
from gilometer.run.group import GroupRunner, GroupTask
from gilometer.run.measure import pending_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Calibration, Cell, Effort, Entry, Interpreter, Plan, Strategy
    from gilometer.run.group import GroupMeasurement
    from gilometer.run.launcher import Launchers
    from gilometer.run.services import Services

LIMIT_S = 600.0
"""For a block."""
WORKERS = 2


def plan_of(
    interpreters: tuple[Interpreter, ...],
    workload: str,
    strategies: tuple[Strategy, ...],
    effort: Effort = DEFAULT,
) -> Plan:
    """Plan one workload, with a budget that does not end."""
    scripts = workloads_folder()
    material = Material(interpreters, (), read_cards(scripts).cards, digest_of(scripts), claims())
    effort = replace(effort, budget_s=1e9)
    return make(material, Request((workload,), strategies, (WORKERS,), 1, effort))


class OneGroup:
    """Measures one group of a plan, block after block."""

    def __init__(
        self, plan: Plan, interpreter: Interpreter, launchers: Launchers, services: Services
    ) -> None:
        """Start no process yet. The plan must have one workload."""
        self.plan = plan
        self.group = Group(interpreter.name, interpreter.variant, plan.works[0].label)
        lacking = GivenUp(plan)
        self.cells = tuple(cell for cell in groups_of(plan)[self.group] if cell not in lacking)
        self._planner = Planner(plan, [])
        self._runner = GroupRunner(plan, launchers, services, time.monotonic)
        self._separately = GroupRunner(without_turns(plan), launchers, services, time.monotonic)
        self._calibrations: dict[CalibrationKey, Calibration] = {}

    def by_turns(self, block: int, rounds: int | None = None) -> GroupMeasurement:
        """Measure a block as a run does, in as many rounds as it would have."""
        rounds = self._planner.rounds(self.group) if rounds is None else rounds
        measured = self._runner.measure(self._task(block, rounds))
        self._learn([*measured.corrected, *measured.samples, measured.spent])
        for one in measured.corrected:
            self._calibrations[CalibrationKey.of(one)] = one
        return measured

    def one_by_one(self, block: int) -> GroupMeasurement:
        """Measure a block of the same cells, each in a process that lives alone."""
        return self._separately.measure(self._task(block, 0))

    def _task(self, block: int, rounds: int) -> GroupTask:
        slots = slots_of(self.plan, self.group, self.cells, block)
        ends = time.monotonic() + LIMIT_S
        found = {slot.cell: self._calibrated(slot.cell, ends) for slot in slots}
        return GroupTask(self.group, tuple(slots), found, rounds, ends)

    def _calibrated(self, cell: Cell, ends: float) -> Calibration:
        key = self._runner.calibration_key(cell)
        if key not in self._calibrations:
            found = self._runner.calibrate(pending_of(self.plan, key), ends)
            if found is None:
                raise TimeoutError(f"{cell.workload} on {cell.interpreter} could not be calibrated")
            self._calibrations[key] = found
            self._learn([found])
        return self._calibrations[key]

    def _learn(self, entries: Sequence[Entry]) -> None:
        self._planner.learn(entries)


def without_turns(plan: Plan) -> Plan:
    """Return the plan with interpreters that can't wait for turns."""
    alone = (replace(one, timing=replace(one.timing, takes_turns=False)) for one in plan.interpreters)
    return replace(plan, interpreters=tuple(alone))


def failure_of(measured: GroupMeasurement) -> str:
    """Say what failed first in a block; empty if nothing did."""
    bad = [one for one in measured.samples if one.outcome is not Outcome.OK]
    return f"{bad[0].outcome.words}: {bad[0].reason}" if bad else "" if measured.samples else "no sample"
