"""A browser, and the runs whose pages it opens.

Where Chromium, Playwright or axe-core is absent these tests are skipped with the reason; if
``GILOMETER_REQUIRE`` names ``browser``, they fail.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import runs
from tests.browser.chromium import NoBrowserError, browser
from tests.browser.opened import Opened
from tests.required import absent

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="package")
def chromium():
    """One browser; it ends with these tests, as others need an event loop that Playwright's would be."""
    try:
        with browser() as started:
            yield started
    except NoBrowserError as error:
        absent("browser", str(error))


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that knows what hinders whom."""
    if not AXE.is_file():
        absent("browser", "there is no axe-core here: npm ci --prefix tests/browser")
    return AXE.read_text()


@pytest.fixture(scope="session")
def drawn(tmp_path_factory) -> Callable[[str], Path]:
    """Give the folder of a run with its report, which all processes of a test run share."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def folder(name: str) -> Path:
        with (place / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run: Path = place / name
            if not run.exists():
                runs.drawn(name, place)
        return run

    return folder


@pytest.fixture(scope="package")
def look(chromium, drawn):
    """Give the page of a run to tests that change nothing of it; each is opened once for all of them."""
    pages: dict[tuple[str, str], Page] = {}

    def page_of(name: str, **profile: object) -> Page:
        key = (name, repr(profile))
        if key not in pages:
            context = chromium.new_context(**profile)
            pages[key] = Opened(context.new_page(), drawn(name) / "report.html").page
        return pages[key]

    yield page_of
    for page in pages.values():
        page.context.close()


@pytest.fixture
def show(chromium, drawn):
    """Open the page of a run, in a fresh profile of the browser."""
    profiles = []

    def opened(name: str, **profile: object) -> Opened:
        profiles.append(chromium.new_context(**profile))
        return Opened(profiles[-1].new_page(), drawn(name) / "report.html")

    yield opened
    for profile in profiles:
        profile.close()
