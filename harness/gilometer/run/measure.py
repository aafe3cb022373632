"""The run itself: block after block, each group's samples on disk before the next begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, TypeVar

from gilometer.model import (
    Calibration,
    Choice,
    Decided,
    Entry,
    Extended,
    Finished,
    Group,
    Known,
    Plan,
    Slot,
    Spent,
    Step,
)
from gilometer.plan.groups import group_of
from gilometer.plan.lineup import slots_of
from gilometer.plan.planner import NO_BUDGET, Planner
from gilometer.run.calibrate import pending
from gilometer.run.group import Bench, GroupOrder, Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gilometer.model import Cell
    from gilometer.run.launcher import Launchers
    from gilometer.run.services import Services
    from gilometer.runs.store import Store

E = TypeVar("E", bound=Entry)


class Progress(Protocol):
    """Told between turns how far the run is; draws nothing while something is timed."""

    def know(self, known: Sequence[Known], precision: float) -> None:
        """Take in all ratios as a run begins, then those that a block told more of.

        ``precision`` is the half-width, as a share of a ratio, at which it counts as known.
        """
        ...

    def decide(self, decided: Decided) -> None:
        """Say what is sure of a claim, when it is for the first time or has become another."""
        ...

    def show(self, step: Step) -> None:
        """Say what comes next."""
        ...


class Measurement:
    """One run of a plan, from wherever its store says it is."""

    def __init__(  # noqa: PLR0917  each is one of the run's parts
        self,
        plan: Plan,
        launchers: Launchers,
        services: Services,
        store: Store,
        progress: Progress,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take in how far the store says the run is."""
        self._plan = plan
        self._store = store
        self._progress = progress
        self._clock = clock
        self._planner = Planner(plan, store.entries)
        self._bench = Bench(plan, launchers, services, clock)
        self._calibrations = {_script_of(one): one for one in _of_type(store.entries, Calibration)}
        self._said: dict[tuple[str, str], bool] = {}
        self._ends = 0.0

    def run(self) -> Finished:
        """Do what is left of the plan, until its planner says that it is enough, or the budget is spent.

        Raises:
            LauncherError: The launcher is gone.
            RunFolderError: The disk takes no more samples.

        """
        if finished := finished_by(self._store.entries):
            return finished
        self._ends = self._clock() + self._planner.left_s
        self._tell(self._plan.cells)
        choice = self._begun() or self._choose(self._blocks())
        while choice.groups and self._left_s > 0:
            self._measure_block(choice)
            choice = self._choose(choice.block + 1)
        finished = Finished(blocks=choice.block, why=choice.why if self._left_s > 0 else NO_BUDGET)
        self._store.append([finished])
        return finished

    @property
    def _left_s(self) -> float:
        return self._ends - self._clock()

    def _begun(self) -> Choice | None:
        """Find the block that was begun last, and not ended."""
        choices = _of_type(self._store.entries, Choice)
        return choices[-1] if choices and self._todo(choices[-1]) else None

    def _blocks(self) -> int:
        return max((one.block + 1 for one in _of_type(self._store.entries, Choice)), default=0)

    def _choose(self, block: int) -> Choice:
        """Decide what a block measures, and have that on disk before it begins."""
        choice = self._planner.next(block)
        if choice.groups:
            self._store.append([choice])
        return choice

    def _todo(self, choice: Choice) -> list[Group]:
        """Give the groups of a block that were not measured yet."""
        done = {one.group for one in _of_type(self._store.entries, Spent) if one.block == choice.block}
        return [group for group in choice.groups if group not in done]

    def _measure_block(self, choice: Choice) -> None:
        for group in self._todo(choice):
            if self._left_s <= 0:
                return
            label = group.interpreter + group.variant
            self._progress.show(
                Step(
                    f"block {choice.block + 1}",
                    f"{group.workload} on {label}",
                    self._planner.spent_s,
                    min(self._left_s, self._planner.expected_s),
                )
            )
            self._keep(self._measure(choice, group))
            self._tell(cell for cell in self._plan.cells if group_of(cell) == group)
            self._say(group)

    def _measure(self, choice: Choice, group: Group) -> Measured:
        cells = [cell for cell in choice.cells or self._plan.cells if group_of(cell) == group]
        possible = [cell for cell in cells if not self._planner.is_hopeless(cell)]
        slots = [
            slot
            for slot in slots_of(self._plan, group, possible, choice.block)
            if not self._planner.is_hopeless(slot.cell)
        ]
        found = self._calibrate(slots)
        if found is None or not slots:
            return Measured(group, choice.block, ())
        return self._bench.measure(
            GroupOrder(group, tuple(slots), found, self._planner.rounds(group), self._ends)
        )

    def _calibrate(self, slots: Sequence[Slot]) -> dict[Cell, Calibration] | None:
        """Have the loops of all cells of a group; None if the budget was spent before."""
        cells = list(dict.fromkeys(slot.cell for slot in slots))
        for cell in cells:
            key = self._bench.script_of(cell)
            if key not in self._calibrations:
                found = self._bench.calibrate(pending_of(self._plan, key), self._ends)
                if found is None:
                    return None
                self._keep_calibration(found)
        return {cell: self._calibrations[self._bench.script_of(cell)] for cell in cells}

    def _keep_calibration(self, found: Calibration) -> None:
        self._store.append([found])
        self._planner.learn([found])
        self._calibrations[_script_of(found)] = found

    def _keep(self, measured: Measured) -> None:
        """Put a group's samples on disk, all or none: with them goes what they took."""
        entries: list[Entry] = [*measured.corrected, *measured.samples, measured.spent]
        self._store.append(entries)
        self._planner.learn(entries)
        for one in measured.corrected:
            self._calibrations[_script_of(one)] = one

    def _tell(self, cells: Iterable[Cell]) -> None:
        self._progress.know(self._planner.known(cells), self._plan.effort.precision)

    def _say(self, group: Group) -> None:
        """Say what this group's block has decided, or decided otherwise."""
        for one in self._planner.decided(group):
            if self._said.get((one.claim, one.interpreter)) is not one.holds:
                self._said[one.claim, one.interpreter] = one.holds
                self._progress.decide(one)


def finished_by(entries: Sequence[Entry]) -> Finished | None:
    """Give the end of a run that did all it meant to do, and was given no more time since."""
    last = next((one for one in reversed(entries) if isinstance(one, Finished | Extended)), None)
    return last if isinstance(last, Finished) else None


def pending_of(plan: Plan, key: tuple[str, str, str]) -> Calibration:
    """Give the record of what is to be calibrated, with no loops yet."""
    return next(one for one in pending(plan, []) if _script_of(one) == key)


def _script_of(calibration: Calibration) -> tuple[str, str, str]:
    """Whose loops these are."""
    return calibration.interpreter, calibration.variant, calibration.script


def _of_type(entries: Iterable[Entry], kind: type[E]) -> list[E]:
    return [entry for entry in entries if isinstance(entry, kind)]
