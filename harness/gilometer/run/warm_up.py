"""The warm-up of the processes of a JIT, before their first turn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.model import Record
from gilometer.plan.groups import COMPARABLE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Calibration, Work
    from gilometer.run.turns import Turns

TOO_SHORT = 0.8
"""A warm iteration gets more loops if it is shorter than this share of its intended length."""
TRIAL = "warm 4"
"""The command that shows the length of a warm iteration. The fastest of four counts, as the first ones,
after a wait, are slower."""


class WarmUp(Record, frozen=True):
    """The warm-up of a member."""

    place: int
    """Place of the member in the lineup."""
    iterations: int
    cores: int
    """Number of cores that it can use."""


def warm_up(turns: Turns, asked: Sequence[WarmUp], cores: float, limit_s: float) -> None:
    """Run the warm-ups, as many at once as there are cores for.

    With more processes than cores, the JIT's own threads compile late, and the code runs slowly meanwhile:
    three processes of Jython on two cores took as long for 40 iterations each at once as for 60 each one
    after the other.
    """
    for part in _fitting([one for one in asked if one.iterations], cores):
        turns.send({one.place: f"warm {one.iterations}" for one in part}, limit_s)


def rest_of(whole: WarmUp, done: int, loops: int) -> WarmUp:
    """Return the rest of a warm-up of ``loops`` loops after one with only ``done`` loops."""
    return replace(whole, iterations=math.ceil(whole.iterations * (1 - done / loops)))


def _fitting(asked: Iterable[WarmUp], cores: float) -> list[list[WarmUp]]:
    """Split warm-ups, in their order, into parts that have enough cores, or are one alone."""
    parts: list[list[WarmUp]] = []
    for one in asked:
        if parts and sum(other.cores for other in parts[-1]) + one.cores <= cores:
            parts[-1].append(one)
        else:
            parts.append([one])
    return parts


def correct_loops(
    turns: Turns, own: Calibration, places: Sequence[int], iteration_s: float, limit_s: float
) -> Calibration | None:
    """Raise the loops of members if the first of them, now warm, takes too short a time for an iteration.

    Args:
        turns: The turns of the group.
        own: The calibration so far.
        places: Places of the members that run on that interpreter; all do as much.
        iteration_s: Seconds that an iteration should take.
        limit_s: Limit of each command.

    Returns: the new calibration, if the loops are raised.

    """
    trial = turns.send({places[0]: TRIAL}, limit_s).get(places[0], ())
    if not trial:
        return None
    turns.send(dict.fromkeys(places[1:], TRIAL), limit_s)
    wall_s = min(one.wall_s for one in trial)
    if not 0 < wall_s < TOO_SHORT * iteration_s:
        return None
    loops = math.ceil(own.loops * iteration_s / wall_s)
    turns.send(dict.fromkeys(places, f"loops {loops}"), limit_s)
    return replace(own, loops=loops, iteration_s=iteration_s, wall_s=0.0, reason="more loops, as it got warm")


def has_loops_to_correct(work: Work) -> bool:
    """Tell whether the length of an iteration depends on the loops alone."""
    return work.kind in COMPARABLE_KINDS
