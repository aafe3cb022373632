"""Check interpreters: each cell of a plan once, in small, in the way that a comparison measures it."""

from __future__ import annotations

import math
import time
from statistics import median
from typing import TYPE_CHECKING

from gilometer.model import Calibration, Cell, Outcome, Record, Sample, Slot, Step
from gilometer.plan.groups import groups_of
from gilometer.run.group import GroupRunner, GroupTask, never

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.model import Group, Interpreter, Plan
    from gilometer.run.launcher import Launchers
    from gilometer.run.measure import Progress
    from gilometer.run.services import Services

GROUP_S = 600.0
"""Seconds that a group may take: enough for each of its cells to hang, one after the other."""
A_GROUP_S = 2.0
"""A first guess of the seconds that a group takes."""
SETTLED = 4
"""The last iterations, of which the median is taken for a settled one."""


class CheckedCell(Record, frozen=True):
    """What came of a cell."""

    cell: Cell
    outcome: Outcome
    reason: str = ""
    first_s: float = math.nan
    """Seconds of its first iteration; NaN without one."""
    settled_s: float = math.nan
    """Seconds of its last iterations, in the middle."""
    stderr_tail: str = ""

    @property
    def is_fit(self) -> bool:
        """True if the cell can be measured, or if the interpreter lacks what it needs and says so."""
        return self.outcome in {Outcome.OK, Outcome.UNSUPPORTED}


class Check:
    """One check of a plan: a block without controls and without calibration, as an iteration is one pass."""

    def __init__(
        self,
        plan: Plan,
        launchers: Launchers,
        services: Services,
        progress: Progress,
        clock: Callable[[], float] = time.monotonic,
        *,
        losses: Callable[[], int] = never,
    ) -> None:
        """Start no process yet; ``losses`` counts how often what starts others was lost."""
        self._plan = plan
        self._progress = progress
        self._clock = clock
        self._runner = GroupRunner(plan, launchers, services, clock, losses=losses)
        self._interpreters = {one.label: one for one in plan.interpreters}
        self._scripts = {work.label: work.script for work in plan.works}
        self._lacks = {(one.interpreter_label, one.strategy): one.why for one in plan.lacks}

    def run(self) -> list[CheckedCell]:
        """Run the cells of one group after the other."""
        groups = groups_of(self._plan)
        began = self._clock()
        found: list[CheckedCell] = []
        for done, (group, cells) in enumerate(groups.items()):
            self._show(group, done, len(groups) - done, began)
            found += self._check(group, cells)
        return found

    def _show(self, group: Group, done: int, left: int, began: float) -> None:
        """Say what comes next; the groups that are left take as long as those so far."""
        done_s = self._clock() - began
        left_s = left * (done_s / done if done else A_GROUP_S)
        stage = f"{group.workload} on {group.interpreter_label}"
        self._progress.show(Step(stage, f"{done + 1} of {done + left}", done_s, left_s))

    def _check(self, group: Group, cells: Sequence[Cell]) -> list[CheckedCell]:
        possible = [cell for cell in cells if (cell.interpreter_label, cell.strategy) not in self._lacks]
        samples = {one.slot.cell: one for one in self._measure(group, possible)} if possible else {}
        return [self._checked(cell, samples.get(cell)) for cell in cells]

    def _measure(self, group: Group, cells: Sequence[Cell]) -> Sequence[Sample]:
        effort = self._plan.effort
        interpreter = self._interpreters[group.interpreter_label]
        task = GroupTask(
            group=group,
            slots=tuple(Slot(0, cell) for cell in cells),
            calibrations=dict.fromkeys(cells, self._one_pass(interpreter, group)),
            rounds=effort.jit_iterations if interpreter.facts.jit == "on" else effort.rounds,
            ends=self._clock() + GROUP_S,
        )
        return self._runner.measure(task).samples

    def _one_pass(self, interpreter: Interpreter, group: Group) -> Calibration:
        """Return a calibration by which each piece of the work is done once, as far as that is possible."""
        script = self._scripts[group.workload]
        iteration_s = self._plan.effort.iteration_s
        return Calibration(interpreter.name, interpreter.variant, script, 1, iteration_s, Outcome.OK, "", 0.0)

    def _checked(self, cell: Cell, sample: Sample | None) -> CheckedCell:
        if lack := self._lacks.get((cell.interpreter_label, cell.strategy)):
            return CheckedCell(cell, Outcome.UNSUPPORTED, lack)
        if sample is None:
            return CheckedCell(cell, Outcome.TIMEOUT, f"its workload was still running after {GROUP_S:g} s")
        walls = [one.wall_s for one in sample.line.iterations] if sample.line else []
        return CheckedCell(
            cell=cell,
            outcome=sample.outcome,
            reason=sample.reason,
            first_s=walls[0] if walls else math.nan,
            settled_s=median(walls[-SETTLED:]) if walls else math.nan,
            stderr_tail=sample.stderr_tail,
        )
