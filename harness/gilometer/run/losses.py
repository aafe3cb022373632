"""Losses: how often the process that starts and times others was killed or stopped, for each interpreter."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_LOSSES = 2
"""An interpreter is given up after so many."""
GIVEN_UP = "given up in this run: the process that starts and times its own was lost twice"


class Losses:
    """Counts the losses of a run, and tells which interpreters are given up for them."""

    def __init__(self, count: Callable[[], int]) -> None:
        """Count nothing yet; ``count`` returns the losses under all interpreters so far."""
        self._count = count
        self._of: Counter[str] = Counter()

    @contextmanager
    def counting(self, interpreter_label: str) -> Iterator[None]:
        """Count what is lost meanwhile as the doing of this interpreter."""
        before = self._count()
        yield
        self._of[interpreter_label] += self._count() - before

    def why_given_up(self, interpreter_label: str) -> str:
        """Say why an interpreter is given up; empty if it is not."""
        return GIVEN_UP if self._of[interpreter_label] >= MOST_LOSSES else ""
