"""Blocks as they would have been measured by turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.claims.reading import claims
from gilometer.model import Group, Plan, Role, Sample, Slot, Spent, Strategy
from gilometer.plan.aims import Aims
from gilometer.plan.lineup import line_up, slots_of
from tests import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gilometer.model import Cell, Entry

ROUNDS = 4


def asking(plan: Plan) -> Plan:
    """The same, with what the claims ask of it."""
    return replace(plan, aims=Aims(plan.interpreters, plan.works, plan.cells).of(claims()))


def turns(
    slot: Slot,
    walls: Sequence[float],
    copy: int = 0,
    *,
    warm: Sequence[float] = (),
    cores: float | None = 1.0,
) -> Sample:
    """A process that did so many iterations to warm up, and had so many turns, with so much of a core."""
    iterations = [
        {"wall_s": wall, "cpu_s": None if cores is None else wall * cores} for wall in (*warm, *walls)
    ]
    return records.sample(slot, [*warm, *walls], copy, turns_from=len(warm), iterations=iterations)


def cells_of(plan: Plan, group: Group) -> list[Cell]:
    return [cell for cell in plan.cells if cell.group == group]


def block(  # noqa: PLR0917  what a block is of
    plan: Plan,
    group: Group,
    number: int,
    seconds: Callable[[Slot], float],
    cells: Iterable[Cell] = (),
    wall_s: float = 1.0,
) -> list[Entry]:
    """One block of a group, each of whose turns took so many seconds; CPU times are known of serial cells."""
    slots = slots_of(plan, group, list(cells) or cells_of(plan, group), number)
    samples = [
        turns(
            slot,
            [seconds(slot)] * ROUNDS,
            copy,
            cores=1.0 if slot.cell.strategy is Strategy.SERIAL else None,
        )
        for slot in slots
        for copy in range(slot.copies)
    ]
    members = len(line_up(group, slots).members)
    return [*samples, Spent(number, group, members, 0.2 * wall_s, wall_s, ROUNDS)]


def is_spread(slot: Slot, strategy: Strategy) -> bool:
    return slot.role is Role.MEASURE and slot.cell.strategy is strategy
