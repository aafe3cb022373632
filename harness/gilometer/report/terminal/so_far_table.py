"""The speedups that a run knows so far, as tables that fit into the terminal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from gilometer.model import Outcome
from gilometer.report.colours import IN_TERMINAL
from gilometer.report.sentences.text import heading, listed, number, plural, with_half_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Known
    from gilometer.report.sentences.text import Glyphs
    from gilometer.report.terminal.so_far import SoFar

PRECISE = "*"
LETTERS = 8
"""Letters of a speedup, its interval and its mark, without the sign between them."""
GAP = 2
"""Letters between columns."""
FEW_ROWS = 8
"""Another table is added only if each has room for as many interpreters, or for all."""
AROUND = 2
"""Lines above and below the tables."""
FAILED = "X"
WORDS = {
    Outcome.UNSUPPORTED: "lacks",
    Outcome.UNAVAILABLE: "-",
    Outcome.NOT_REACHED: "-",
    Outcome.OK: "-",
    None: "-",
}
"""The words in the place of a missing speedup, by its outcome."""


@dataclass(frozen=True)
class Room:
    """The part of a terminal that can be filled."""

    columns: int
    lines: int


@dataclass(frozen=True)
class _Form:
    """The widths of columns, and the number of lines of their heads."""

    first: int
    others: int
    head: int
    glyphs: Glyphs


@dataclass(frozen=True)
class _Page:
    """The tables that can be seen at once, one below the other."""

    tables: int
    across: int
    """Number of workloads of a table."""
    rows: int
    """Number of interpreters of a table."""


def lines(so_far: SoFar, room: Room, glyphs: Glyphs) -> list[Text]:
    """Tabulate interpreters down and workloads across; no lines without a speedup, or without room."""
    if not so_far.doers:
        return []
    form = _form(so_far, glyphs)
    page = _page(so_far, room, form)
    if page.rows < 1 or page.across < 1:
        return []
    interpreters = so_far.interpreters.seen(page.rows)
    workloads = so_far.workloads.seen(page.tables * page.across)
    drawn = [_words(f"Speedup of {so_far.doers}; {so_far.count} ({PRECISE})")]
    for start in range(0, len(workloads), page.across):
        some = workloads[start : start + page.across]
        drawn += _head(some, form)
        drawn += [_row(so_far, interpreter, some, form) for interpreter in interpreters]
    return drawn + _unseen(so_far, len(interpreters), len(workloads))


def _form(so_far: SoFar, glyphs: Glyphs) -> _Form:
    parts = list(map(heading, so_far.workloads))
    longest = max(len(part) for each in parts for part in each)
    return _Form(
        first=max(map(len, so_far.interpreters)),
        others=GAP + max(LETTERS + len(glyphs.plus_minus), longest),
        head=max(map(len, parts)),
        glyphs=glyphs,
    )


def _page(so_far: SoFar, room: Room, form: _Form) -> _Page:
    """Choose the number of tables: enough for all workloads, if each has room for a few interpreters."""
    rows, columns = len(so_far.interpreters), len(so_far.workloads)
    fitting = max(0, min(columns, (room.columns - form.first) // form.others))
    below = room.lines - AROUND
    wanted = math.ceil(columns / max(1, fitting))
    tables = max(1, min(wanted, below // (form.head + min(rows, FEW_ROWS))))
    across = math.ceil(columns / tables) if tables == wanted else fitting
    return _Page(tables, min(across, fitting), min(rows, below // tables - form.head))


def _head(workloads: Sequence[str], form: _Form) -> list[Text]:
    """Write the names of workloads in lines that are aligned at the bottom."""
    parts = list(map(heading, workloads))
    padded = [[""] * (form.head - len(each)) + each for each in parts]
    return [_line("", ((part, "bold") for part in line), form) for line in zip(*padded, strict=True)]


def _row(so_far: SoFar, interpreter: str, workloads: Iterable[str], form: _Form) -> Text:
    found = (so_far.speedup(interpreter, workload) for workload in workloads)
    return _line(interpreter, (_cell(one, form.glyphs) for one in found), form)


def _line(first: str, others: Iterable[tuple[str, str]], form: _Form) -> Text:
    """Write words in their styles, each aligned to the right of its column."""
    line = _words(first.ljust(form.first))
    for words, style in others:
        line.append(words.rjust(form.others), style)
    return line


def _cell(known: Known | None, glyphs: Glyphs) -> tuple[str, str]:
    """Return the words for a speedup and their style; too wide an interval is left out."""
    if known is None:
        return "", ""
    if known.outcome is not None and known.outcome.is_failure:
        return f"{FAILED} ", IN_TERMINAL["failed"]
    if math.isnan(known.ratio):
        return f"{WORDS[known.outcome]} ", "dim"
    half = (known.high - known.low) / 2
    if math.isnan(half) or half > known.ratio:
        return f"{number(known.ratio)} ", "dim"
    words = with_half_width(known.ratio, half, glyphs)
    return (f"{words}{PRECISE}", "bold") if known.is_precise else (f"{words} ", "")


def _unseen(so_far: SoFar, interpreters: int, workloads: int) -> list[Text]:
    """Count the interpreters and workloads for which there was no room."""
    counts = {
        "interpreter": len(so_far.interpreters) - interpreters,
        "workload": len(so_far.workloads) - workloads,
    }
    more = [plural(count, f"more {noun}") for noun, count in counts.items() if count]
    return [_words(f"... and {listed(more)}", "dim")] if more else []


def _words(words: str, style: str = "") -> Text:
    return Text(words, style, no_wrap=True, overflow="crop")
