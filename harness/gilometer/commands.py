"""Commands that a person is told to type."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def nox(session: str, *words: str | Path) -> str:
    """Write the command of a session, quoted for the shell."""
    return shlex.join(["nox", "-s", session, "--", *map(str, words)])


def gilometer(command: str, *words: str | Path) -> str:
    """Write a command for the folder of the user's own code, where there is no session; quoted likewise."""
    return shlex.join(["gilometer", command, *map(str, words)])
