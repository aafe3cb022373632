"""The plan of a function of the user's own: its work, its effort, and the questions on it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.model import Aim, Alternative, Effort, Own, Rank, Record, Strategy, Work
from gilometer.plan.budget import A_TURN
from gilometer.plan.groups import COMPUTING, WAITING
from gilometer.stats.equivalence import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Cell

SCRIPT = "_function"
"""The workload script that calls the function."""
STRATEGIES = (Strategy.SERIAL, Strategy.THREADS, Strategy.PROCESSES, Strategy.SUBINTERPRETERS)
ASYNC_STRATEGIES = (Strategy.SERIAL, Strategy.THREADS, Strategy.PROCESSES, Strategy.ASYNCIO)
"""The strategies of a plain function and of an ``async def``."""
ASKED_FIRST = (Strategy.THREADS, Strategy.PROCESSES, Strategy.ASYNCIO)
"""Whether these speed the function up is asked before anything else."""
BUSY = 0.85
"""The least share of the time in which a function that only works uses a CPU."""
TURNS = 6
"""The turns of a round, about: with controls."""
LONGER = 20
"""A process may take so many times as long as a pass on the interpreter that was tried."""


class NamedFunction(Record, frozen=True):
    """A function of the user's, as it was named."""

    function: str
    """``mine.py:work`` or ``package.module:work``."""
    items: str
    """A number, or a name like that of the function; empty: it is called without an item."""
    arguments: tuple[str, ...]
    """What ``sys.argv`` has after its first word."""

    @property
    def name(self) -> str:
        """The name of the function itself."""
        return self.function.rpartition(":")[2]


class Trial(Record, frozen=True):
    """The first calls of a function on one interpreter."""

    calls: int
    wall_s: float
    busy: float | None
    """The share of the time in which it used a CPU or waited for one; None: unknown."""

    @property
    def call_s(self) -> float:
        """Seconds of a call."""
        return self.wall_s / self.calls

    @property
    def kind(self) -> str:
        """Tell whether it only works, or waits, too."""
        return COMPUTING if self.busy is None or self.busy >= BUSY else WAITING


def calls_of(workers: Iterable[int]) -> int:
    """Return the fewest calls of a function without items that give all workers as many."""
    return math.lcm(*workers)


def work_of(named: NamedFunction, own: Own, kind: str, *, takes_item: bool, is_async: bool) -> Work:
    """Make the work of a function."""
    parameters = {
        "function": named.function,
        "items": named.items,
        "takes_item": str(int(takes_item)),
        "arguments": json.dumps(named.arguments),
    }
    return Work(
        label=named.name,
        script=SCRIPT,
        kind=kind,
        parameters=parameters,
        calibrate_with=parameters,
        strategies=ASYNC_STRATEGIES if is_async else STRATEGIES,
        checksum="",
        own=own,
    )


def fitted(effort: Effort, pass_s: float, interpreters: int) -> Effort:
    """Fit an effort to the seconds of a pass: a slow function has longer iterations, and fewer rounds.

    Enough blocks for an answer on each interpreter should fit into the budget.
    """
    iteration_s = max(effort.iteration_s, pass_s)
    a_round_s = TURNS * A_TURN * iteration_s
    fitting = int(effort.budget_s / (effort.fewest_blocks * interpreters * a_round_s))
    return replace(
        effort,
        iteration_s=iteration_s,
        timeout_s=max(effort.timeout_s, LONGER * pass_s),
        rounds=max(1, min(effort.rounds, fitting)),
    )


def own_aims(works: Iterable[Work], cells: Sequence[Cell]) -> tuple[Aim, ...]:
    """List the questions on the user's own works: whether the most workers of a strategy speed them up."""
    own = {work.label for work in works if isinstance(work.own, Own)}
    serial = {cell.group: cell for cell in cells if cell.strategy is Strategy.SERIAL}
    widest = {
        (cell.group, cell.strategy): cell
        for cell in sorted(cells, key=lambda cell: cell.workers)
        if cell.workload in own and cell.strategy in ASKED_FIRST and cell.workers > 1
    }
    return tuple(
        Aim(
            rank=Rank.HEADLINE,
            claim=cell.strategy.value,
            over=serial[cell.group],
            under=cell,
            alternative=Alternative.ABOVE,
            margin=MARGIN,
            is_bounded=True,
        )
        for cell in widest.values()
    )
