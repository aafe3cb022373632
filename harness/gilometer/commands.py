"""Commands that a person is told to type."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

STARTED_BY_NOX = "GILOMETER_STARTED_BY_NOX"
"""The variable that ``noxfile.py`` sets for the commands that its sessions run."""
INSTALLED = "gilometer "
"""The beginning of a command of the harness, as files of the matrix and reports write it."""


def typed(command: str, *words: str | Path) -> str:
    """Write a command of the harness as the person types it that started this one, quoted for the shell."""
    return as_typed(installed(command, *words))


def installed(command: str, *words: str | Path) -> str:
    """Write a command of the harness in the one way that does not depend on who started this one.

    A report uses it: whoever draws a run again gets the same pages.
    """
    return INSTALLED + shlex.join([command, *map(str, words)])


def as_typed(written: str) -> str:
    """Turn a command into a session of nox if nox started this one; leave others' commands as they are."""
    if STARTED_BY_NOX not in os.environ or not written.startswith(INSTALLED):
        return written
    command, _, words = written.removeprefix(INSTALLED).partition(" ")
    return f"nox -s {command} -- {words}" if words else f"nox -s {command}"
