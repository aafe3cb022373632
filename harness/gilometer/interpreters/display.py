"""Names and order of implementations in what readers see."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from gilometer.interpreters.matrix import LAST, shipped_families

if TYPE_CHECKING:
    from gilometer.interpreters.matrix import Family


def display_name(implementation: str) -> str:
    """Return what sentences call an implementation, such as ``PyPy``; an unknown one keeps its own name."""
    family = _families().get(implementation)
    return family.display_name if family and family.display_name else implementation


def display_order(implementation: str) -> int:
    """Return the place of an implementation wherever interpreters are listed; unknown ones come last."""
    family = _families().get(implementation)
    return family.display_order if family else LAST


@functools.cache
def _families() -> dict[str, Family]:
    """Read a family of each implementation; those of one implementation agree on both."""
    return {family.implementation: family for family in shipped_families()}
