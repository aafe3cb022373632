"""Commands that a person is told to type."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def nox(session: str, *words: str | Path) -> str:
    """Write the command of a session, quoted for the shell."""
    return shlex.join(["nox", "-s", session, "--", *map(str, words)])
