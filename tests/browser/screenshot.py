"""The picture of the sample's report that docs/reading-a-report.md begins with: ``nox -s screenshot``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.browser import runs
from tests.browser.chromium import browser

PICTURE = runs.ROOT / "docs" / "images" / "report.png"


def main() -> None:
    """Take it: by day, and what is seen without scrolling."""
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.goto(runs.drawn("sample", Path(place)).as_uri())
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
