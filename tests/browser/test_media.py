"""The page in the dark, on a phone, on paper, and for those whom movement makes sick."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser import runs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

each_run = pytest.mark.parametrize("name", runs.NAMES)
PHONE = {"width": 360, "height": 740}
PAPER = {"width": 718, "height": 1047}
"""A4 with margins of a centimetre, in CSS pixels."""


def lightness(page: Page, what: str) -> float:
    """Of a colour of the page's body: 0 is black, 1 is white."""
    colour = page.evaluate(f"getComputedStyle(document.body)[{what!r}]")
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_by_day_it_is_dark_on_light(look):
    page = look("sample", color_scheme="light")
    assert lightness(page, "backgroundColor") > 0.9
    assert lightness(page, "color") < 0.25


def test_by_night_it_is_light_on_dark(look):
    page = look("sample", color_scheme="dark")
    assert lightness(page, "backgroundColor") < 0.15
    assert lightness(page, "color") > 0.75


@each_run
def test_on_a_phone_the_page_itself_does_not_scroll_sideways(look, name):
    page = look(name, viewport=PHONE)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


@each_run
def test_unfolded_it_does_not_either_and_what_scrolls_can_be_reached_by_keyboard(show, name):
    page = show(name, viewport=PHONE).page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    unreachable = page.evaluate("""
        Array.from(document.querySelectorAll('main *')).filter(one =>
            /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1
            && one.tabIndex < 0).map(one => one.outerHTML.slice(0, 200))
    """)
    assert unreachable == []


def test_figures_scroll_within_their_frame_on_a_phone(look):
    page = look("sample", viewport=PHONE)
    wide = page.evaluate("""
        Array.from(document.querySelectorAll('figure'), one => one.getBoundingClientRect().right)
    """)
    assert wide
    assert max(wide) <= PHONE["width"]


@pytest.fixture
def printed(look):
    """Open the page of a run as it goes to paper, from a dark screen."""

    def opened(name):
        page = look(name, viewport=PAPER, color_scheme="dark")
        page.emulate_media(media="print")
        return page

    return opened


@each_run
def test_on_paper_it_is_dark_on_light_and_shows_no_controls(printed, name):
    page = printed(name)
    assert lightness(page, "color") < 0.25
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert not page.locator("button, input, nav").evaluate_all(
        "all => all.some(one => one.checkVisibility())"
    )


@each_run
def test_on_paper_what_is_folded_says_where_it_is(printed, name):
    page = printed(name)
    notes = page.locator("details > summary > .on-paper")
    assert notes.count() > 1
    for said in notes.evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.innerText)"
    ):
        assert "report.html" in said


def test_on_paper_a_table_of_hundreds_of_rows_says_where_it_is(show):
    page = show("sample").page
    page.locator("#everything-title").click()
    page.emulate_media(media="print")
    assert not page.locator("#everything table.cells").is_visible()
    assert "summary.csv" in page.locator("#everything > .on-paper").inner_text()


@each_run
def test_on_paper_no_word_of_a_head_is_broken(printed, name):
    broken = printed(name).evaluate("""
        Array.from(document.querySelectorAll('th')).filter(one =>
            getComputedStyle(one).overflowWrap !== 'normal').map(one => one.outerHTML.slice(0, 200))
    """)
    assert broken == []


@each_run
def test_on_paper_nothing_has_a_dark_background(printed, name):
    dark = printed(name).evaluate("""
        Array.from(document.querySelectorAll('main *, header *')).filter(one => {
            const colour = getComputedStyle(one).backgroundColor;
            const [red, green, blue, alpha] = colour.match(/[\\d.]+/g).map(Number);
            return alpha !== 0 && Math.min(red, green, blue) < 240 && one.checkVisibility();
        }).map(one => one.outerHTML.slice(0, 200))
    """)
    assert dark == []


@each_run
def test_on_paper_no_figure_or_table_is_cut_off(printed, name):
    page = printed(name)
    wide = page.evaluate(f"""
        Array.from(document.querySelectorAll('figure, svg[role=img], table'))
            .filter(one => one.getBoundingClientRect().right > {PAPER["width"]} + 1)
            .map(one => one.outerHTML.slice(0, 200))
    """)
    assert wide == []


MOST_PAGES = 15
PAGE = re.compile(rb"/Type\s*/Page\b")


def test_it_prints_on_a_few_pages(printed):
    paper = printed("sample").pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert 1 < len(PAGE.findall(paper)) <= MOST_PAGES


def test_the_answer_and_the_map_are_on_the_first_page(printed):
    map_of = printed("sample").locator("table.map")
    assert map_of.evaluate("one => one.getBoundingClientRect().bottom + scrollY") <= PAPER["height"]


def test_on_a_phone_what_scrolls_says_so(show):
    page = show("sample", viewport=PHONE).page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    hints = page.evaluate("""
        Array.from(document.querySelectorAll('.frame')).filter(one => one.scrollWidth > one.clientWidth + 1)
            .map(one => getComputedStyle(one, '::before').content)
    """)
    assert hints
    assert all("scroll" in one for one in hints)


def test_nothing_moves_for_those_who_want_it_so(show):
    page = show("sample", reduced_motion="reduce").page
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = page.evaluate("""
        Array.from(document.querySelectorAll('*')).filter(one => {
            const style = getComputedStyle(one);
            return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
        }).length
    """)
    assert moving == 0
