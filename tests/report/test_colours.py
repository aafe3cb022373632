"""Each colour has one meaning, is seen, and is told from the others also by those who see fewer colours."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gilometer.report.colours import (
    CAUTION,
    DARK,
    FAINT,
    INK,
    LIGHT,
    MARKS,
    NAMED,
    PAPER,
    RAISED,
    STEPS,
    UNCLEAR,
    contrast,
    fill,
    ink_on,
    linear,
    mixed,
    style_sheet,
)

SEEING = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
"""Matrices for linear RGB: Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of
Color Vision Deficiency, IEEE TVCG 15(6), 2009, at severity 1."""
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""Oklab, in which equal distances look about equal: Ottosson, 2020."""
LEAST_DISTANCE = 0.08
"""In Oklab, where black and white are 1 apart, and a difference of 0.02 is just seen."""

by_theme = pytest.mark.parametrize("theme", ["light", "dark"])


def distance(one: str, other: str, seen_by: np.ndarray) -> float:
    """How far apart two colours look."""
    seen = [np.clip(seen_by @ linear(colour), 0, 1) for colour in (one, other)]
    first, second = (TO_LAB @ np.cbrt(TO_CONES @ colour) for colour in seen)
    return float(np.linalg.norm(first - second))


@by_theme
def test_no_two_meanings_share_a_colour(theme):
    colours = [getattr(colour, theme) for colour in NAMED.values()]
    assert len(set(colours)) == len(colours)


@by_theme
@pytest.mark.parametrize("seeing", SEEING)
def test_marks_are_told_apart(theme, seeing):
    colours = {name: getattr(colour, theme) for name, colour in MARKS.items()}
    near = {
        (one, other): round(apart, 3)
        for one, other in combinations(MARKS, 2)
        if (apart := distance(colours[one], colours[other], SEEING[seeing])) < LEAST_DISTANCE
    }
    assert near == {}


def test_red_and_green_of_one_lightness_would_not_be_told_apart():
    assert distance("#9f7b48", "#7d8748", SEEING["deuteranopia"]) < LEAST_DISTANCE


@by_theme
def test_marks_are_seen_on_paper(theme):
    for name, colour in MARKS.items():
        assert contrast(getattr(colour, theme), getattr(PAPER, theme)) >= 3, name


@by_theme
def test_words_are_read_on_paper_and_on_fills(theme):
    for paper in (PAPER, RAISED, UNCLEAR, CAUTION):
        assert contrast(getattr(INK, theme), getattr(paper, theme)) >= 4.5
    assert contrast(getattr(FAINT, theme), getattr(PAPER, theme)) >= 4.5


@by_theme
def test_words_are_read_on_each_fill_of_the_map(theme):
    variables = dict(part.strip().split(": ") for part in style_sheet(theme).split(";") if part.strip())
    for name in ("faster", "slower"):
        for step in range(1, STEPS + 1):
            assert contrast(variables[f"--{name}-{step}"], variables[f"--on-{name}-{step}"]) >= 4.5


def test_the_fill_of_a_plot_grows_from_paper_to_its_colour():
    assert fill(0) == PAPER.light
    assert fill(-1) != fill(1)
    grown = [contrast(fill(step / STEPS), PAPER.light) for step in range(STEPS + 1)]
    assert grown == sorted(grown)


def test_words_on_a_fill_are_dark_or_light():
    assert ink_on("#ffffff") == DARK
    assert ink_on("#000000") == LIGHT


def test_half_of_each_lies_between():
    assert mixed("#ff0000", "#000000", 0.5) == "#800000"


def test_contrast_goes_from_1_to_21():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#0072b2", "#0072b2") == 1
