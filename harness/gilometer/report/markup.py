"""Markdown for sites such as GitHub, made from text that can't be trusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gilometer.printing import printable_lines
from gilometer.report.sentences.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_|~$]|\](?=[(\[]))")
"""Characters to escape. Brackets only where they might make a link, so that intervals stay readable."""
_AT_START = re.compile(r"^([#+=[-]|\d+[.)](?=\s|$))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_AUTOLINK = re.compile(r"(https?|ftp|mailto|www)([:.])", re.IGNORECASE)


def escape(text: str) -> str:
    """Escape text to plain words on one line, without markup, HTML or links."""
    return begin(_inner(text))


def begin(marked: str) -> str:
    """Escape the beginning of a line of Markdown that would make it a list or a heading."""
    return _AT_START.sub(r"&#8203;\1", marked)


def _inner(text: str) -> str:
    plain = "".join(_ENTITIES.get(char, char) for char in one_line(text))
    return _AUTOLINK.sub(r"\1&#8203;\2", _SPECIAL.sub(r"\\\1", plain))


def piece(text: str) -> str:
    """Escape text to plain words within a line; a space at either end is kept."""
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    plain = _inner(text)
    return f"{before}{plain}{after}" if plain else before


def code(text: str) -> str:
    """Write code within a line; also within a table, where a bar would end its cell."""
    plain = one_line(text).replace("|", "\\|")
    if not plain:
        return ""
    fence = "`" * (_longest_run(plain, "`") + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def block(text: str) -> str:
    """Write a block of code, whose fence is longer than any in it."""
    plain = printable_lines(text).strip("\n")
    fence = "`" * max(3, _longest_run(plain, "`") + 1)
    return f"{fence}text\n{plain}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of cells that are Markdown already."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def link(path: str) -> str:
    """Link to a file that Gilometer wrote beside the report."""
    return f"[{code(path)}]({path})"


def bullets(items: Iterable[str]) -> str:
    """Write one item a line."""
    return "\n".join(f"- {item}" for item in items)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _longest_run(text: str, char: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(char)}+", text)), default=0)
