"""Blocks in which the machine gave several workers fewer cores than they need.

Where another program has one of two cores, two threads are as fast as one on any interpreter: such a block
says nothing of them. It shows in the CPU time of the capacity control, which runs as many processes at once
in the same rounds. That is no part of any ratio, so to choose blocks by it biases none.
"""

from __future__ import annotations

import copy
from typing import Generic, Protocol, TypeVar

from harness.plan.decisions import FEWEST

ENOUGH = 0.85
"""Share of a core that each of several processes has at least, if there are enough cores for all."""


def is_short(cores: float, copies: int) -> bool:
    """Tell whether so many processes that never wait had too few cores; False where it is unknown (NaN)."""
    return cores < ENOUGH * copies


class Tally(Protocol):
    """Takes in what blocks gave, one by one."""

    def add(self, log: float, /) -> None:
        """Take in one more."""
        ...

    @property
    def count(self) -> int:
        """How many there are."""
        ...


T = TypeVar("T", bound=Tally)


class Blocks(Generic[T]):
    """A tally of all blocks, and one of those with enough cores, which counts once it has an interval."""

    __slots__ = ("_all", "_enough")

    def __init__(self, empty: T) -> None:
        """Begin with an empty tally."""
        self._all = self._enough = empty

    def add(self, log: float) -> None:
        """Take in what a block with enough cores gave."""
        self._all.add(log)
        if self._enough is not self._all:
            self._enough.add(log)

    def add_short(self, log: float) -> None:
        """Take in what a block with too few cores gave."""
        if self._enough is self._all:  # one tally serves until they differ
            self._enough = copy.deepcopy(self._all)
        self._all.add(log)

    @property
    def counted(self) -> T:
        """The tally that counts."""
        return self._enough if self._enough.count >= FEWEST else self._all
