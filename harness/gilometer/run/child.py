"""A program of the harness's own that is spoken to over pipes, and whose complaints are kept in a file."""

from __future__ import annotations

import os
import subprocess
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAIL = 4096


def started(argv: Sequence[str], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start it; what it writes to standard error goes to ``complaints``, which is closed if it can't be.

    Raises:
        OSError: It can't be started.

    """
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,  # Ctrl-C is for the harness to handle
        )
    except OSError:
        complaints.close()
        raise


def last_words(complaints: IO[bytes]) -> str:
    """Return the end of what it complained of."""
    length = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, length - _TAIL))
    return complaints.read().decode(errors="replace")
