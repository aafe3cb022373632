"""Reports and their parts as Markdown, where tests can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report.content import content
from harness.report.markdown import markdown, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.analysis import Analysis
    from harness.model import Manifest
    from harness.report.document import Section
    from harness.report.drawing import Drawing


def report(world: tuple[Manifest, Analysis], drawn: Sequence[Drawing] = ()) -> str:
    """The whole of it."""
    return markdown(content(*world, drawn))


def written(part: Section | None) -> str:
    """A part of it; empty if there is none."""
    return "" if part is None else section(part, 2)
