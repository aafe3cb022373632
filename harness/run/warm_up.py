"""What the processes of a JIT do before their first turn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from harness.plan.groups import COMPARABLE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.model import Calibration, Work
    from harness.run.turns import Turns

TOO_SHORT = 0.6
"""Share of the length that an iteration should have, under which a warm one gets more loops."""
TRIAL = "warm 2"
"""What tells how long a warm iteration is."""


def warm_up(turns: Turns, counts: Mapping[int, int], limit_s: float) -> None:
    """Give members, by their places, so many iterations each, all at once."""
    turns.tell({place: f"warm {count}" for place, count in counts.items() if count}, limit_s)


def correct_loops(
    turns: Turns, own: Calibration, places: Sequence[int], iteration_s: float, limit_s: float
) -> tuple[Calibration, ...]:
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
        return ()
    turns.tell(dict.fromkeys(places[1:], TRIAL), limit_s)
    if not 0 < told[-1].wall_s < TOO_SHORT * iteration_s:
        return ()
    loops = math.ceil(own.loops * iteration_s / told[-1].wall_s)
    turns.tell(dict.fromkeys(places, f"loops {loops}"), limit_s)
    return (
        replace(own, loops=loops, iteration_s=iteration_s, wall_s=0.0, reason="more loops, as it got warm"),
    )


def has_loops_to_correct(work: Work) -> bool:
    """Whether an iteration's length is a matter of loops alone."""
    return work.kind in COMPARABLE_KINDS
