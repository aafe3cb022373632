"""Rendering a report with its templates; whatever they are given is escaped."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from gilometer import __version__
from gilometer.report import document
from gilometer.report.page.inline import inline
from gilometer.report.sentences.text import printable

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
    document.Section,
    document.Code,
    document.Link,
)
"""What templates tell apart, each as a test by its name: ``block is table``."""


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
    return environment.get_template("report.html").render(report=of, asset=_asset, version=__version__)


def slug(verdict: str) -> str:
    """Name a verdict as a class of the style sheet."""
    return verdict.replace(" ", "-")


def _harmless(value: object) -> object:
    """No control character gets into the page, nor one that turns the reading direction."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _is_a(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


def _asset(name: str) -> Markup:
    """Take a file of the page's own as it is: its style, its script, or the library that it brings."""
    return Markup(resources.files(__package__).joinpath("assets", name).read_text())  # noqa: S704  our own
