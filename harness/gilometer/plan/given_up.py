"""Which cells are not worth another invocation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gilometer.model import Cell, Entry, Plan, Role, Sample
from gilometer.plan.times import settled_log

if TYPE_CHECKING:
    from collections.abc import Iterable


class Hopeless:
    """Cells that their interpreter lacks, or that gave no time more often than one."""

    def __init__(self, plan: Plan) -> None:
        """Begin with what the probe says is lacking."""
        lacks = {(one.interpreter, one.variant, one.strategy) for one in plan.lacks}
        self._lacked = {
            cell for cell in plan.cells if (cell.interpreter, cell.variant, cell.strategy) in lacks
        }
        self._balance: Counter[Cell] = Counter()

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in how more invocations went; a control's failure leaves its cell to speak for itself."""
        for entry in entries:
            if isinstance(entry, Sample) and entry.slot.role is Role.MEASURE:
                self._balance[entry.slot.cell] += -1 if settled_log(entry) is None else 1

    def __contains__(self, cell: Cell) -> bool:
        return cell in self._lacked or self._balance[cell] < 0
