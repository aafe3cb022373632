"""Talking to a warden: a request a line, an answer a line."""

from __future__ import annotations

import math
import os
import select
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.run.launcher import Exit, Invocation

if TYPE_CHECKING:
    import subprocess

WARDEN = Path(__file__).with_name("warden.py")
ARGUMENTS = ("-I", "-S")
"""For the Python that runs it: the warden needs no packages, and no one's settings."""

_CHUNK = 1 << 16


class Wire:
    """The standard input and output of a process that is, or leads to, a warden."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Both must be pipes, and used by nobody else."""
        assert process.stdin  # noqa: S101  as required above
        assert process.stdout  # noqa: S101
        self._requests = process.stdin
        self._answers = process.stdout.fileno()
        self._decoder = msgspec.json.Decoder(tuple[Exit, ...])

    def ask(self, invocation: Invocation, within_s: float = math.inf) -> tuple[Exit, ...] | None:
        """Have the warden run it; None if the warden is gone.

        Raises:
            TimeoutError: It is there, and gives no answer in time.

        """
        try:
            self._requests.write(msgspec.json.encode(invocation) + b"\n")
            self._requests.flush()
        except BrokenPipeError:
            return None
        answer = self._read_line(time.monotonic() + within_s)
        return self._decoder.decode(answer) if answer else None

    def _read_line(self, deadline: float) -> bytes:
        """Read one line, which is all that comes; nothing if the other end closes before it is whole."""
        line = bytearray()
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        while not line.endswith(b"\n"):
            left_s = deadline - time.monotonic()
            if not poll.poll(None if left_s == math.inf else max(0.0, left_s) * 1000):
                raise TimeoutError
            chunk = os.read(self._answers, _CHUNK)
            if not chunk:
                return b""
            line += chunk
        return bytes(line)
