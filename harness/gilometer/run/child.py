"""Start a program of the harness's own with pipes, and its standard error in a file."""

from __future__ import annotations

import os
import subprocess
from typing import IO, TYPE_CHECKING

from gilometer import asking

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAIL = 4096


def start(argv: Sequence[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program with its standard error in the file ``errors``, which is closed if that fails.

    Raises:
        OSError: It can't be started.

    """
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for the harness to handle
        )
    except OSError:
        errors.close()
        raise


def tail_of(errors: IO[bytes]) -> str:
    """Return the end of a file of errors."""
    length = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, length - _TAIL - 1))
    return asking.end_of(errors.read(), _TAIL).decode(errors="replace")
