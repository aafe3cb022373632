"""Reports and their parts as Markdown, where tests can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.markdown import markdown, section
from gilometer.report.sections.content import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.report.document import Section
    from gilometer.report.drawing import Drawing
    from gilometer.report.results import Results


def report(results: Results, drawn: Sequence[Drawing] = ()) -> str:
    """The whole of it."""
    return markdown(content(results, drawn))


def written(part: Section | None) -> str:
    """A part of it; empty if there is none."""
    return "" if part is None else section(part, 2)
