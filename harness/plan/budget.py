"""What a plan takes, and whether another block fits. Pure arithmetic on what was measured so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from harness.model import Calibration, Cell, Entry, Interpreter, Plan, Role, Sample, Slot, Strategy, Work
from harness.plan.blocks import slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable

STARTUP_S = {"jython": 0.9, "graalpy": 1.0, "ironpython": 1.2}
"""A first guess of what a process costs beside its iterations, until one was measured."""
STARTUP_OTHERWISE_S = 0.06
CALIBRATION_ITERATIONS = 6
"""About how many iterations' time calibration takes in all."""


def warm_up_s(interpreter: Interpreter, work: Work, plan: Plan) -> float:
    """Worth of work that a JIT is given to get warm. Waiting needs no warm JIT."""
    return 0.0 if work.kind == "io" else interpreter.warm_up_s * plan.effort.warm_up


def iterations_of(interpreter: Interpreter, work: Work, plan: Plan, iteration_s: float) -> int:
    """How many iterations an invocation does: the same for all strategies, so that each is equally warm.

    A time instead of a number would let the faster strategy get warmer, and so look faster still.
    """
    to_warm_up = math.ceil(warm_up_s(interpreter, work, plan) / max(iteration_s, plan.effort.iteration_s))
    return max(plan.effort.iterations, to_warm_up)


class Ledger:
    """What was spent so far, and from that what the rest will take. Starts from guesses, then learns."""

    def __init__(self, plan: Plan, entries: Iterable[Entry]) -> None:
        """Begin with the entries of a run that is resumed, or with none."""
        self._plan = plan
        self._works = {work.label: work for work in plan.works}
        self._interpreters = {(one.name, one.variant): one for one in plan.interpreters}
        self._last: dict[tuple[Cell, Role], float] = {}
        self._blocks: dict[int, float] = {}
        self.spent_s = 0.0
        self.learn(entries)

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in what was measured; copies that ran at once count once."""
        for entry in entries:
            if isinstance(entry, Calibration):
                self.spent_s += entry.wall_s
            elif isinstance(entry, Sample) and entry.copy == 0:
                self.spent_s += entry.wall_s
                block = entry.slot.block
                self._blocks[block] = self._blocks.get(block, 0.0) + entry.wall_s
                self._last[entry.slot.cell, entry.slot.role] = entry.wall_s

    def allows(self, block: int) -> bool:
        """Whether the budget holds this block, if it is like the last. The first is always held."""
        if block == 0 or block in self._blocks:
            return True
        return self.spent_s + self._blocks[block - 1] <= self._plan.effort.budget_s

    def calibration_s(self) -> float:
        """Expected seconds of calibrating everything."""
        scripts = {work.script: work for work in self._plan.works}
        each = CALIBRATION_ITERATIONS * self._plan.effort.iteration_s
        return sum(
            _startup_s(one) + warm_up_s(one, work, self._plan) + each
            for one in self._plan.interpreters
            for work in scripts.values()
        )

    def slots_s(self, slots: Iterable[Slot]) -> float:
        """Expected seconds of some slots."""
        return sum(self._slot_s(slot) for slot in slots)

    def blocks_after(self, budget_s: float, block: int) -> int:
        """How many blocks from this one on are likely to fit into some seconds."""
        each = max(self.slots_s(slots_of(self._plan, block)), 1e-9)
        return max(0, min(self._plan.effort.blocks - block, int(budget_s / each)))

    def _slot_s(self, slot: Slot) -> float:
        known = self._last.get((slot.cell, slot.role))
        if known is not None:
            return known
        interpreter = self._interpreters[slot.cell.interpreter, slot.cell.variant]
        startup_s = _startup_s(interpreter)
        if slot.cell.strategy is Strategy.PROCESSES and not _has_processes(interpreter):
            return startup_s
        effort = self._plan.effort
        work = self._works[slot.cell.workload]
        return startup_s + max(
            effort.iterations * effort.iteration_s, warm_up_s(interpreter, work, self._plan)
        )


class Estimate:
    """What a plan is expected to take before anything was measured."""

    def __init__(self, plan: Plan) -> None:
        """Work it out from first guesses."""
        ledger = Ledger(plan, [])
        self.calibration_s = ledger.calibration_s()
        self.block_s = ledger.slots_s(slots_of(plan, 0))
        self.blocks = max(1, ledger.blocks_after(plan.effort.budget_s - self.calibration_s, 0))
        self.total_s = self.calibration_s + self.blocks * self.block_s


def _startup_s(interpreter: Interpreter) -> float:
    return STARTUP_S.get(interpreter.facts.implementation, STARTUP_OTHERWISE_S)


def _has_processes(interpreter: Interpreter) -> bool:
    return "multiprocessing" in interpreter.facts.capabilities
