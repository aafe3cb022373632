"""What holds for the page of any run: it is whole, and alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests.browser import runs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SECTIONS = (
    "threads",
    "costs",
    "same-binary",
    "verdicts",
    "kinds",
    "warm-up",
    "scaling",
    "semantics",
    "everything",
    "not-run",
    "machine",
    "remake",
)
ALWAYS = {"verdicts", "everything", "machine", "remake"}
each_run = pytest.mark.parametrize("name", runs.NAMES)


@each_run
def test_it_complains_of_nothing_and_asks_for_nothing_but_itself(show, name):
    opened = show(name)
    opened.page.mouse.wheel(0, 100_000)
    opened.page.wait_for_load_state("networkidle")
    assert opened.said == []
    assert opened.requested == [opened.address]


@each_run
def test_it_has_a_title_and_one_chief_heading(look, name):
    page = look(name)
    assert name in page.title()
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()


@each_run
def test_headings_skip_no_level(look, name):
    levels = look(name).evaluate(
        "Array.from(document.querySelectorAll('h1, h2, h3, h4, h5, h6'), one => +one.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def sections_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "Array.from(document.querySelectorAll('main section h2'), one => one.id.replace('-title', ''))"
    )
    return found


def test_a_run_of_everything_has_all_sections_in_this_order(look):
    assert sections_of(look("whole")) == list(SECTIONS)


@each_run
def test_sections_of_which_a_run_has_nothing_are_left_out_and_the_order_stays(look, name):
    found = sections_of(look(name))
    assert set(found) >= ALWAYS
    assert found == [one for one in SECTIONS if one in found]


@each_run
def test_the_contents_lead_to_each_section(show, name):
    page = show(name, reduced_motion="reduce").page
    links = page.locator("nav a")
    addresses = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert addresses == [f"#{one}" for one in sections_of(page)]
    for place in range(links.count()):
        links.nth(place).click()
        assert page.locator(f"{addresses[place]}-title").is_visible()
        assert page.locator(addresses[place]).evaluate("one => one.getBoundingClientRect().top") < 720


@each_run
def test_what_it_links_to_is_there(look, drawn, name):
    page = look(name)
    for address in page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))"):
        if address.startswith("#"):
            assert page.locator(f"[id='{address[1:]}']").count() == 1, address
        elif not address.startswith("https:"):
            assert (drawn(name) / unquote(address)).is_file(), address


@each_run
def test_no_two_elements_have_one_id_and_each_drawing_refers_to_its_own(look, name):
    page = look(name)
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]'), one => one.id)")
    assert len(ids) == len(set(ids))
    strays = page.evaluate("""
        Array.from(document.querySelectorAll('figure svg')).flatMap(svg =>
            Array.from(svg.outerHTML.matchAll(/(?:href="|url\\()#([^")]+)/g), found => found[1])
                .filter(id => !svg.querySelector(`[id="${CSS.escape(id)}"]`)))
    """)
    assert strays == []


def test_the_page_of_the_sample_is_small_enough_to_send(drawn):
    assert (drawn("sample") / "report.html").stat().st_size <= 3_000_000


@each_run
def test_without_scripts_everything_can_be_read(look, name):
    scripted, plain = look(name), look(name, java_script_enabled=False)
    for what in ("main section", "figure svg", "table", "tbody tr", "details", "nav a"):
        assert plain.locator(what).count() == scripted.locator(what).count(), what
    plain.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for what in ("figure svg", ".cells tbody tr"):
        assert visible(plain, what) == plain.locator(what).count(), what
    assert visible(plain, "button, input, [role=button]") == 0


@pytest.mark.parametrize("profile", [{}, {"java_script_enabled": False}], ids=["scripted", "without scripts"])
def test_a_link_into_a_folded_part_opens_it(show, profile):
    page = show("sample", reduced_motion="reduce", **profile).page
    table = page.locator("#everything table.cells")
    assert not table.is_visible()
    page.locator("nav a[href='#everything']").click()
    assert table.is_visible()
    assert 0 <= page.locator("#everything-title").evaluate("one => one.getBoundingClientRect().top") < 720


def test_an_address_with_the_name_of_a_folded_part_opens_it(show):
    opened = show("sample")
    opened.page.goto("about:blank")
    opened.page.goto(f"{opened.address}#machine")
    assert opened.page.locator("#machine").is_visible()


@each_run
def test_all_is_folded_but_the_answer_its_costs_the_reasons_and_the_claims(look, name):
    shown = {one for one in sections_of(look(name)) if look(name).locator(f"[id='{one}']").is_visible()}
    assert shown <= {"threads", "costs", "same-binary", "verdicts"}


@pytest.mark.parametrize("name", ["sample", "whole"])
def test_the_first_screen_has_the_answer_and_the_map(look, name):
    page = look(name, viewport={"width": 1280, "height": 800})
    for what in (".answer", "table.map"):
        assert page.locator(what).evaluate("one => one.getBoundingClientRect().bottom") <= 800, what
    assert page.locator("table.map thead th").nth(1).inner_text().startswith("Pure Python: recursion")


def visible(page: Page, what: str) -> int:
    """How many elements take room on the page."""
    count: int = page.locator(what).evaluate_all(
        "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 0).length"
    )
    return count
