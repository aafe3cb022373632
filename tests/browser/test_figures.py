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
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

each_run = pytest.mark.parametrize("name", runs.NAMES)
SAVED = ("sample", "whole", runs.HOSTILE)


@each_run
def test_each_has_a_caption_and_says_what_it_shows_to_those_who_do_not_see_it(show, name):
    page = show(name).page
    for figure in page.locator("figure").all():
        assert figure.locator("figcaption").inner_text().strip()
        (drawing,) = figure.locator("svg").all()
        assert drawing.get_attribute("role") == "img"
        assert drawing.get_attribute("aria-label").strip()
    assert page.locator("svg").count() == page.locator("figure svg").count()


def test_there_is_something_to_see(show):
    assert show("sample").page.locator("figure").count() >= 5


def saved(figure: Locator, kind: str) -> tuple[Path, str]:
    """Where a figure went, and the name that it was offered under."""
    with figure.page.expect_download() as caught:
        figure.locator(f"[data-get={kind}]").click()
    return Path(caught.value.path()), caught.value.suggested_filename


@pytest.mark.parametrize("name", SAVED)
def test_each_is_saved_as_the_data_behind_it(show, name):
    for figure in show(name).page.locator("figure").all():
        path, offered = saved(figure, "csv")
        assert offered.endswith(".csv")
        assert len(pd.read_csv(path)) > 0


@pytest.mark.parametrize("name", SAVED)
def test_each_is_saved_as_a_drawing_that_stands_alone(show, name):
    for figure in show(name).page.locator("figure").all():
        path, offered = saved(figure, "svg")
        assert offered.endswith(".svg")
        text = path.read_text()
        assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  our own
        assert "var(" not in text


@pytest.mark.parametrize("name", SAVED)
def test_each_is_saved_as_a_picture_on_white_paper_whatever_the_screen(show, name):
    for figure in show(name, color_scheme="dark").page.locator("figure").all():
        path, offered = saved(figure, "png")
        assert offered.endswith(".png")
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        pixels = imread(path, format="png")[:, :, :3]
        assert pixels.shape[1] > 600
        assert pixels[0, 0].tolist() == [1.0, 1.0, 1.0]
        assert pixels.min() < 0.3, "nothing dark is drawn on it"


@each_run
def test_drawings_in_the_dark_are_drawn_in_what_can_be_seen_there(show, name):
    dark = show(name, color_scheme="dark").page
    fills = dark.locator("figure svg text").evaluate_all(
        "all => all.filter(one => one.textContent.trim()).map(one => getComputedStyle(one).fill)"
    )
    black = [one for one in fills if one == "rgb(0, 0, 0)"]
    assert not black, f"{len(black)} of {len(fills)} texts are black"
