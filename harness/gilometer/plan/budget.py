"""What blocks take. Pure arithmetic on guesses, and on what was measured so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Calibration, Cell, Extended, Group, Interpreter, Plan, Spent, Work
from gilometer.plan.groups import OBSERVED_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.model import Entry

AT_ONCE = 2
"""Processes that start at once without holding each other up."""
A_TURN = 1.4
"""Iterations that a turn takes: the timed one, and a shorter one before it."""
CALIBRATION_ITERATIONS = 6
"""About how many iterations' time calibration takes in all."""
COLD_KINDS = OBSERVED_KINDS | {"io"}
"""Kinds that need no warm JIT: to wait, or to be observed."""
CALIBRATION_WARM_UP = 0.5
"""Share of the warm-up that calibration waits for: what it finds is corrected by the first warm turns."""
FEWEST_ROUNDS = 4
"""Rounds whose middle half is a mean."""
MOST_ROUNDS = 40
WITHIN_TO_BETWEEN = 9.0
"""Variance from round to round over that from block to block, until enough blocks tell: as measured."""
WITHIN_TO_BETWEEN_OF_A_JIT = 5.0
"""The same where there is a JIT, whose processes differ more from one another: as measured of Jython."""
BLOCKS_THAT_TELL = 4
CLEAREST = 4.0
"""Times the usual ratio of both variances that is believed at most: four blocks tell little of a variance."""


def warm_up_s(interpreter: Interpreter, work: Work, plan: Plan) -> float:
    """Worth of work that a JIT is given to get warm, where it matters."""
    return 0.0 if work.kind in COLD_KINDS else interpreter.warm_up_s * plan.effort.warm_up


def warm_up_iterations(interpreter: Interpreter, work: Work, plan: Plan, iteration_s: float) -> int:
    """How many iterations come before the first turn: the same for all strategies, so each is equally warm.

    A time instead of a number would let the faster strategy get warmer, and so look faster still.
    """
    to_warm_up_s = warm_up_s(interpreter, work, plan)
    if not to_warm_up_s:
        return 0
    return max(1, math.ceil(to_warm_up_s / max(iteration_s, plan.effort.iteration_s)))


def cores_to_warm_up(interpreter: Interpreter, cell: Cell) -> int:
    """How many cores a process can use while it gets warm."""
    return cell.at_once + interpreter.timing.compiles_beside


def iterations_of(interpreter: Interpreter, work: Work, plan: Plan, iteration_s: float) -> int:
    """How many iterations an invocation does that is measured on its own."""
    warm = warm_up_iterations(interpreter, work, plan, iteration_s)
    return max(plan.effort.iterations, plan.effort.jit_iterations, warm) if warm else plan.effort.iterations


def best_rounds(spent: Spent, ratio: float) -> int:
    """How many rounds a block should have, from what a start costs beside a round.

    T. Kalibera, R. Jones: Rigorous Benchmarking in Reasonable Time, ISMM 2013, section 6: the square root of
    (cost of a start / cost of a round) * (variance between rounds / variance between blocks).

    Args:
        spent: What the group's last block took.
        ratio: Of the two variances.

    """
    if not spent.rounds:
        return 0
    round_s = max((spent.wall_s - spent.start_s) / spent.rounds, 1e-6)
    wanted = math.sqrt(max(spent.start_s, 0.0) / round_s * ratio)
    return max(FEWEST_ROUNDS, min(MOST_ROUNDS, round(wanted)))


class Ledger:
    """What was spent so far, and what a block of a group is expected to take."""

    def __init__(self, plan: Plan) -> None:
        """Begin with nothing spent."""
        self._plan = plan
        self._works = {work.label: work for work in plan.works}
        self._interpreters = {(one.name, one.variant): one for one in plan.interpreters}
        self._last: dict[Group, Spent] = {}
        self._calibrated: dict[tuple[str, str, str], float] = {}
        self.spent_s = 0.0
        self.budget_s = plan.effort.budget_s

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in what was measured, and what time was added."""
        for entry in entries:
            if isinstance(entry, Calibration):
                self.spent_s += entry.wall_s
                self._calibrated[entry.interpreter, entry.variant, entry.script] = entry.iteration_s
            elif isinstance(entry, Spent):
                self.spent_s += entry.wall_s
                if entry.members:  # else nothing was started, which tells nothing of what it costs
                    self._last[entry.group] = entry
            elif isinstance(entry, Extended):
                self.budget_s += entry.budget_s

    def is_cold(self, group: Group) -> bool:
        """Whether it needs no warm JIT, as it waits or is observed."""
        return self._works[group.workload].kind in COLD_KINDS

    def last(self, group: Group) -> Spent | None:
        """Give what a group's last block took, if it had one."""
        return self._last.get(group)

    def block_s(self, group: Group, members: int) -> float:
        """Expected seconds of a block with so many processes, once it is calibrated."""
        last = self._last.get(group)
        if last is not None:
            return last.wall_s * members / max(last.members, 1)
        return self.guess(group, members).wall_s

    def guess(self, group: Group, members: int) -> Spent:
        """Guess what the first block of a group takes, and how many rounds it should have."""
        interpreter, work = self._interpreters[group.interpreter, group.variant], self._works[group.workload]
        iteration_s = self._iteration_s(group, work)
        warm = warm_up_iterations(interpreter, work, self._plan, iteration_s)
        start_s = members / AT_ONCE * (interpreter.timing.startup_s + warm * iteration_s)
        round_s = members * A_TURN * iteration_s
        one = Spent(0, group, members, start_s, start_s + round_s, 1)
        worth = 0 if self.is_cold(group) else best_rounds(one, self.within_to_between(group))
        rounds = max(self._plan.effort.rounds, worth)
        return Spent(0, group, members, start_s, start_s + rounds * round_s, rounds)

    def within_to_between(self, group: Group) -> float:
        """Guess the ratio of the variances between rounds and between blocks."""
        has_jit = self._interpreters[group.interpreter, group.variant].warm_up_s > 0
        return WITHIN_TO_BETWEEN_OF_A_JIT if has_jit else WITHIN_TO_BETWEEN

    def _iteration_s(self, group: Group, work: Work) -> float:
        known = self._calibrated.get((group.interpreter, group.variant, work.script), 0.0)
        return max(known, self._plan.effort.iteration_s)

    def calibration_s(self, group: Group) -> float:
        """Expected seconds of what must come first, if it did not yet."""
        interpreter, work = self._interpreters[group.interpreter, group.variant], self._works[group.workload]
        if group in self._last or (interpreter.name, interpreter.variant, work.script) in self._calibrated:
            return 0.0
        warm_s = CALIBRATION_WARM_UP * warm_up_s(interpreter, work, self._plan)
        return interpreter.timing.startup_s + warm_s + CALIBRATION_ITERATIONS * self._plan.effort.iteration_s
