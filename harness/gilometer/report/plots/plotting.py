"""Drawing the plots of a report: each once, as SVG, PNG and the rows that it shows."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.text import Text
from PIL import Image

from gilometer.printing import printable_lines
from gilometer.report.csv_text import SIX_FIGURES, csv_of
from gilometer.report.drawing import Drawing
from gilometer.report.plots import PLOTS
from gilometer.report.plots.forks import in_forks
from gilometer.report.plots.style import RC, settle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gilometer.report.plots import Plot, Source
    from gilometer.report.plots.style import Page
    from gilometer.report.results import Results

NO_METADATA = {"svg": dict.fromkeys(("Creator", "Date", "Format", "Type")), "png": {"Software": None}}
"""Metadata to leave out, so that the same data gives the same bytes: no date, no version of a tool."""
STYLE = re.compile(r"\n? *<defs>\s*<style[^>]*>\*\{(.*?)\}</style>\s*</defs>", re.DOTALL)
"""The style rule that an SVG has for all its elements; within a page it would change the whole page."""


def drawings(results: Results) -> tuple[Drawing, ...]:
    """Draw every plot that has something to show, in the order of ``PLOTS``."""
    found = in_forks([partial(drawing, plot, results) for plot in PLOTS])
    return tuple(one for one in found if one)


def drawing(plot: Plot[Source], source: Source) -> Drawing | None:
    """Draw one plot; None if it has nothing to show."""
    with mpl.rc_context({**RC, "svg.hashsalt": f"gilometer {plot.name}"}):
        page = plot.draw(source)
        if page is None:
            return None
        _make_printable(page)
        settle(page)
        return Drawing(
            name=plot.name,
            shows=plot.shows,
            title=page.title,
            subtitle=page.subtitle,
            head_share=page.head_in / page.get_figheight(),
            svg=embeddable(_rendered(page, "svg").decode()),
            png=_rendered(page, "png"),
            csv=csv_of(plot.data(source), SIX_FIGURES),
        )


def _make_printable(page: Page) -> None:
    """Escape control characters in texts: fonts can't draw them, and an SVG must not contain them."""
    for text in page.findobj(Text):
        text.set_text(printable_lines(text.get_text()))


def embeddable(svg: str) -> str:
    """Make an SVG fit for a page with others: move its style rule to its root, and drop unused ids."""
    rule = STYLE.search(svg)
    if rule:
        svg = STYLE.sub("", svg).replace("<svg ", f'<svg style="{rule[1]}" ', 1)
    used = set(re.findall(r"#(\w+)", svg))
    return re.sub(r'(<\w+) id="([^"]+)"', lambda tag: tag[0] if tag[2] in used else tag[1], svg)


def _rendered(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=NO_METADATA[kind])
    return _with_palette(buffer) if kind == "png" else buffer.getvalue()


def _with_palette(png: io.BytesIO) -> bytes:
    """Reduce a PNG to 256 colours, which a plot has: less than half of the bytes remain."""
    smaller = io.BytesIO()
    image = Image.open(png).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(smaller, "png", optimize=True)
    return smaller.getvalue()
