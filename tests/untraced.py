"""The environment of programs that a test interrupts.

Where coverage traces them, an interrupt may come while its tracer holds a lock, which nobody then gives back.
"""

from __future__ import annotations

import os


def environment(**more: str) -> dict[str, str]:
    """This process's own, without what has coverage trace its children, and with some more."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")} | more
