"""Check whether the memory is enough for all processes of a group at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.interpreters.containers.engine import LIMITS
from gilometer.model import Cell, Strategy

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARE = 0.5
"""The share of free memory that they may use: they grow, and other programs need memory, too."""


def processes_of(cell: Cell) -> int:
    """Return how many processes a cell has: its main process, and those of its workers."""
    spread = {Strategy.PROCESSES, Strategy.HYBRID}
    return 1 + (cell.workers if cell.strategy in spread else 0)


def is_enough(cells: Iterable[Cell], peak_rss: int, *, image: str) -> bool:
    """Tell whether all cells fit into memory, if each process is as large as the one that was calibrated.

    Args:
        cells: The cell of each member.
        peak_rss: Memory of one process, in bytes.
        image: Image of the container in which they run, which has its own limit; empty: this machine.

    """
    needed = peak_rss * sum(map(processes_of, cells))
    return needed <= SHARE * (LIMITS.memory_bytes if image else _free())


def _free() -> int:
    import psutil  # noqa: PLC0415  not needed before something is measured

    return int(psutil.virtual_memory().available)
