"""``report.md``: the report as Markdown."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Verdict
from gilometer.report.document import (
    Bullets,
    ClaimVerdicts,
    Code,
    Everything,
    HeatMap,
    Line,
    Link,
    Paragraph,
    Picture,
    Run,
    Section,
    Table,
    Verbatim,
    Verdicts,
    listing,
)
from gilometer.report.markup import begin, block, bullets, code, escape, link, piece, table

if TYPE_CHECKING:
    from gilometer.report.document import Block, Document

ASKED = (Verdict.HOLDS, Verdict.REFUTED, Verdict.NOT_ESTABLISHED)


def markdown(document: Document) -> str:
    """Write the whole report."""
    parts = [
        f"# Gilometer: {escape(document.run)}",
        bullets(f"**{escape(sentence)}**" for sentence in document.answer),
        escape(f"{'; '.join(document.basis)}."),
        *(section(one, 2) for one in document.sections),
    ]
    return "\n\n".join(parts) + "\n"


def section(of: Section, level: int) -> str:
    """Write a section, its title a heading of that level."""
    parts = [f"{'#' * level} {_run(of.title)}"]
    shown = (one for one in of.blocks if not isinstance(one, HeatMap))  # here its picture is not folded
    parts += [section(one, level + 1) if isinstance(one, Section) else _block(one) for one in shown]
    return "\n\n".join(parts)


@singledispatch
def _block(of: Block) -> str:
    raise TypeError(of)


@_block.register
def _(of: Paragraph) -> str:
    return _opening(of.line)


@_block.register
def _(of: Bullets) -> str:
    return bullets(map(_opening, of.lines))


@_block.register
def _(of: Table) -> str:
    return table([_line(cell) for cell in of.head], [[_line(cell) for cell in row] for row in of.rows])


@_block.register
def _(of: Verbatim) -> str:
    return block(of.text)


@_block.register
def _(of: Picture) -> str:
    return f"![{escape(of.drawing.alt)}](plots/{of.drawing.name}.png)"


@_block.register
def _(_: Everything) -> str:
    return "`summary.csv` has a row for each cell, and `report.html` shows them all."


@_block.register
def _(of: Verdicts) -> str:
    """Tabulate where each claim holds, and say on what each verdict rests."""
    rows = [
        [_named(claim), *(_line(listing(claim.where(verdict))) for verdict in ASKED)] for claim in of.claims
    ]
    rests = [_rests(claim) for claim in of.claims]
    return "\n\n".join([table(["claim", *ASKED], rows), "### What they rest on", *rests])


def _named(claim: ClaimVerdicts) -> str:
    return f"{claim.id}, {escape(claim.sentence)}"


def _rests(claim: ClaimVerdicts) -> str:
    said = (
        f"{one.verdict.value}: {escape(one.said)}{one.beside and f' ({escape(one.beside)})'}"
        for one in claim.evidence
    )
    return f"**{_named(claim)}**\n\n{bullets(said)}"


def _opening(of: Line) -> str:
    """Write a line at the beginning of a line of the file."""
    marked = _line(of)
    return begin(marked) if isinstance(of[0], str) else marked


def _line(of: Line) -> str:
    return "".join(map(_run, of))


def _run(of: Run) -> str:
    match of:
        case Code(text):
            return code(text)
        case Link(path):
            return link(path)
        case str():
            return piece(of)
