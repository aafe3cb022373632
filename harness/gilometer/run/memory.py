"""Whether the memory is enough for all processes of a group at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.interpreters.containers.engine import LIMITS
from gilometer.model import Cell, Strategy

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARE = 0.5
"""Of what is free that they may take: they grow, and others have needs too."""


def processes_of(cell: Cell) -> int:
    """How many processes a cell has: its own, and its workers'."""
    spread = {Strategy.PROCESSES, Strategy.HYBRID}
    return 1 + (cell.workers if cell.strategy in spread else 0)


def is_enough(cells: Iterable[Cell], peak_rss: int, *, image: str) -> bool:
    """Tell whether all of these fit, each process as large as the one that was calibrated.

    Args:
        cells: What each member runs.
        peak_rss: Bytes of one process.
        image: Of the container in which they run, which has a limit of its own; empty: this machine.

    """
    needed = peak_rss * sum(map(processes_of, cells))
    return needed <= SHARE * (LIMITS.memory_bytes if image else _free())


def _free() -> int:
    import psutil  # noqa: PLC0415  not needed before something is measured

    return int(psutil.virtual_memory().available)
