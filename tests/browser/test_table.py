"""The table of everything, as one sorts and searches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

TABLE = "#everything table.cells"
FOCUSED_HEAD = "document.activeElement.closest('th')?.innerText.trim() ?? ''"


@pytest.fixture
def page(show):
    return show("sample").unfold()


def column(page: Page, head: str) -> list[str]:
    """The cells below a head, from top to bottom."""
    heads = [one.strip() for one in page.locator(f"{TABLE} thead th").all_inner_texts()]
    place = heads.index(head) + 1
    return page.locator(f"{TABLE} tbody tr td:nth-child({place})").all_inner_texts()


def head_of(page: Page, name: str) -> Locator:
    return page.locator(f"{TABLE} thead th", has_text=re.compile(rf"^\s*{name}\s*$"))


def wait_until_sorted(page: Page, name: str, order: str) -> None:
    """The library sorts after the click was handled; without its end this fails."""
    page.locator(f"{TABLE} th[aria-sort={order}]", has_text=name).wait_for(timeout=5_000)


def test_a_click_on_a_head_sorts_numbers_as_numbers(page):
    head_of(page, "blocks").click()
    wait_until_sorted(page, "blocks", "ascending")
    blocks = [int(one) for one in column(page, "blocks")]
    assert blocks == sorted(blocks)
    assert blocks != sorted(blocks, key=str), "the sample has no numbers that tell the two orders apart"


def test_a_second_click_turns_the_order_round(page):
    head_of(page, "blocks").click()
    wait_until_sorted(page, "blocks", "ascending")
    head_of(page, "blocks").click()
    wait_until_sorted(page, "blocks", "descending")
    blocks = [int(one) for one in column(page, "blocks")]
    assert blocks == sorted(blocks, reverse=True)


def test_times_are_sorted_whatever_their_unit(page):
    head_of(page, "one pass").click()
    wait_until_sorted(page, "one pass", "ascending")
    units = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}  # noqa: RUF001  as the page has it
    times = [one.split() for one in column(page, "one pass") if " " in one]
    seconds = [float(number) * units[unit] for number, unit in times]
    assert len({unit for _, unit in times}) > 1
    assert seconds == sorted(seconds)


def test_what_has_no_number_stands_last(page):
    head_of(page, "speedup").click()
    wait_until_sorted(page, "speedup", "ascending")
    speedups = column(page, "speedup")
    numbers = [bool(re.match(r"\d", one)) for one in speedups]
    assert numbers == sorted(numbers, reverse=True)
    assert not all(numbers)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_sorts_too(page, key):
    page.get_by_role("searchbox").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED_HEAD) == "workload":
            break
    page.keyboard.press(key)
    wait_until_sorted(page, "workload", "ascending")
    assert column(page, "workload") == sorted(column(page, "workload"))


def test_a_search_leaves_the_rows_with_all_its_words_and_counts_them(page):
    everything = len(column(page, "interpreter"))
    page.get_by_role("searchbox").fill("jython threads")
    rows = page.locator(f"{TABLE} tbody tr").all_inner_texts()
    assert 0 < len(rows) < everything
    assert all("jython" in row and "threads" in row for row in rows)
    assert re.search(
        rf"\b{len(rows)}\b.*\b{everything}\b", page.locator("#everything").get_by_role("status").inner_text()
    )


def test_a_search_that_finds_nothing_says_so(page):
    page.get_by_role("searchbox").fill("no such thing")
    assert re.search(r"\b0\b", page.locator("#everything").get_by_role("status").inner_text())
    page.get_by_role("searchbox").fill("")
    assert len(column(page, "interpreter")) > 1


def test_the_search_box_and_the_table_have_names(page):
    assert page.get_by_role("searchbox").evaluate("one => one.labels[0]?.innerText.trim()")
    assert page.locator("#everything").get_by_role("columnheader").count() >= 10
