"""Standard output and error when nobody reads them any more."""

from __future__ import annotations

import os
import sys

from gilometer.printing import quoted

LONGEST = 1000
"""The most characters of a sentence."""


def tell(sentence: str) -> None:
    """Write a sentence to standard error, in which nothing of strangers moves the cursor or begins a line."""
    try:
        sys.stderr.write(f"gilometer: {quoted(sentence, LONGEST)}\n")
        sys.stderr.flush()
    except BrokenPipeError:
        lead_nowhere(sys.stderr.fileno())


def lead_nowhere(stream: int) -> None:
    """Let all that is written to a stream from now on be lost, as whoever read it is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)
    os.close(nowhere)
