"""Which groups the next block measures, and when it is enough: decided by what was measured so far."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from harness.model import Cell, Choice, Entry, Group, Interpreter, Known, Plan, Slot, Work
from harness.plan.budget import Ledger
from harness.plan.groups import baseline_serial, groups_of
from harness.plan.hopeless import Hopeless
from harness.plan.precision import percent, target_of
from harness.plan.ratios import Ratios
from harness.plan.shares import Want, affordable, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.plan.precision import Answer

EVERYTHING = "the first block measures everything"
NOTHING_WORKS = "no cell is left that works"
NO_BUDGET = "the budget is spent"
NO_BLOCKS = "all blocks were measured"
NO_RATIO = "no ratio is left that can be taken"


class Planner:
    """Decides block after block, from the entries of the blocks before alone.

    A group is open while one of its ratios rests on too few blocks or has too wide an interval.
    """

    def __init__(self, plan: Plan, entries: Iterable[Entry]) -> None:
        """Begin with the entries of a run that is resumed, or with none."""
        self._plan = plan
        self._ledger = Ledger(plan)
        self._hopeless = Hopeless()
        self._ratios = Ratios(plan, target_of(plan.effort))
        self._groups = groups_of(plan)
        self._own = {group: _own_slots(plan, cells) for group, cells in self._groups.items()}
        self._controls = {work.label: _control_slots(plan, work.label) for work in plan.works}
        self.learn(entries)
        self._wants = self._open_wants()

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in what was measured, in the order in which it was."""
        entries = tuple(entries)
        self._ledger.learn(entries)
        self._hopeless.learn(entries)
        self._ratios.learn(entries)

    def next(self, block: int) -> Choice:
        """What this block is to measure, and why; no groups: the run is to end, and why."""
        self._wants = self._open_wants()
        if block == 0:
            return Choice(0, tuple(self._groups), EVERYTHING)
        why = self._end(block)
        if why:
            return Choice(block, (), why)
        fitting = frozenset(affordable(self._wants, self._plan.effort.budget_s - self.spent_s))
        if not fitting:
            return Choice(block, (), NO_BUDGET)
        groups = tuple(group for group in self._groups if group in fitting)
        return Choice(block, groups, self._why(len(groups)))

    def known(self, cells: Iterable[Cell]) -> tuple[Known, ...]:
        """Tell what the blocks so far say of the ratios that these cells are in."""
        return self._ratios.known(cells)

    @property
    def spent_s(self) -> float:
        """Seconds measured so far."""
        return self._ledger.spent_s

    def is_hopeless(self, cell: Cell) -> bool:
        """Whether it is not worth another invocation."""
        return cell in self._hopeless

    def left_s(self, choice: Choice, slots: Iterable[Slot], before_s: float = 0.0) -> float:
        """Expected seconds until the end: of these slots of the chosen block, and of the blocks after it.

        Later blocks are counted as they were likely to be needed when this one was chosen, and as far as the
        budget holds them. ``before_s`` is what comes before the slots.
        """
        now_s = before_s + self._seconds(slots)
        chosen = frozenset(choice.groups)
        blocks = self._plan.effort.blocks - choice.block - 1
        after = [
            msgspec.structs.replace(
                want,
                missing=min(want.missing - (want.group in chosen), blocks),
                own_s=self._seconds(self._own[want.group]),
                controls_s=self._seconds(self._controls[want.group.workload]),
            )
            for want in self._wants
        ]
        spare_s = self._plan.effort.budget_s - self.spent_s - now_s
        return now_s + max(0.0, min(seconds(after), spare_s))

    def calibration_s(self, interpreter: Interpreter, work: Work) -> float:
        """Expected seconds of one calibration."""
        return self._ledger.calibration_s(interpreter, work)

    def _open_wants(self) -> list[Want]:
        """What each open group asks for."""
        answers = {group: self._open_answers(group) for group in self._groups}
        sharers = Counter(group.workload for group, found in answers.items() if found)
        controls = {workload: self._seconds(self._controls[workload]) for workload in sharers}
        return [
            Want(
                group=group,
                below_floor=max(one.below_floor for one in found),
                urgency=max(one.urgency for one in found),
                missing=max(one.missing for one in found),
                had=min(one.running.count for one in found),
                own_s=self._seconds(self._own[group]),
                controls_s=controls[group.workload],
                sharers=sharers[group.workload],
            )
            for group, found in answers.items()
            if found
        ]

    def _open_answers(self, group: Group) -> Sequence[Answer]:
        """Those that are not known well enough; what can't be measured is not asked for."""
        return [
            ratio.answer
            for ratio in self._ratios.of(group)
            if not ratio.answer.is_enough
            and ratio.over not in self._hopeless
            and ratio.under not in self._hopeless
        ]

    def _seconds(self, slots: Iterable[Slot]) -> float:
        return self._ledger.slots_s(slot for slot in slots if slot.cell not in self._hopeless)

    def _end(self, block: int) -> str:
        """Why nothing more is to be measured, whatever it costs; empty if something is."""
        if not self._wants:
            return self._nothing_is_open()
        return NO_BLOCKS if block >= self._plan.effort.blocks else ""

    def _nothing_is_open(self) -> str:
        if all(cell in self._hopeless for cells in self._groups.values() for cell in cells):
            return NOTHING_WORKS
        if any(ratio.answer.is_enough for group in self._groups for ratio in self._ratios.of(group)):
            return f"every interval that matters is within {percent(self._plan.effort.precision)}"
        return NO_RATIO

    def _why(self, measured: int) -> str:
        """What is still wanted, and how much of it the block holds."""
        wants = self._wants
        below = sum(want.below_floor > 0 for want in wants)
        fewest = self._plan.effort.fewest_blocks
        return (
            f"{measured} of {len(wants)} open groups: {below} have fewer than {fewest} blocks, "
            f"{len(wants) - below} are not yet within {percent(self._plan.effort.precision)}"
        )


def _own_slots(plan: Plan, cells: Iterable[Cell]) -> tuple[Slot, ...]:
    """What is measured for a group alone."""
    return tuple(Slot(0, cell) for cell in cells if cell != baseline_serial(plan, cell.workload))


def _control_slots(plan: Plan, workload: str) -> tuple[Slot, ...]:
    """What is measured for a workload, whichever of its groups are."""
    serial = baseline_serial(plan, workload)
    controls = [control for control in plan.controls if control.cell.workload == workload]
    return (*([Slot(0, serial)] if serial in plan.cells else []), *controls)
