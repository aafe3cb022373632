from __future__ import annotations

from gilometer.model import Strategy
from gilometer.report.plots.style import STRATEGIES, page, rows
from gilometer.report.results.interpreters import Category, ShownInterpreter


def test_each_strategy_has_its_own_colour():
    assert set(STRATEGIES) == set(Strategy)
    assert len(set(STRATEGIES.values())) == len(Strategy)


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
