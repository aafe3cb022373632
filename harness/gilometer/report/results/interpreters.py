"""The interpreters that a report shows, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gilometer.report.order import in_order, place

if TYPE_CHECKING:
    from gilometer.model import Interpreter, Plan


class Category(StrEnum):
    """Whether an interpreter has a GIL, or could not run; its value is for readers."""

    GIL = "with a GIL"
    NO_GIL = "without a GIL"
    MISSING = "not on this machine"


@dataclass(frozen=True)
class ShownInterpreter:
    """One interpreter of the run, or one variant of it."""

    label: str
    category: Category


def shown_interpreters(plan: Plan) -> tuple[ShownInterpreter, ...]:
    """List all that took part or could not: by category, and in a category in the one order."""
    categories = list(Category)
    present = sorted(in_order(plan.interpreters), key=lambda one: categories.index(_category(one)))
    return (
        *(ShownInterpreter(one.label, _category(one)) for one in present),
        *(
            ShownInterpreter(one.name, Category.MISSING)
            for one in sorted(plan.missing, key=lambda one: place(one.name))
        ),
    )


def _category(interpreter: Interpreter) -> Category:
    return Category.GIL if interpreter.facts.gil else Category.NO_GIL
