from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gilometer.report.markup import block, bullets, code, escape, table

GFM = MarkdownIt("gfm-like", {"linkify": False}).enable("table")
HARMFUL = st.text(alphabet="ab |`*_[]()<>&\\~#$!-=+1.:/\n\t\x1bhtps", max_size=30)


def tokens(markdown: str) -> set[str]:
    """The types of everything in some markdown."""
    return {child.type for token in GFM.parse(markdown) for child in [token, *(token.children or [])]}


@given(HARMFUL)
def test_escaped_text_is_only_text(text):
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    assert tokens(f"said: {escape(text)} end") <= allowed


@given(HARMFUL)
def test_escaped_text_stays_in_its_list_item(text):
    assert tokens(bullets([escape(text)])) <= {
        "bullet_list_open",
        "list_item_open",
        "paragraph_open",
        "inline",
        "text",
        "text_special",
        "paragraph_close",
        "list_item_close",
        "bullet_list_close",
    }


@given(HARMFUL, HARMFUL)
def test_a_table_keeps_its_columns_whatever_is_in_it(words, source):
    html = GFM.render(table(["one", "two"], [[escape(words), code(source)]]))
    assert html.count("<th>") == 2
    assert html.count("<td>") == 2
    assert html.count("<tr>") == 2


@given(HARMFUL)
def test_nothing_breaks_out_of_a_block(text):
    parsed = GFM.parse(f"{block(text)}\n\nafter")
    assert [token.type for token in parsed] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert "\x1b" not in parsed[0].content


@pytest.mark.parametrize("text", ["see http://example.org", "WWW.example.org", "mailto:a"])
def test_addresses_do_not_become_links(text):
    assert not re.search(r"(http|www|mailto)[:.]", escape(text), re.IGNORECASE)


def test_plain_words_stay_plain():
    assert escape("exit status 3: no module named yaml (see stderr)") == (
        "exit status 3: no module named yaml (see stderr)"
    )


def test_code_shows_its_backticks():
    assert code("a`b") == "`` a`b ``"
    assert code("") == ""
