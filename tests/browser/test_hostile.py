"""A run full of text that would be markup, code or a command where it is not taken for text."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from tests.browser import runs

pytestmark = pytest.mark.browser

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(show):
    return show(runs.HOSTILE)


def test_nothing_in_it_runs(hostile):
    hostile.page.wait_for_load_state("networkidle")
    assert hostile.said == []


def test_nothing_in_it_becomes_an_element(hostile, show):
    ours = show("whole").page
    for kind in ("script", "style", "img", "b", "link", "meta", "iframe"):
        assert hostile.page.locator(kind).count() == ours.locator(kind).count(), kind
    assert hostile.page.locator("[onerror]").count() == 0


@pytest.mark.parametrize(
    "text", [runs.SCRIPT, runs.IMAGE, "{{7*7}}", "</pre></script>", "$(reboot)", '"quoted"', "+\"'&"]
)
def test_it_can_be_read_as_it_was_written(hostile, text):
    assert text in hostile.page.locator("main").text_content()


def test_its_name_is_the_title(hostile):
    assert runs.HOSTILE in hostile.page.title()


def test_it_holds_no_control_characters(hostile, drawn):
    for name in ("report.html", "report.md"):
        assert not CONTROLS.search((drawn(runs.HOSTILE) / name).read_text()), name
    assert not CONTROLS.search(hostile.page.locator("html").inner_text())


def test_its_markdown_has_none_of_it_as_html(drawn):
    text = (drawn(runs.HOSTILE) / "report.md").read_text()
    kinds = {
        one.type
        for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        for one in [token, *(token.children or [])]
    }
    assert not kinds & {"html_block", "html_inline"}
