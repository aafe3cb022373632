"""The order in which interpreters are shown everywhere: family, version, variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.interpreters.display import display_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Interpreter


def in_order(interpreters: Iterable[Interpreter]) -> list[Interpreter]:
    """Sort interpreters, each before its variants."""
    return sorted(interpreters, key=lambda one: place(one.name, one.variant))


def place(name: str, variant: str = "") -> tuple[object, ...]:
    """Make the key to sort by."""
    family, _, version = name.partition("-")
    digits = "".join(char if char.isdigit() else " " for char in version).split()
    numbers = tuple(int(part) for part in digits)
    return display_order(family), family, numbers, version, variant


def rank(name: str, order: Sequence[str]) -> int:
    """Return the place of a name in an order, or the place after the last if it is not in it."""
    return order.index(name) if name in order else len(order)
