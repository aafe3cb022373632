"""The configurations of cells: a strategy and how many workers it has."""

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
    """A strategy with its workers."""

    strategy: Strategy
    workers: int

    @property
    def label(self) -> str:
        """Name it for readers: ``threads 2``."""
        return f"{self.strategy.value} {self.workers}"

    @property
    def doers(self) -> str:
        """Name it in a clause: ``2 threads``."""
        return doers(self.strategy, self.workers)

    @property
    def at_once(self) -> int:
        """How many of its workers can be at work at once."""
        return self.strategy.at_once(self.workers)


SERIAL = Configuration(Strategy.SERIAL, 1)
"""The one that the speedups of all others are over."""


def configurations_of(plan: Plan, works: Iterable[Work]) -> tuple[Configuration, ...]:
    """List serial, and all others that some workloads have cells of, in the one order of strategies."""
    labels = {work.label for work in works}
    found = {Configuration(cell.strategy, cell.workers) for cell in plan.cells if cell.workload in labels}
    order = list(Strategy)
    return tuple(sorted({SERIAL, *found}, key=lambda one: (order.index(one.strategy), one.workers)))
