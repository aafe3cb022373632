"""Measure a plan, block after block: the samples of each group are on disk before the next begins."""

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
    Outcome,
    Plan,
    Sample,
    Slot,
    Spent,
    Step,
)
from gilometer.plan.lineup import slots_of
from gilometer.plan.planner import NO_BUDGET, Planner
from gilometer.run.calibrate import CalibrationKey, pending
from gilometer.run.group import GroupMeasurement, GroupRunner, GroupTask, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gilometer.model import Cell
    from gilometer.run.launcher import Launchers
    from gilometer.run.services import Services
    from gilometer.runs.store import Store

E = TypeVar("E", bound=Entry)


class Progress(Protocol):
    """Shows how far the run is. It is called between groups, and draws nothing while something is timed."""

    def know(self, known: Sequence[Known], precision: float) -> None:
        """Learn all ratios when a run begins, then those that a block has changed.

        ``precision`` is the half-width, as a share of a ratio, at which it counts as known.
        """
        ...

    def decide(self, decided: Decided) -> None:
        """Say what is decided of a claim, when that is new or has changed."""
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
        *,
        stops: Callable[[], int] = never,
        losses: Callable[[], int] = never,
    ) -> None:
        """Go on where the entries of the store end.

        ``stops`` counts how often the harness was stopped, ``losses`` how often what
        starts and times others was lost.
        """
        self._plan = plan
        self._store = store
        self._progress = progress
        self._clock = clock
        tried = [one for one in store.entries if not was_not_started(one)]
        self._planner = Planner(plan, tried)
        self._runner = GroupRunner(plan, launchers, services, clock, stops=stops, losses=losses)
        self._calibrations = {CalibrationKey.of(one): one for one in _of_type(tried, Calibration)}
        self._decided: dict[tuple[str, str], bool] = {}
        """The last decisions that were shown: whether a claim holds, by claim and interpreter's label."""
        self._ends = 0.0

    def run(self) -> Finished:
        """Measure block after block until the planner ends the run, or the budget is spent.

        Raises:
            RunFolderError: The disk takes no more samples.

        """
        if finished := finished_by(self._store.entries):
            return finished
        self._ends = self._clock() + self._planner.left_s
        self._show_known(self._plan.cells)
        choice = self._unfinished_choice() or self._choose(self._blocks())
        while choice.groups and self._left_s > 0:
            self._measure_block(choice)
            choice = self._choose(choice.block + 1)
        finished = Finished(blocks=choice.block, why=choice.why if self._left_s > 0 else NO_BUDGET)
        self._store.append([finished])
        return finished

    @property
    def _left_s(self) -> float:
        return self._ends - self._clock()

    def _unfinished_choice(self) -> Choice | None:
        """Return the choice of the last block, if not all of its groups were measured."""
        choices = _of_type(self._store.entries, Choice)
        return choices[-1] if choices and self._todo(choices[-1]) else None

    def _blocks(self) -> int:
        return max((one.block + 1 for one in _of_type(self._store.entries, Choice)), default=0)

    def _choose(self, block: int) -> Choice:
        """Choose what a block measures, and put the choice on disk before the block begins."""
        choice = self._planner.next(block)
        if choice.groups:
            self._store.append([choice])
        return choice

    def _todo(self, choice: Choice) -> list[Group]:
        """List the groups of a block that were not measured yet."""
        done = {one.group for one in _of_type(self._store.entries, Spent) if one.block == choice.block}
        return [group for group in choice.groups if group not in done]

    def _measure_block(self, choice: Choice) -> None:
        for group in self._todo(choice):
            if self._left_s <= 0:
                return
            self._progress.show(
                Step(
                    f"block {choice.block + 1}",
                    f"{group.workload} on {group.interpreter_label}",
                    self._planner.spent_s,
                    min(self._left_s, self._planner.expected_s),
                )
            )
            self._keep(self._measure(choice, group))
            self._show_known(cell for cell in self._plan.cells if cell.group == group)
            self._show_decided(group)

    def _measure(self, choice: Choice, group: Group) -> GroupMeasurement:
        cells = [cell for cell in choice.cells or self._plan.cells if cell.group == group]
        possible = [cell for cell in cells if not self._planner.is_given_up(cell)]
        slots = [
            slot
            for slot in slots_of(self._plan, group, possible, choice.block)
            if not self._planner.is_given_up(slot.cell)
        ]
        found = self._calibrate(slots)
        if found is None or not slots:
            return GroupMeasurement(group, choice.block, ())
        return self._runner.measure(
            GroupTask(group, tuple(slots), found, self._planner.rounds(group), self._ends)
        )

    def _calibrate(self, slots: Sequence[Slot]) -> dict[Cell, Calibration] | None:
        """Return the calibrations of all cells, made if need be; None if the budget was spent before."""
        cells = list(dict.fromkeys(slot.cell for slot in slots))
        for cell in cells:
            key = self._runner.calibration_key(cell)
            if key not in self._calibrations:
                found = self._runner.calibrate(pending_of(self._plan, key), self._ends)
                if found is None:
                    return None
                self._keep_calibration(found)
        return {cell: self._calibrations[self._runner.calibration_key(cell)] for cell in cells}

    def _keep_calibration(self, found: Calibration) -> None:
        self._store.append([found])
        self._planner.learn([found])
        self._calibrations[CalibrationKey.of(found)] = found

    def _keep(self, measured: GroupMeasurement) -> None:
        """Put a group's samples on disk, all or none, and what they cost."""
        entries: list[Entry] = [*measured.corrected, *measured.samples, measured.spent]
        self._store.append(entries)
        self._planner.learn(entries)
        for one in measured.corrected:
            self._calibrations[CalibrationKey.of(one)] = one

    def _show_known(self, cells: Iterable[Cell]) -> None:
        self._progress.know(self._planner.known(cells), self._plan.effort.precision)

    def _show_decided(self, group: Group) -> None:
        """Show what the block of this group has decided, or decided otherwise."""
        for one in self._planner.decided(group):
            if self._decided.get((one.claim, one.interpreter)) is not one.holds:
                self._decided[one.claim, one.interpreter] = one.holds
                self._progress.decide(one)


def was_not_started(entry: Entry) -> bool:
    """Tell whether nothing could be started: a run that is resumed tries it again."""
    return (
        isinstance(entry, Calibration | Sample)
        and entry.outcome not in {Outcome.OK, Outcome.UNSUPPORTED, Outcome.NOT_REACHED}
        and entry.wall_s == 0
    )


def finished_by(entries: Sequence[Entry]) -> Finished | None:
    """Return the end of a run, if it was reached and no time was added since."""
    last = next((one for one in reversed(entries) if isinstance(one, Finished | Extended)), None)
    return last if isinstance(last, Finished) else None


def pending_of(plan: Plan, key: CalibrationKey) -> Calibration:
    """Return the record of a calibration that is to be made, with no loops yet."""
    return next(one for one in pending(plan, []) if CalibrationKey.of(one) == key)


def _of_type(entries: Iterable[Entry], kind: type[E]) -> list[E]:
    return [entry for entry in entries if isinstance(entry, kind)]
