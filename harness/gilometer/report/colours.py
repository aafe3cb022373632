"""The colours of the page, of all plots and of the terminal: each has one meaning.

What is not here has no colour. Interpreters with a GIL and without one stand below headings, and their marks
are filled or hollow. Verdicts are words with a sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Strategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Colour:
    """The colour of one meaning, on light and on dark paper."""

    light: str
    dark: str


PAPER = Colour("#ffffff", "#16181d")
INK = Colour("#222222", "#e8e8e6")
FAINT = Colour("#5f5f5f", "#a9abb0")
RULE = Colour("#d9d9d9", "#3b3f47")
RAISED = Colour("#f6f6f4", "#1f2229")
UNCLEAR = Colour("#c8c8c8", "#555a63")
"""The fill of a figure that can't tell whether there is a gain."""
CAUTION = Colour("#fff3b0", "#57501c")
"""The fill of what failed, or can't be believed; in a terminal the words are yellow."""
FASTER = Colour("#135f57", "#35d6c4")
SLOWER = Colour("#742305", "#d34e00")
STRATEGIES: Mapping[Strategy, Colour] = {
    Strategy.SERIAL: Colour("#7f7f86", "#85898c"),
    Strategy.THREADS: Colour("#3e7af5", "#3a67dd"),
    Strategy.PROCESSES: Colour("#a69303", "#fda300"),
    Strategy.HYBRID: Colour("#29246a", "#cd83ff"),
    Strategy.ASYNCIO: Colour("#ab01a6", "#c2008f"),
    Strategy.SUBINTERPRETERS: Colour("#0e7c02", "#ebfc57"),
}
MARKS: Mapping[str, Colour] = {
    "faster": FASTER,
    "slower": SLOWER,
    **{strategy.value: colour for strategy, colour in STRATEGIES.items()},
}
"""The colours that have to be told apart, by their meaning."""
NAMED: Mapping[str, Colour] = {
    "paper": PAPER,
    "ink": INK,
    "faint": FAINT,
    "rule": RULE,
    "raised": RAISED,
    "unclear": UNCLEAR,
    "caution": CAUTION,
    **MARKS,
}
"""All colours, by the names that the page's style sheet has for them."""

IN_TERMINAL = {"faster": "bold green", "slower": "bold red", "caution": "yellow", "failed": "bold yellow"}
"""The styles of a terminal that have a colour, by their meaning; commands to type are cyan."""

STEPS = 5
"""How many fills of the map there are from no difference to the greatest."""
DARK, LIGHT = "#010101", "#fefefe"
"""Colours of text on fills. A dark page swaps ``INK`` and ``PAPER``, but not these, as plots keep fills."""
_MIDDLE = 0.9
"""How much of a colour the greatest fill has; the rest is paper."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it.

    Words need 4.5, marks 3.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def linear(colour: str) -> Sequence[float]:
    """Return red, green and blue of ``#rrggbb`` in linear light, from 0 to 1."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004


def _luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: str, other: str, share: float) -> str:
    """Mix two colours; ``share`` is how much of the first there is, from 0 to 1."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def ink_on(fill: str) -> str:
    """Return dark or light, whichever has the greater contrast."""
    return max((DARK, LIGHT), key=lambda ink: contrast(ink, fill))


def step_of(share: float) -> int:
    """Return the fill for a share of the greatest difference, from 0 to ``STEPS``."""
    return round(min(abs(share), 1.0) * STEPS)


def fill(share: float) -> str:
    """Return the fill of a plot's cell: from -1, the slowest, to 1, the fastest."""
    colour = FASTER if share >= 0 else SLOWER
    return mixed(colour.light, PAPER.light, _MIDDLE * step_of(share) / STEPS)


def style_sheet(theme: str) -> str:
    """Write the colours of a theme, ``light`` or ``dark``, as variables of a style sheet.

    ``--faster-3`` is the third fill of what is faster, and ``--on-faster-3`` the colour of words on it.
    """
    found = {name: getattr(colour, theme) for name, colour in NAMED.items()}
    for name in ("faster", "slower"):
        for step in range(1, STEPS + 1):
            face = mixed(found[name], found["paper"], _MIDDLE * step / STEPS)
            found |= {f"{name}-{step}": face, f"on-{name}-{step}": ink_on(face)}
    return " ".join(f"--{name}: {colour};" for name, colour in found.items())
