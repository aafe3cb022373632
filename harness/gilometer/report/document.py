"""A report as records of plain words, from which ``report.md`` and ``report.html`` are both made.

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
    """A piece in a fixed-width font: the name of an interpreter, a workload or a file."""

    text: str


@dataclass(frozen=True)
class Link:
    """A link to a file beside the report."""

    path: str


Run = str | Code | Link
"""A piece of a line."""
Line = tuple[Run, ...]
Words = Run | Line
"""A line, or a single piece that makes one."""


@dataclass(frozen=True)
class Paragraph:
    """A line of any length."""

    line: Line


@dataclass(frozen=True)
class Bullets:
    """A list of lines, one below the other."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A table with a head; the first cell of each row names the row."""

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Verbatim:
    """Text that is shown unchanged: a command, or the output of a process."""

    text: str


@dataclass(frozen=True)
class Picture:
    """One of the plots."""

    drawing: Drawing


@dataclass(frozen=True)
class InterpreterVerdict:
    """The verdict on a claim for one interpreter, and the evidence for it."""

    interpreter: str
    verdict: Verdict
    said: str
    beside: str
    """The certainty of the figure and the kind of comparison; empty if there is no figure."""


@dataclass(frozen=True)
class ClaimVerdicts:
    """A claim, and the verdicts of the run on it."""

    id: str
    sentence: str
    evidence: tuple[InterpreterVerdict, ...]
    """One verdict for each interpreter on which the run tested the claim."""
    chief: InterpreterVerdict
    """The most important verdict: refuted before holds, then the one with the strongest comparison."""

    def where(self, verdict: Verdict) -> tuple[str, ...]:
        """List the interpreters with that verdict."""
        return tuple(one.interpreter for one in self.evidence if one.verdict == verdict)


@dataclass(frozen=True)
class Verdicts:
    """All claims that the run tested."""

    claims: tuple[ClaimVerdicts, ...]


@dataclass(frozen=True)
class Amount:
    """The words that a cell shows, and the value by which its column is sorted."""

    said: str
    by: float | str


@dataclass(frozen=True)
class Everything:
    """The table of all cells of the run."""

    head: tuple[str, ...]
    rows: tuple[tuple[Amount, ...], ...]


@dataclass(frozen=True)
class MapCell:
    """A cell of the map: a ratio, or a word for its lack."""

    said: str
    interval: str
    """The 95% interval; empty for none."""
    is_shown: bool
    """True if the interval has to stand beside the ratio, since it can't tell."""
    look: str
    """The class of its fill in the style sheet."""
    means: str
    """The reading in words, for those who don't see the fill."""


@dataclass(frozen=True)
class MapRow:
    """A row of the map; without cells it is a heading of the rows below."""

    label: str
    cells: tuple[MapCell | None, ...] = ()


@dataclass(frozen=True)
class MapHead:
    """The head of a column: what the work is, and the name of its workload."""

    words: str
    workload: str


@dataclass(frozen=True)
class HeatMap:
    """The speedup of threads as a table: interpreters down, workloads across."""

    title: str
    heads: tuple[MapHead, ...]
    rows: tuple[MapRow, ...]


@dataclass(frozen=True)
class Section:
    """Blocks below a title."""

    title: Run
    blocks: tuple[Block, ...]
    id: str = ""
    """The target of links to it; empty for a section within another."""
    is_detail: bool = False
    """True if it is a detail that a page may fold away."""


Block = Paragraph | Bullets | Table | Verbatim | Picture | Verdicts | Everything | HeatMap | Section
"""A part of a section; it may be another section."""


@dataclass(frozen=True)
class Document:
    """A whole report."""

    run: str
    answer: tuple[str, ...]
    """The findings of the run, in a few sentences."""
    basis: tuple[str, ...]
    """The basis of the findings: parts of one sentence, of a few words each."""
    sections: tuple[Section, ...]


def line(words: Words) -> Line:
    """Make a line of a piece; leave a line as it is."""
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
    """Make a section of the blocks that are not None; None if all are."""
    there = tuple(block for block in blocks if block is not None)
    return Section(title, there, id) if there else None


def detail(title: Run, *blocks: Block | None) -> Section | None:
    """Make a section that a page may fold away."""
    return folded(section(title, *blocks))


def folded(of: Section | None) -> Section | None:
    """Let a page fold a section away."""
    return of and replace(of, is_detail=True)


def listing(names: Iterable[str]) -> Line:
    """Write names as code, with commas between them."""
    runs: list[Run] = []
    for name in names:
        runs += [", ", Code(name)] if runs else [Code(name)]
    return tuple(runs)
