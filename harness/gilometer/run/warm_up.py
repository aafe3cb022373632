"""What the processes of a JIT do before their first turn."""

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
"""Share of the length that an iteration should have, under which a warm one gets more loops."""
TRIAL = "warm 4"
"""What tells how long a warm iteration is: by the fastest, as the first come after a wait and are slower."""


class WarmUp(Record, frozen=True):
    """What a member does before its first turn."""

    place: int
    """In the lineup."""
    iterations: int
    cores: int
    """That it can use."""


def warm_up(turns: Turns, asked: Sequence[WarmUp], cores: float, limit_s: float) -> None:
    """Give members their iterations, as many at once as there are cores for.

    Where more want to run than there are cores, a JIT's own threads get to compile late, and what gets warm
    runs slowly meanwhile: three processes of Jython on two cores took as long for 40 iterations each at once
    as for 60 each one after the other.
    """
    for part in _fitting([one for one in asked if one.iterations], cores):
        turns.tell({one.place: f"warm {one.iterations}" for one in part}, limit_s)


def rest_of(whole: WarmUp, done: int, loops: int) -> WarmUp:
    """Give what is left of a warm-up after as many iterations of ``done`` loops instead of ``loops``."""
    return replace(whole, iterations=math.ceil(whole.iterations * (1 - done / loops)))


def _fitting(asked: Iterable[WarmUp], cores: float) -> list[list[WarmUp]]:
    """Part them, in their order, so that each part has enough cores, or is one alone."""
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
    """Give members more loops, if the first of them, now that it is warm, does them in too short a time.

    Args:
        turns: Of the group.
        own: What calibration found.
        places: Of the members that run on that interpreter, which all do as much.
        iteration_s: How long an iteration should be.
        limit_s: For each command.

    Returns: the calibration that holds from now on, if it is another.

    """
    told = turns.tell({places[0]: TRIAL}, limit_s).get(places[0], ())
    if not told:
        return None
    turns.tell(dict.fromkeys(places[1:], TRIAL), limit_s)
    wall_s = min(one.wall_s for one in told)
    if not 0 < wall_s < TOO_SHORT * iteration_s:
        return None
    loops = math.ceil(own.loops * iteration_s / wall_s)
    turns.tell(dict.fromkeys(places, f"loops {loops}"), limit_s)
    return replace(own, loops=loops, iteration_s=iteration_s, wall_s=0.0, reason="more loops, as it got warm")


def has_loops_to_correct(work: Work) -> bool:
    """Whether an iteration's length is a matter of loops alone."""
    return work.kind in COMPARABLE_KINDS
