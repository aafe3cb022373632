"""Suggest known words for one that is not known: those that are spelled most like it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 3
"""The most words of a list of suggestions."""


def did_you_mean(word: str, known: Sequence[str], otherwise: str) -> str:
    """Return ``did you mean `fib`?``, or ``otherwise`` if no known word is like this one."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean `{near[0]}`?" if near else otherwise


def like(word: str, known: Sequence[str]) -> list[str]:
    """Return the known words that are like this one, the most alike first; if none is, the first of all."""
    return difflib.get_close_matches(word, known, n=MOST) or list(known[:MOST])
