from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from gilometer.report.drawing import Drawing
from gilometer.report.page.inline import inline
from gilometer.report.plots.plotting import drawings
from gilometer.report.results import results_of
from tests.report.worlds import usual

SPACE = "http://www.w3.org/2000/svg"
SVG = """\
<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!-- made by hand -->
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="720pt" height="200pt" viewBox="0 0 720 200">
 <metadata><a>who knows</a></metadata>
 <defs><path id="m1" d="M 0 0"/><clipPath id="p2"/></defs>
 <g clip-path="url(#p2)"><use xlink:href="#m1" style="fill: #222222; stroke: #0072b2"/></g>
</svg>
"""
ONE = Drawing("gains", "A map", 'Threads "help"', "of what", 0.25, SVG, b"", "")


def test_it_begins_below_its_head_and_knows_the_whole():
    root = ET.fromstring(inline(ONE))  # noqa: S314  our own
    assert root.get("viewBox") == "0 50.00 720 150.00"
    assert root.get("data-whole") == "0 0 720 200"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Threads "help". A map.'


def test_its_names_are_its_own_among_all_of_a_page():
    found = inline(ONE)
    assert 'id="gains-m1"' in found
    assert 'xlink:href="#gains-m1"' in found
    assert "url(#gains-p2)" in found


def test_ink_is_that_of_the_page_and_colours_that_mean_something_stay():
    assert "fill: var(--ink,#222222); stroke: #0072b2" in inline(ONE)


def test_what_no_reader_sees_is_left_out():
    assert not re.search("metadata|xml version|made by hand", inline(ONE))


def test_an_svg_of_unknown_size_is_refused():
    with pytest.raises(ValueError, match="the SVG of gains has no view box"):
        inline(Drawing(**vars(ONE) | {"svg": "<svg></svg>"}))


def test_all_that_are_drawn_can_stand_on_one_page():
    found = [inline(one) for one in drawings(results_of(*usual()))]
    names = [name for one in found for name in re.findall(r'\bid="([^"]+)"', one)]
    assert len(names) == len(set(names)) > 0
    assert [ET.fromstring(one).tag for one in found] == [f"{{{SPACE}}}svg"] * len(found)  # noqa: S314
