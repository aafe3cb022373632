"""Who measures a group in a block: the processes that live at once, and whose turn it is in each round."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from gilometer.model import Group, Record, Role, Slot, Strategy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gilometer.model import Cell, Plan


T = TypeVar("T")


class Turn(Record, frozen=True):
    """What is timed at once: one process, or the copies of a capacity control."""

    slot: Slot
    members: tuple[int, ...]
    """Places in ``Lineup.members``."""


class Lineup(Record, frozen=True):
    """The processes of a group, and the turns that each round has."""

    group: Group
    members: tuple[Cell, ...]
    """What each process runs; the first is the group's serial cell, if it is measured."""
    turns: tuple[Turn, ...]

    def rounds(self, seed: str) -> Iterator[list[Turn]]:
        """Give the turns of one round after the other, each in a random order of its own, for ever."""
        order = random.Random(seed)  # noqa: S311  for order, not for secrets
        while True:
            yield _shuffled(self.turns, order)


def shuffled(slots: Sequence[Slot], seed: str) -> list[Slot]:
    """Give slots in the order in which they are measured one after the other."""
    return _shuffled(slots, random.Random(seed))  # noqa: S311  as above


def _shuffled(items: Sequence[T], order: random.Random) -> list[T]:
    found = list(items)
    order.shuffle(found)
    return found


def line_up(group: Group, slots: Sequence[Slot]) -> Lineup:
    """Give each slot its process; copies that run at once are the serial process, its twin, and others."""
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
    """Give the slots of a group in a block: those cells, and its controls as far as they are about these.

    All controls are there to be compared with serial.
    """
    slots = [Slot(block, cell) for cell in cells]
    if not any(cell.strategy is Strategy.SERIAL for cell in cells):
        return slots
    label = group.interpreter + group.variant
    spread = {cell.at_once for cell in cells}
    for control in plan.controls:
        cell = control.cell
        is_own = (cell.interpreter, cell.variant) == (group.interpreter, group.variant)
        if cell.workload != group.workload or not (control.beside == label if control.beside else is_own):
            continue
        if control.role is Role.CAPACITY and control.copies not in spread:
            continue
        slots.append(Slot(block, cell, control.role, control.copies, control.beside))
    return slots
