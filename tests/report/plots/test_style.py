from __future__ import annotations

import pytest

from gilometer.model import Strategy
from gilometer.report.plots.style import CATEGORIES, STRATEGIES, contrast, page, rows
from gilometer.report.results.interpreters import Category, ShownInterpreter


def test_each_strategy_and_category_has_its_own_colour():
    assert set(STRATEGIES) == set(Strategy)
    assert len(set(STRATEGIES.values())) == len(Strategy)
    assert len({CATEGORIES[category] for category in Category}) == len(Category)


def test_a_heading_stands_before_each_category():
    interpreters = [
        ShownInterpreter("a", Category.GIL),
        ShownInterpreter("b", Category.GIL),
        ShownInterpreter("c+x", Category.NO_GIL),
    ]
    lines = rows(interpreters)
    assert [line.label for line in lines] == ["with a GIL", "a", "b", "without a GIL", "c+x"]
    assert [line.y for line in lines] == [0, 1, 2, 3, 4]
    assert [line.of is None for line in lines] == [True, False, False, True, False]


def test_a_long_title_makes_its_page_taller_and_is_not_cut():
    short = page("Threads gain", "a ratio", 3.0)
    long = page("Threads gain " * 20, "a ratio " * 40, 3.0)
    assert long.get_size_inches()[1] > short.get_size_inches()[1]
    assert " ".join(long.texts[0].get_text().split()) == ("Threads gain " * 20).strip()


@pytest.mark.parametrize("paper", ["#ffffff", "#16181d"])
@pytest.mark.parametrize("colour", [*STRATEGIES.values(), *CATEGORIES.values()])
def test_colours_are_seen_on_white_and_on_black(colour, paper):
    assert contrast(colour, paper) >= 3


def test_contrast_goes_from_1_to_21():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#0072b2", "#0072b2") == 1
