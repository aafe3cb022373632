"""The lineup of a group in a block: its processes, and the order of their turns in each round."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from gilometer.model import Group, Record, Role, Slot, Strategy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gilometer.model import Cell, Plan


T = TypeVar("T")


class Turn(Record, frozen=True):
    """The processes that are timed at the same time: one, or the copies of a capacity control."""

    slot: Slot
    members: tuple[int, ...]
    """Places in ``Lineup.members``."""


class Lineup(Record, frozen=True):
    """The processes of a group, and the turns that each round has."""

    group: Group
    members: tuple[Cell, ...]
    """The cell of each process; the first is the group's serial cell, if that is measured."""
    turns: tuple[Turn, ...]

    def rounds(self, seed: str) -> Iterator[list[Turn]]:
        """Yield the turns of one round after the other without end, each in a random order of its own."""
        order = random.Random(seed)  # noqa: S311  for order, not for secrets
        while True:
            yield _shuffled(self.turns, order)


def shuffled(slots: Sequence[Slot], seed: str) -> list[Slot]:
    """Return slots in the random order in which they are measured one after the other."""
    return _shuffled(slots, random.Random(seed))  # noqa: S311  as above


def _shuffled(items: Sequence[T], order: random.Random) -> list[T]:
    found = list(items)
    order.shuffle(found)
    return found


def line_up(group: Group, slots: Sequence[Slot]) -> Lineup:
    """Assign a process to each slot; the copies of a control are serial, its twin, and further processes."""
    slots = sorted(slots, key=lambda slot: (slot.cell.strategy is not Strategy.SERIAL, slot.role))
    single = [slot for slot in slots if slot.role is not Role.CAPACITY]
    members = [slot.cell for slot in single]
    turns = [Turn(slot, (place,)) for place, slot in enumerate(single)]
    own = [place for place, slot in enumerate(single) if slot.role in {Role.MEASURE, Role.TWIN}]
    serial = [place for place in own if members[place].strategy is Strategy.SERIAL]
    for slot in slots:
        if slot.role is Role.CAPACITY:
            while len(serial) < slot.copies:
                serial.append(len(members))
                members.append(slot.cell)
            turns.append(Turn(slot, tuple(serial[: slot.copies])))
    return Lineup(group, tuple(members), tuple(turns))


def slots_of(plan: Plan, group: Group, cells: Sequence[Cell], block: int) -> list[Slot]:
    """Return the slots of a group in a block: the cells, and the controls that these need.

    Every control is compared with serial, so without that there is none.
    """
    slots = [Slot(block, cell) for cell in cells]
    if not any(cell.strategy is Strategy.SERIAL for cell in cells):
        return slots
    spread = {cell.at_once for cell in cells}
    for control in plan.controls:
        cell = control.cell
        owner = control.beside or cell.interpreter_label
        if cell.workload != group.workload or owner != group.interpreter_label:
            continue
        if control.role is Role.CAPACITY and control.copies not in spread:
            continue
        slots.append(Slot(block, cell, control.role, control.copies, control.beside))
    return slots
