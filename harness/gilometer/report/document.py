"""A report as records of plain words: what ``report.md`` and ``report.html`` are both made of.

Nothing here is marked up or escaped; each of the two does that in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.analysis.claims.verdicts import Verdict
    from gilometer.report.drawing import Drawing


@dataclass(frozen=True)
class Code:
    """What is to be read letter by letter: the name of an interpreter, a workload or a file."""

    text: str


@dataclass(frozen=True)
class Link:
    """A file beside the report."""

    path: str


Run = str | Code | Link
"""A piece of a line."""
Line = tuple[Run, ...]
Words = Run | Line
"""What a line may be given as."""


@dataclass(frozen=True)
class Paragraph:
    """A line, however long."""

    line: Line


@dataclass(frozen=True)
class Bullets:
    """Lines that stand below one another."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Cells below their heads; the first of each row names it."""

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Verbatim:
    """Lines as they are: a command, or what a process wrote."""

    text: str


@dataclass(frozen=True)
class Picture:
    """One of the plots."""

    drawing: Drawing


@dataclass(frozen=True)
class InterpreterVerdict:
    """What the verdict on a claim rests on, for one interpreter."""

    interpreter: str
    verdict: Verdict
    said: str
    beside: str
    """How certain that is, and what kind of comparison; empty where there is no figure."""


@dataclass(frozen=True)
class ClaimVerdicts:
    """A claim, and what the run says of it."""

    id: str
    sentence: str
    evidence: tuple[InterpreterVerdict, ...]
    """One for each interpreter that the run has something to say of."""
    chief: InterpreterVerdict
    """That says the most: of what refutes it, else of what holds, what rests on the strongest comparison."""

    def where(self, verdict: Verdict) -> tuple[str, ...]:
        """List the interpreters with that verdict."""
        return tuple(one.interpreter for one in self.evidence if one.verdict == verdict)


@dataclass(frozen=True)
class Verdicts:
    """All claims that the run had something to say of."""

    claims: tuple[ClaimVerdicts, ...]


@dataclass(frozen=True)
class Amount:
    """What a cell shows, and what its column is sorted by."""

    said: str
    by: float | str


@dataclass(frozen=True)
class Everything:
    """The table of all cells of the run."""

    head: tuple[str, ...]
    rows: tuple[tuple[Amount, ...], ...]


@dataclass(frozen=True)
class Section:
    """Blocks below a title."""

    title: Run
    blocks: tuple[Block, ...]
    id: str = ""
    """What links to it call it; empty within another section."""
    is_detail: bool = False
    """Whether it is evidence that a page may fold away."""


Block = Paragraph | Bullets | Table | Verbatim | Picture | Verdicts | Everything | Section
"""What a section holds, another section among it."""


@dataclass(frozen=True)
class Document:
    """A whole report."""

    run: str
    answer: tuple[str, ...]
    """What it found, in a few sentences."""
    basis: tuple[str, ...]
    """What that rests on, each in a few words."""
    sections: tuple[Section, ...]


def line(words: Words) -> Line:
    """Make a line of what may be given as one."""
    return words if isinstance(words, tuple) else (words,)


def marked(text: str) -> Line:
    """Make a line of a sentence in which backticks mark code."""
    pieces = text.split("`")
    return tuple(Code(piece) if place % 2 else piece for place, piece in enumerate(pieces) if piece)


def paragraph(*runs: Run) -> Paragraph:
    """Make a paragraph of its pieces."""
    return Paragraph(runs)


def bullets(lines: Iterable[Words]) -> Bullets:
    """Make a list of lines."""
    return Bullets(tuple(map(line, lines)))


def table(head: Sequence[Words], rows: Iterable[Sequence[Words]]) -> Table:
    """Make a table of lines."""
    return Table(tuple(map(line, head)), tuple(tuple(map(line, row)) for row in rows))


def section(title: Run, *blocks: Block | None, id: str = "") -> Section | None:  # noqa: A002  HTML's word
    """Make a section of what there is; None where there is nothing."""
    there = tuple(block for block in blocks if block is not None)
    return Section(title, there, id) if there else None


def detail(title: Run, *blocks: Block | None) -> Section | None:
    """Make a section that a page may fold away."""
    found = section(title, *blocks)
    return found and replace(found, is_detail=True)


def listing(names: Iterable[str]) -> Line:
    """Write names as code, with commas between them."""
    runs: list[Run] = []
    for name in names:
        runs += [", ", Code(name)] if runs else [Code(name)]
    return tuple(runs)
