"""The picture of the sample's report that the README begins with: ``nox -s screenshot``."""

from __future__ import annotations

from tests.browser.chromium import browser
from tests.browser.runs import ROOT, SAMPLE

PICTURE = ROOT / "docs" / "images" / "report.png"


def main() -> None:
    """Take it: by day, and what is seen without scrolling."""
    PICTURE.parent.mkdir(exist_ok=True)
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.goto((SAMPLE / "report.html").as_uri())
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
