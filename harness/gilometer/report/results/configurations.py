"""The configurations of cells: a strategy and its number of workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.report.sentences.text import doers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.model import Plan, Work


@dataclass(frozen=True)
class Configuration:
    """A strategy with its number of workers."""

    strategy: Strategy
    workers: int

    @property
    def label(self) -> str:
        """Name for readers: ``threads 2``."""
        return f"{self.strategy.value} {self.workers}"

    @property
    def doers(self) -> str:
        """Name within a sentence: ``2 threads``."""
        return doers(self.strategy, self.workers)

    @property
    def at_once(self) -> int:
        """Number of threads, processes or tasks that can be at work at once."""
        return self.strategy.at_once(self.workers)


SERIAL = Configuration(Strategy.SERIAL, 1)
"""The configuration that the speedups of all others are relative to."""


def configurations_of(plan: Plan, works: Iterable[Work]) -> tuple[Configuration, ...]:
    """List serial, and all others that these works have cells of, in the order of ``Strategy``."""
    labels = {work.label for work in works}
    found = {Configuration(cell.strategy, cell.workers) for cell in plan.cells if cell.workload in labels}
    order = list(Strategy)
    return tuple(sorted({SERIAL, *found}, key=lambda one: (order.index(one.strategy), one.workers)))
