"""The answer with which the summary begins: in words, and beside it what bends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from gilometer.report.sentences.bending import bends
from gilometer.report.sentences.headlines import answered, price
from gilometer.report.sentences.names import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from gilometer.report.results import Results

MOST_LINES = 15
"""The most lines of an answer; where it has more, its lists name fewer interpreters."""
LENGTHS = (MOST_NAMES, 6, 3, 1)
"""The most names of a list, as they are tried."""
QUESTION = r"^[^?]+\?"


def print_answer(console: Console, results: Results) -> None:
    """Print on which interpreters threads help, what that costs, and what bends the answer."""
    said = [_said(results, most) for most in LENGTHS]
    sentences = next((one for one in said if _lines(console, one) <= MOST_LINES), said[-1])
    for sentence in sentences:
        console.print(sentence)


def _said(results: Results, most_names: int) -> list[Text]:
    found = [*answered(results, most_names), *price(results)]
    answer = [Text(sentence) for sentence in found]
    for sentence in answer:
        sentence.highlight_regex(QUESTION, "bold")
    return [*answer, *(Text(f"! {sentence}", style="yellow") for sentence in bends(results))]


def _lines(console: Console, sentences: Iterable[Text]) -> int:
    return sum(len(sentence.wrap(console, console.width)) for sentence in sentences)
