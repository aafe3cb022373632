"""Version numbers for names and for sorting."""

from __future__ import annotations

import re

_LEADING = re.compile(r"\d{1,9}(\.\d{1,9})*")


def version_key(version: str) -> tuple[int, ...]:
    """Make a key to sort versions: ``3.9 < 3.13t``; what follows the leading numbers does not count."""
    leading = _LEADING.match(version)
    return tuple(map(int, leading[0].split("."))) if leading else ()


def short_version(version: str) -> str:
    """Shorten a version for names: ``3.13`` for ``3.13.0rc1``."""
    return ".".join(str(number) for number in version_key(version)[:2])
