"""The browser that pages are looked at with: Debian's, driven by Playwright."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage")
"""A container's root has no sandbox, and little shared memory."""


class NoBrowserError(Exception):
    """What is needed to look at a page isn't here; its words say what would add it."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Start it, and end it.

    Raises:
        NoBrowserError: There is no Chromium, or no Playwright.

    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoBrowserError("there is no Chromium here: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  the tests of the page alone need it
    except ImportError as error:
        raise NoBrowserError("there is no Playwright here: pip install playwright") from error
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=[*OPTIONS])
        try:
            yield started
        finally:
            started.close()
