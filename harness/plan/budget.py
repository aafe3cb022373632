"""What a plan takes. Pure arithmetic on guesses, and on what was measured so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from harness.model import (
    Calibration,
    Cell,
    Choice,
    Entry,
    Interpreter,
    Plan,
    Sample,
    Slot,
    Strategy,
    Work,
)
from harness.plan.blocks import slots_of
from harness.plan.groups import OBSERVED_KINDS, groups_of

if TYPE_CHECKING:
    from collections.abc import Iterable

STARTUP_S = {"jython": 0.9, "graalpy": 1.0, "ironpython": 1.2}
"""A first guess of what a process costs beside its iterations, until one was measured."""
STARTUP_OTHERWISE_S = 0.06
CALIBRATION_ITERATIONS = 6
"""About how many iterations' time calibration takes in all."""
COLD_KINDS = OBSERVED_KINDS | {"io"}
"""Kinds that need no warm JIT: to wait, or to be observed."""


def warm_up_s(interpreter: Interpreter, work: Work, plan: Plan) -> float:
    """Worth of work that a JIT is given to get warm, where it matters."""
    return 0.0 if work.kind in COLD_KINDS else interpreter.warm_up_s * plan.effort.warm_up


def iterations_of(interpreter: Interpreter, work: Work, plan: Plan, iteration_s: float) -> int:
    """How many iterations an invocation does: the same for all strategies, so that each is equally warm.

    A time instead of a number would let the faster strategy get warmer, and so look faster still.
    """
    effort = plan.effort
    to_warm_up_s = warm_up_s(interpreter, work, plan)
    if not to_warm_up_s:
        return effort.iterations
    to_warm_up = math.ceil(to_warm_up_s / max(iteration_s, effort.iteration_s))
    return max(effort.iterations, effort.jit_iterations, to_warm_up)


class Ledger:
    """What was spent so far, and what a slot is expected to take. Starts from guesses, then learns."""

    def __init__(self, plan: Plan) -> None:
        """Begin with nothing spent."""
        self._plan = plan
        self._works = {work.label: work for work in plan.works}
        self._interpreters = {(one.name, one.variant): one for one in plan.interpreters}
        self._last: dict[Slot, float] = {}
        self._iteration_s: dict[tuple[str, str, str], float] = {}
        self.spent_s = 0.0

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in what was measured; copies that ran at once count once."""
        for entry in entries:
            if isinstance(entry, Calibration):
                self.spent_s += entry.wall_s
                self._iteration_s[entry.interpreter, entry.variant, entry.script] = entry.iteration_s
            elif isinstance(entry, Sample) and entry.copy == 0:
                self.spent_s += entry.wall_s
                self._last[_in_any_block(entry.slot)] = entry.wall_s

    def calibration_s(self, interpreter: Interpreter, work: Work) -> float:
        """Expected seconds of one calibration."""
        iterations_s = CALIBRATION_ITERATIONS * self._plan.effort.iteration_s
        return _startup_s(interpreter) + warm_up_s(interpreter, work, self._plan) + iterations_s

    def slots_s(self, slots: Iterable[Slot]) -> float:
        """Expected seconds of some slots."""
        return sum(self._slot_s(slot) for slot in slots)

    def _slot_s(self, slot: Slot) -> float:
        known = self._last.get(_in_any_block(slot))
        return self._guess_s(slot.cell) if known is None else known

    def _guess_s(self, cell: Cell) -> float:
        interpreter = self._interpreters[cell.interpreter, cell.variant]
        startup_s = _startup_s(interpreter)
        if cell.strategy is Strategy.PROCESSES and not _has_processes(interpreter):
            return startup_s
        work = self._works[cell.workload]
        calibrated_s = self._iteration_s.get((cell.interpreter, cell.variant, work.script), 0.0)
        iteration_s = max(calibrated_s, self._plan.effort.iteration_s)
        return startup_s + iterations_of(interpreter, work, self._plan, iteration_s) * iteration_s


class Estimate:
    """What a plan is expected to take before anything was measured."""

    def __init__(self, plan: Plan) -> None:
        """Work it out from first guesses."""
        ledger = Ledger(plan)
        scripts = {work.script: work for work in plan.works}
        whole = Choice(0, tuple(groups_of(plan)), "")
        self.calibration_s = sum(
            ledger.calibration_s(one, work) for one in plan.interpreters for work in scripts.values()
        )
        self.block_s = ledger.slots_s(slots_of(plan, whole))
        self.floor_s = self.calibration_s + plan.effort.fewest_blocks * self.block_s
        """Of measuring everything in the fewest blocks."""


def _in_any_block(slot: Slot) -> Slot:
    """The same of the first block: slots of all blocks take about equally long."""
    return msgspec.structs.replace(slot, block=0) if slot.block else slot


def _startup_s(interpreter: Interpreter) -> float:
    return STARTUP_S.get(interpreter.facts.implementation, STARTUP_OTHERWISE_S)


def _has_processes(interpreter: Interpreter) -> bool:
    return "multiprocessing" in interpreter.facts.capabilities
