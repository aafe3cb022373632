"""Observed values in words, each in its unit."""

from __future__ import annotations

import math

from gilometer.analysis.observations import SHARES, SPEED, TIME
from gilometer.report.sentences.text import number

MOST_DECIMALS = 4
"""The most decimals of a percentage."""


def amount(value: float, unit: str) -> str:
    """Write a value with its unit: ``41%``, ``5.02 ms``; ``-`` for none."""
    if math.isnan(value):
        return "-"
    said = _figure(value, unit)
    return said if said.endswith("%") else f"{said} {unit}"


def _figure(value: float, unit: str) -> str:
    if unit in {SPEED, TIME}:
        return f"{value:.0%}"
    return percentage(value) if unit in SHARES else number(value)


def percentage(share: float) -> str:
    """Write a share in two significant figures; near 100%, two of the rest: ``41%``, ``99.87%``."""
    percent = 100 * share
    lacking = min(percent, 100 - percent)
    decimals = 1 - math.floor(math.log10(lacking)) if lacking > 0 else 0
    return f"{percent:.{min(max(decimals, 0), MOST_DECIMALS)}f}%"


def span(low: float, high: float, unit: str) -> str:
    """Write an interval as ``[38%, 44%]`` or ``[4.95, 5.10]``; empty for none."""
    return "" if math.isnan(low) else f"[{_figure(low, unit)}, {_figure(high, unit)}]"


def with_span(value: float, low: float, high: float, unit: str) -> str:
    """Write a value with its interval: ``41% [38%, 44%]``."""
    return f"{amount(value, unit)} {span(low, high, unit)}".strip()


def told(value: float, low: float, high: float, unit: str) -> str:
    """Write a value with its interval; for a speed, also what it is a share of."""
    said = with_span(value, low, high, unit)
    return f"{said} of its speed alone" if unit == SPEED else said


def threshold(value: float, unit: str) -> str:
    """Write a threshold with the digits that were chosen for it: ``0.1%``, ``1 ms``."""
    return f"{100 * value:g}%" if unit in {*SHARES, SPEED, TIME} else f"{value:g} {unit}"
