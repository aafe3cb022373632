"""Words and numbers for readers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.printing import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Estimate

FEW_NAMES = 4
"""The most names that a sentence lists; it counts more."""

SMALL, LARGE = 0.1, 10.0
"""Ratios between them have two decimals."""

NOUNS = {
    "cpu": "CPU-bound work",
    "native": "native code",
    "io": "I/O",
    "mixed": "mixed work",
    "contention": "work under contention",
    "computing": "your function",
    "waiting": "your function",
}
"""The name of each kind of workload within a sentence."""

DOUBT = "more than its workers can give, so serial was slowed: by a JIT still warming up, or by neighbours"
"""The meaning of a question mark beside a speedup."""

NAMED_AFTER_WORKERS = frozenset({Strategy.THREADS, Strategy.PROCESSES, Strategy.SUBINTERPRETERS})
"""Strategies that are named after their workers, so that ``2 threads`` makes sense."""


@dataclass(frozen=True)
class Glyphs:
    """The characters for signs that not every terminal can show."""

    plus_minus: str
    bar: str


UNICODE = Glyphs("\N{PLUS-MINUS SIGN}", "\N{BOX DRAWINGS HEAVY HORIZONTAL}")
ASCII = Glyphs("+-", "=")


def glyphs(encoding: str) -> Glyphs:
    """Choose the characters that an encoding can write."""
    return UNICODE if encoding.lower().startswith("utf") else ASCII


def one_line(text: str) -> str:
    """Write on one line."""
    return printable(" ".join(text.split()))


def listed(names: Sequence[str]) -> str:
    """List names in a clause: ``a, b and c``."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(names: Sequence[str]) -> str:
    """List names in a clause, or count them where they are many."""
    return listed(names) if len(names) <= FEW_NAMES else f"{len(names)} interpreters"


def noun(kind: str) -> str:
    """Name a kind of work in a sentence."""
    return NOUNS.get(kind, kind)


def sentence_case(words: str) -> str:
    """Begin with a capital."""
    return f"{words[:1].upper()}{words[1:]}"


def doers(strategy: Strategy, workers: int) -> str:
    """Name a strategy with its workers: ``2 threads``, ``asyncio with 2 workers``, ``serial``."""
    if strategy is Strategy.SERIAL:
        return strategy.value
    if strategy in NAMED_AFTER_WORKERS:
        return f"{workers} {strategy.value}"
    return f"{strategy.value} with {plural(workers, 'worker')}"


def plural(count: int, noun: str) -> str:
    """Count: ``1 block``, ``2 blocks``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def number(value: float) -> str:
    """Write a ratio in two decimals where it is about 1, else in two or three figures; ``-`` for none."""
    if math.isnan(value):
        return "-"
    if value < SMALL:
        return f"{value:.2g}"
    return f"{value:.2f}" if value < LARGE else f"{value:.3g}"


def with_half_width(ratio: float, half: float, signs: Glyphs) -> str:
    """Set half of its interval's width beside a ratio: ``1.93\N{PLUS-MINUS SIGN}.05``."""
    spread = f"{half:.2f}".removeprefix("0") if half < 1 else f"{half:.1f}"
    return f"{number(ratio)}{signs.plus_minus}{spread}"


def duration(seconds: float) -> str:
    """Write seconds in three figures, with the unit that suits; ``-`` for none."""
    if math.isnan(seconds):
        return "-"
    seconds = float(f"{seconds:.3g}")  # 999.9 ns are 1 us
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def span(low: float, high: float) -> str:
    """Write an interval as ``[low, high]``; empty for none."""
    return "" if math.isnan(low) else f"[{number(low)}, {number(high)}]"


def estimate(of: Estimate) -> str:
    """Write a ratio and its interval, if it has one: ``0.97 [0.94, 1.01]``."""
    return f"{number(of.value)} {span(of.low, of.high)}".strip()


def with_interval(ratio: float, low: float, high: float, signs: Glyphs) -> str:
    """Write a ratio, with half of its interval's width if it has an interval."""
    return number(ratio) if math.isnan(low) else with_half_width(ratio, (high - low) / 2, signs)


def heading(label: str) -> list[str]:
    """Break a workload's label into lines, for the head of a narrow column."""
    return one_line(label).replace(":", ":\n").replace("_", "_\n").split("\n")
