"""Output of ``workloads``: all workloads by kind, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from gilometer.model import Strategy
from gilometer.report.order import rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from gilometer.cards import Cards
    from gilometer.model import Card

KINDS = ("cpu", "native", "io", "mixed", "contention", "semantics")
"""Unknown ones follow."""
LETTERS = {
    Strategy.THREADS: "t",
    Strategy.PROCESSES: "p",
    Strategy.HYBRID: "h",
    Strategy.ASYNCIO: "a",
    Strategy.SUBINTERPRETERS: "s",
}
GAP = "  "
LEGEND = (
    "Spread by: t threads, p processes, h hybrid, a asyncio, s subinterpreters; all",
    "are measured serially too. [server]: a run starts it. To choose: -w NAME|KIND.",
)


def print_workloads(console: Console, found: Cards) -> None:
    """Print them by kind; what is too long for a line of a terminal is wrapped there, and whole in a pipe."""
    cards = found.cards
    width = max(len(card.name) for card in cards)
    for kind in sorted({card.kind for card in cards}, key=lambda kind: (rank(kind, KINDS), kind)):
        console.print(Text(kind, style="bold"))
        for card in cards:
            if card.kind == kind:
                _print_card(console, card, width)
    console.print()
    for line in LEGEND:
        console.print(Text(line, style="dim"))
    for fault in found.faults:
        console.print(Text(f"! {fault}", style="yellow"), soft_wrap=True)


def _print_card(console: Console, card: Card, width: int) -> None:
    name = Text(f"  {card.name:<{width}}", style="cyan")
    spread = Text(f"{_letters(card.strategies):<{len(LETTERS)}}")
    services = f"[{', '.join(card.services)}] " if card.services else ""
    shows = Text.assemble((services, "yellow"), card.shows)
    if not console.is_terminal:
        console.print(Text(GAP).join((name, spread, shows)), no_wrap=True, overflow="ignore", crop=False)
        return
    line = Table.grid(padding=(0, len(GAP), 0, 0))
    line.add_row(name, spread, shows)
    console.print(line)


def _letters(strategies: Iterable[Strategy]) -> str:
    return "".join(letter for strategy, letter in LETTERS.items() if strategy in strategies)
