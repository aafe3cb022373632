"""The interpreters that a report shows, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gilometer.report.order import in_order, place

if TYPE_CHECKING:
    from gilometer.model import Interpreter, Plan


class Category(StrEnum):
    """A category of interpreters: with a GIL, without, or not able to run; the value is for readers."""

    GIL = "with a GIL"
    NO_GIL = "without a GIL"
    MISSING = "not on this machine"


@dataclass(frozen=True)
class ShownInterpreter:
    """One interpreter of the run, or one variant of it."""

    label: str
    category: Category


def shown_interpreters(plan: Plan) -> tuple[ShownInterpreter, ...]:
    """List all interpreters by category, then in the order of ``in_order``; also those that could not run."""
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
