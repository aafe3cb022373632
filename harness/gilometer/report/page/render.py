"""Rendering a report with its templates, which escape all values."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from gilometer import __version__
from gilometer.printing import printable_lines
from gilometer.report import document
from gilometer.report.colours import STEPS, style_sheet
from gilometer.report.page.inline import inline

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.report.document import Document

BLOCKS = (
    document.Paragraph,
    document.Bullets,
    document.Table,
    document.Verbatim,
    document.Picture,
    document.Verdicts,
    document.Everything,
    document.HeatMap,
    document.Section,
    document.Code,
    document.Link,
)
"""The kinds that templates tell apart, each by a test with the name of its class: ``block is table``."""


def page(of: Document) -> str:
    """Render the whole report."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("gilometer.report.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.tests.update({kind.__name__.lower(): _is_a(kind) for kind in BLOCKS})
    environment.filters.update({"inline": inline, "slug": slug})
    return environment.get_template("report.html").render(
        report=of, asset=_asset, version=__version__, colours=_colours, steps=range(1, STEPS + 1)
    )


def slug(verdict: str) -> str:
    """Return the class of a verdict in the style sheet."""
    return verdict.replace(" ", "-")


def _harmless(value: object) -> object:
    """Escape control characters, also those that change the direction of text."""
    return printable_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _is_a(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


def _colours(theme: str) -> Markup:
    """Return the variables of a theme's colours, unescaped."""
    return Markup(style_sheet(theme))  # noqa: S704  our own


def _asset(name: str) -> Markup:
    """Return a file of the page, unescaped: its style sheet, its script, or the library that it uses."""
    return Markup(resources.files(__package__).joinpath("assets", name).read_text(encoding="utf-8"))  # noqa: S704  our own
