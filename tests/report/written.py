"""Reports and their parts as Markdown, where tests can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.markdown import markdown, section
from gilometer.report.sections.content import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis import Analysis
    from gilometer.model import Manifest
    from gilometer.report.document import Section
    from gilometer.report.drawing import Drawing


def report(world: tuple[Manifest, Analysis], drawn: Sequence[Drawing] = ()) -> str:
    """The whole of it."""
    return markdown(content(*world, drawn))


def written(part: Section | None) -> str:
    """A part of it; empty if there is none."""
    return "" if part is None else section(part, 2)
