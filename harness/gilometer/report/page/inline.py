"""A drawing as part of a page: without its head, which the page writes, and in the page's colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from gilometer.report import colours

if TYPE_CHECKING:
    from gilometer.report.drawing import Drawing

SWAPPED = {
    colour.light: name
    for name, colour in colours.NAMED.items()
    if name not in {"faster", "slower", "unclear", "caution", "raised"}
}
"""Colours that a theme of the page has in its own version; fills stay, with the words on them."""
_COLOUR = re.compile("|".join(SWAPPED))
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_OPEN = re.compile(r"<svg\b[^>]*>")
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_ASIDE = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)


def inline(drawing: Drawing) -> Markup:
    """Make an element of the page from a drawing's SVG.

    Its ids begin with the name of the drawing, as a page has many. It is cropped to the part below the head;
    ``data-whole`` has the view box of the whole, for saving.

    Raises:
        ValueError: The SVG has no view box.

    """
    opening = _OPEN.search(drawing.svg)
    view = opening and _VIEW.search(opening[0])
    if not opening or not view:
        raise ValueError(f"the SVG of {drawing.name} has no view box")
    width, height = float(view[1]), float(view[2])
    top = height * drawing.head_share
    body = _ASIDE.sub("", drawing.svg[opening.end() :])
    body = _ID.sub(rf"\g<1>{drawing.name}-", body)
    body = _COLOUR.sub(lambda found: f"var(--{SWAPPED[found[0]]},{found[0]})", body)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'viewBox="0 {top:.2f} {width:g} {height - top:.2f}" data-whole="0 0 {width:g} {height:g}" '
        f'aria-label="{escape(drawing.alt)}">'
    )
    return Markup(head + body)  # noqa: S704  matplotlib escapes what it writes
