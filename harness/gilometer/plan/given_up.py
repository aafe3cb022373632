"""The cells that are given up: not worth another invocation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gilometer.model import Cell, Entry, Plan, Role, Sample
from gilometer.plan.times import settled_log

if TYPE_CHECKING:
    from collections.abc import Iterable


class GivenUp:
    """The cells whose strategy their interpreter lacks, and those that failed more often than they worked."""

    def __init__(self, plan: Plan) -> None:
        """Begin with the strategies that the probe found lacking."""
        lacks = {(one.interpreter_label, one.strategy) for one in plan.lacks}
        self._lacked = {cell for cell in plan.cells if (cell.interpreter_label, cell.strategy) in lacks}
        self._balance: Counter[Cell] = Counter()

    def learn(self, entries: Iterable[Entry]) -> None:
        """Count the outcomes of more invocations; those of controls do not count for their cell."""
        for entry in entries:
            if isinstance(entry, Sample) and entry.slot.role is Role.MEASURE:
                self._balance[entry.slot.cell] += -1 if settled_log(entry) is None else 1

    def __contains__(self, cell: Cell) -> bool:
        return cell in self._lacked or self._balance[cell] < 0
