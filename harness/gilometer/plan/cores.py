"""Short rounds and blocks: those in which several workers got fewer cores than they need.

When another program uses one of two cores, two threads are as fast as one on any interpreter, so such a round
says nothing of them. It is found by the CPU time of the capacity control, which runs as many processes at
once in the same round. No speedup contains that time, so this selection biases none.
"""

from __future__ import annotations

import copy
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from msgspec.structs import replace

from gilometer.model import Role
from gilometer.plan.decisions import FEWEST_TO_DECIDE
from gilometer.plan.lines import keep_turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Iteration, Sample

ENOUGH = 0.85
"""The least CPU time over wall time of several processes at once, each, if there are enough cores for all."""
FEWEST_WHOLE_ROUNDS = 3
"""The fewest rounds that a block must have left."""


def is_short(cores: float, copies: int) -> bool:
    """Tell whether so many processes that never wait had too few cores; False where that is unknown (NaN)."""
    return cores < ENOUGH * copies


def cores_of(iterations: Iterable[Iteration]) -> float:
    """Add up the cores that processes had in iterations that began together; NaN if one is unknown."""
    return math.fsum(cores_over((one,)) for one in iterations)


def cores_over(iterations: Sequence[Iteration]) -> float:
    """Divide the CPU time of one process's iterations by their wall time; NaN where either is unknown."""
    wall_s = math.fsum(one.wall_s for one in iterations)
    cpu_s = math.fsum(math.nan if one.cpu_s is None else one.cpu_s for one in iterations)
    return cpu_s / wall_s if 0 < wall_s < math.inf else math.nan


def without_short_rounds(samples: Sequence[Sample]) -> list[Sample]:
    """Leave out the short rounds of one group in one block: those in which a control had too few cores.

    Controls with fewer copies come first. Where fewer than ``FEWEST_WHOLE_ROUNDS`` would be left, the rounds
    of that control stay: then the whole block is short for as many workers.
    """
    short = _short_rounds(samples)
    return [_without(one, short) for one in samples] if short else list(samples)


def _short_rounds(samples: Iterable[Sample]) -> frozenset[int]:
    """Return the numbers of the short rounds, from 0."""
    controls: defaultdict[int, list[tuple[Iteration, ...]]] = defaultdict(list)
    for one in samples:
        if one.slot.role is Role.CAPACITY and one.line is not None and one.line.turns_from is not None:
            controls[one.slot.copies].append(one.line.iterations[one.line.turns_from :])
    short: set[int] = set()
    for copies, turns in sorted(controls.items()):
        rounds = list(zip(*turns, strict=False))
        found = {at for at, each in enumerate(rounds) if is_short(cores_of(each), copies)}
        if len(turns) == copies and len(rounds) - len(short | found) >= FEWEST_WHOLE_ROUNDS:
            short |= found
    return frozenset(short)


def _without(sample: Sample, rounds: frozenset[int]) -> Sample:
    """Remove the turns of some rounds from a sample; one without turns stays as it is."""
    line = sample.line
    if line is None or line.turns_from is None:
        return sample
    turns = len(line.iterations) - line.turns_from
    return replace(sample, line=keep_turns(line, (at for at in range(turns) if at not in rounds)))


class Tally(Protocol):
    """A statistic of values that come block by block."""

    def add(self, log: float, /) -> None:
        """Add the value of one more block."""
        ...

    @property
    def count(self) -> int:
        """The number of values."""
        ...


T = TypeVar("T", bound=Tally)


class Blocks(Generic[T]):
    """A tally of all blocks, and one of those with enough cores, which is used once it has an interval."""

    __slots__ = ("_all", "_enough")

    @property
    def count(self) -> int:
        """The number of blocks, short ones included."""
        return self._all.count

    def __init__(self, empty: T) -> None:
        """Begin with an empty tally."""
        self._all = self._enough = empty

    def add(self, log: float) -> None:
        """Add the value of a block with enough cores."""
        self._all.add(log)
        if self._enough is not self._all:
            self._enough.add(log)

    def add_short(self, log: float) -> None:
        """Add the value of a block with too few cores."""
        if self._enough is self._all:  # one tally serves until they differ
            self._enough = copy.deepcopy(self._all)
        self._all.add(log)

    @property
    def counted(self) -> T:
        """The tally that is used."""
        return self._enough if self._enough.count >= FEWEST_TO_DECIDE else self._all
