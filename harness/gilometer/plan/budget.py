"""The seconds that blocks take. Pure arithmetic on guesses, and on the measurements so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Calibration, Cell, Extended, Group, Interpreter, Plan, Spent, Work
from gilometer.plan.groups import OBSERVED_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.model import Entry

AT_ONCE = 2
"""Processes that can start at the same time without slowing each other."""
A_TURN = 1.4
"""Length of a turn in iterations: the timed one, and a shorter one before it."""
CALIBRATION_ITERATIONS = 6
"""Length of calibration in iterations, about."""
COLD_KINDS = OBSERVED_KINDS | {"io"}
"""Kinds that need no warm JIT, as they wait or are only observed."""
CALIBRATION_WARM_UP = 0.5
"""Share of the warm-up before calibration; the first warm turns correct the loops that it finds."""
FEWEST_ROUNDS = 4
"""The fewest rounds of a block: those whose middle half is a mean of two."""
MOST_ROUNDS = 40
"""The most rounds of a block."""
WITHIN_TO_BETWEEN = 9.0
"""Usual variance between rounds over that between blocks, as measured; used until there are enough blocks."""
WITHIN_TO_BETWEEN_OF_A_JIT = 5.0
"""The same with a JIT, whose processes differ more from one another, as measured of Jython."""


def warm_up_s(interpreter: Interpreter, work: Work, plan: Plan) -> float:
    """Return the seconds of work that a JIT gets to warm up; 0 where it does not matter."""
    return 0.0 if work.kind in COLD_KINDS else interpreter.warm_up_s * plan.effort.warm_up


def warm_up_iterations(interpreter: Interpreter, work: Work, plan: Plan, iteration_s: float) -> int:
    """Return how many iterations come before the first turn: as many for all strategies.

    With a fixed time instead of a number, the faster strategy would do more work, get warmer, and look faster
    still.
    """
    to_warm_up_s = warm_up_s(interpreter, work, plan)
    if not to_warm_up_s:
        return 0
    return max(1, math.ceil(to_warm_up_s / max(iteration_s, plan.effort.iteration_s)))


def cores_to_warm_up(interpreter: Interpreter, cell: Cell) -> int:
    """Return how many cores a process can use while it warms up."""
    return cell.at_once + interpreter.timing.compiles_beside


def iterations_of(interpreter: Interpreter, work: Work, plan: Plan, iteration_s: float) -> int:
    """Return how many iterations an invocation does that is measured without turns."""
    warm = warm_up_iterations(interpreter, work, plan, iteration_s)
    return max(plan.effort.iterations, plan.effort.jit_iterations, warm) if warm else plan.effort.iterations


def best_rounds(spent: Spent, ratio: float) -> int:
    """Return how many rounds a block should have, from the cost of a start and that of a round.

    T. Kalibera, R. Jones: Rigorous Benchmarking in Reasonable Time, ISMM 2013, section 6: the square root of
    (cost of a start / cost of a round) * (variance between rounds / variance between blocks).

    Args:
        spent: The cost of the group's last block.
        ratio: The variance between rounds over that between blocks.

    """
    if not spent.rounds:
        return 0
    round_s = max((spent.wall_s - spent.start_s) / spent.rounds, 1e-6)
    wanted = math.sqrt(max(spent.start_s, 0.0) / round_s * ratio)
    return max(FEWEST_ROUNDS, min(MOST_ROUNDS, round(wanted)))


class Ledger:
    """The time spent so far, and the expected cost of a block of each group."""

    def __init__(self, plan: Plan) -> None:
        """Start with nothing spent."""
        self._plan = plan
        self._works = {work.label: work for work in plan.works}
        self._interpreters = {one.label: one for one in plan.interpreters}
        self._last: dict[Group, Spent] = {}
        self._calibrated: dict[tuple[str, str], float] = {}
        self.spent_s = 0.0
        self.budget_s = plan.effort.budget_s

    def learn(self, entries: Iterable[Entry]) -> None:
        """Learn from entries: what was spent, and what time was added."""
        for entry in entries:
            if isinstance(entry, Calibration):
                self.spent_s += entry.wall_s
                self._calibrated[entry.interpreter_label, entry.script] = entry.iteration_s
            elif isinstance(entry, Spent):
                self.spent_s += entry.wall_s
                if entry.members:  # without one nothing was started, so there is no cost to learn
                    self._last[entry.group] = entry
            elif isinstance(entry, Extended):
                self.budget_s += entry.budget_s

    def is_cold(self, group: Group) -> bool:
        """Tell whether a group needs no warm JIT, as it waits or is only observed."""
        return self._works[group.workload].kind in COLD_KINDS

    def last(self, group: Group) -> Spent | None:
        """Return the cost of a group's last block; None if it had none."""
        return self._last.get(group)

    def block_s(self, group: Group, members: int) -> float:
        """Return the expected seconds of a block with so many processes, without calibration."""
        last = self._last.get(group)
        if last is not None:
            return last.wall_s * members / max(last.members, 1)
        return self.guess(group, members).wall_s

    def guess(self, group: Group, members: int) -> Spent:
        """Estimate the cost of a group's first block, and how many rounds it should have."""
        interpreter, work = self._interpreters[group.interpreter_label], self._works[group.workload]
        iteration_s = self._iteration_s(group, work)
        warm = warm_up_iterations(interpreter, work, self._plan, iteration_s)
        start_s = members / AT_ONCE * (interpreter.timing.startup_s + warm * iteration_s)
        round_s = members * A_TURN * iteration_s
        one = Spent(0, group, members, start_s, start_s + round_s, 1)
        worth = 0 if self.is_cold(group) else best_rounds(one, self.within_to_between(group))
        rounds = self._plan.effort.rounds
        if rounds >= FEWEST_ROUNDS:  # fewer are all that the budget lasts for
            rounds = max(rounds, worth)
        return Spent(0, group, members, start_s, start_s + rounds * round_s, rounds)

    def within_to_between(self, group: Group) -> float:
        """Return the usual variance between rounds over that between blocks."""
        has_jit = self._interpreters[group.interpreter_label].warm_up_s > 0
        return WITHIN_TO_BETWEEN_OF_A_JIT if has_jit else WITHIN_TO_BETWEEN

    def _iteration_s(self, group: Group, work: Work) -> float:
        known = self._calibrated.get((group.interpreter_label, work.script), 0.0)
        return max(known, self._plan.effort.iteration_s)

    def calibration_s(self, group: Group) -> float:
        """Return the expected seconds of calibration; 0 if it is done."""
        interpreter, work = self._interpreters[group.interpreter_label], self._works[group.workload]
        if group in self._last or (interpreter.label, work.script) in self._calibrated:
            return 0.0
        warm_s = CALIBRATION_WARM_UP * warm_up_s(interpreter, work, self._plan)
        return interpreter.timing.startup_s + warm_s + CALIBRATION_ITERATIONS * self._plan.effort.iteration_s
