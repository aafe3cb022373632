"""Selection of turns from the line that a process printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Line, Observed


def keep_turns(line: Line, turns: Iterable[int]) -> Line:
    """Return a line with only some of its turns, and all that came before the first turn.

    Args:
        line: Of a process that was given turns.
        turns: Numbers of the turns to keep, from 0; those that it did not have are ignored.

    """
    before = line.turns_from or 0
    kept = [*range(before), *(before + turn for turn in turns)]
    kept = [place for place in kept if place < len(line.iterations)]
    return replace(
        line,
        iterations=tuple(line.iterations[place] for place in kept),
        observations=tuple(_observed(one, kept) for one in line.observations),
    )


def _observed(one: Observed, kept: Sequence[int]) -> Observed:
    return replace(one, values=tuple(one.values[place] for place in kept if place < len(one.values)))
