"""What axe-core, which knows what hinders whom, finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import runs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PROFILES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}
SHORTEN = """
    document.querySelectorAll('details').forEach(one => { one.open = true; });
    document.querySelectorAll('figure svg').forEach(one => { one.replaceChildren(); });
    document.querySelectorAll('tbody tr:nth-child(n + 20)').forEach(one => { one.remove(); });
"""
"""What is within a picture isn't told to anybody, and the rows of a table are alike: both take axe long."""


def violations(page: Page, axe: str) -> list[str]:
    """Each rule that is broken, and the first elements that break it."""
    page.evaluate(SHORTEN)
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']} ({len(one['nodes'])}): {node['html'][:300]}: {node['failureSummary']}"
        for one in found
        for node in one["nodes"][:2]
    ]


MANY_ELEMENTS = ("sample", "whole", runs.HOSTILE)
"""Runs whose pages have all kinds of elements: other colours and another width need no more of them."""


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        *((name, "light") for name in runs.NAMES),
        *((name, profile) for name in MANY_ELEMENTS for profile in ("dark", "phone")),
    ],
)
def test_nothing_hinders_anybody(show, axe, name, profile):
    page = show(name, **PROFILES[profile]).page
    assert violations(page, axe) == []


def test_axe_would_have_found_something(show, axe):
    page = show("one workload").page
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
    assert any(one.startswith("button-name") for one in violations(page, axe))
