"""Figures: what they are called, and what they can be saved as."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from matplotlib.image import imread

from tests.browser import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator

    from tests.browser.opened import Opened

pytestmark = pytest.mark.browser

each_run = pytest.mark.parametrize("name", runs.NAMES)
LEAST_CONTRAST = 4.5
"""Of text with what is behind it, by the Web Content Accessibility Guidelines (AA)."""
SAVED = ("sample", "whole", runs.HOSTILE)


@each_run
def test_each_has_a_caption_and_says_what_it_shows_to_those_who_do_not_see_it(look, name):
    page = look(name)
    figures = page.locator("figure").evaluate_all("""
        all => all.map(one => ({
            caption: one.querySelector("figcaption")?.textContent.trim() ?? "",
            names: Array.from(one.querySelectorAll("svg[role=img]"), svg => svg.ariaLabel.trim()),
        }))
    """)
    for figure in figures:
        assert figure["caption"]
        assert len(figure["names"]) == 1
        assert all(figure["names"])
    assert page.locator("svg").count() == len(figures)


def test_there_is_something_to_see(look):
    assert look("sample").locator("figure").count() >= 5


def figures(show: Callable[..., Opened], name: str, **profile: str) -> Iterator[Locator]:
    """Each figure of a run; Chromium lets a page start ten downloads in a row, so a few share one."""
    page = show(name, **profile).unfold()
    for place in range(page.locator("figure").count()):
        if place % 8 == 7:
            page = show(name, **profile).unfold()
        yield page.locator("figure").nth(place)


def saved(figure: Locator, kind: str) -> tuple[Path, str]:
    """Where a figure went, and the name that it was offered under."""
    with figure.page.expect_download(timeout=10_000) as caught:
        figure.locator(f"[data-get={kind}]").click()
    return Path(caught.value.path()), caught.value.suggested_filename


@pytest.mark.parametrize("name", SAVED)
def test_each_is_saved_as_the_data_behind_it(show, name):
    for figure in figures(show, name):
        path, offered = saved(figure, "csv")
        assert offered.endswith(".csv")
        assert len(pd.read_csv(path)) > 0


@pytest.mark.parametrize("name", SAVED)
def test_each_is_saved_as_a_drawing_that_stands_alone(show, name):
    for figure in figures(show, name):
        path, offered = saved(figure, "svg")
        assert offered.endswith(".svg")
        text = path.read_text()
        assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  our own
        assert "var(" not in text


@pytest.mark.parametrize("name", SAVED)
def test_each_is_saved_as_a_picture_on_white_paper_whatever_the_screen(show, name):
    for figure in figures(show, name, color_scheme="dark"):
        path, offered = saved(figure, "png")
        assert offered.endswith(".png")
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        pixels = imread(path, format="png")[:, :, :3]
        assert pixels.shape[1] > 600
        assert pixels[0, 0].tolist() == [1.0, 1.0, 1.0]
        assert pixels.min() < 0.3, "nothing dark is drawn on it"


CONTRASTS = """
    svg => {
        const parts = colour => colour.match(/[\\d.]+/g).map(Number);
        const over = (top, share, below) =>
            top.slice(0, 3).map((one, at) => one * share + below[at] * (1 - share));
        const light = colour => {
            const [red, green, blue] = colour.map(one => one / 255)
                .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const paper = parts(getComputedStyle(document.body).backgroundColor);
        const shapes = Array.from(svg.querySelectorAll("path, rect, use, circle")).filter(one =>
            !one.closest("defs, clipPath") && getComputedStyle(one).fill.startsWith("rgb"));
        const boxes = new Map(shapes.map(one => [one, one.getBoundingClientRect()]));
        return Array.from(svg.querySelectorAll("text")).filter(one => one.textContent.trim()).map(text => {
            const box = text.getBoundingClientRect();
            const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
            let below = paper;
            for (const [shape, { left, right, top, bottom }] of boxes) {
                const isBefore = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
                if (!isBefore || x < left || x > right || y < top || y > bottom) continue;
                const style = getComputedStyle(shape);
                const fill = parts(style.fill);
                below = over(fill, (fill[3] ?? 1) * style.opacity * style.fillOpacity, below);
            }
            const both = [light(parts(getComputedStyle(text).fill)), light(below)];
            const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
            return { said: text.textContent, contrast };
        });
    }
"""
"""Of each text of a drawing against the filled shapes that were drawn below its middle before it."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sample", "whole"])
def test_what_is_written_in_a_drawing_can_be_read_by_day_and_by_night(look, name, scheme):
    for drawing in look(name, color_scheme=scheme).locator("figure svg").all():
        texts = drawing.evaluate(CONTRASTS)
        assert texts
        faint = [one for one in texts if one["contrast"] < LEAST_CONTRAST]
        assert not faint, f"{len(faint)} of {len(texts)} texts, such as {faint[:3]}"
