"""The client of a supervisor: it sends a request a line, and reads an answer a line."""

from __future__ import annotations

import math
import os
import select
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from gilometer.decoding import DecodingError, decode
from gilometer.model import Record
from gilometer.run.launcher import Answer, Exit, Invocation, MemberCommand

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

SUPERVISOR = Path(__file__).with_name("supervisor.py")
ARGUMENTS = ("-I", "-S")
"""Options of the Python that runs it: the supervisor needs no packages and no user settings."""

EXITS = msgspec.json.Decoder(tuple[Exit, ...])
ANSWERS = msgspec.json.Decoder(tuple[Answer, ...])
ROUNDS = msgspec.json.Decoder(tuple[tuple[Answer, ...], ...])
"""Decoders of a supervisor's answers."""

GRACE_S = 60.0
"""Seconds after the limit of a request in which the supervisor's answer may still come.

After the limit it kills what still runs, waits for orphans, which takes up to ``ORPHANS_S``, and reads what
is left. That may take many times as long on a busy machine, or under a fork bomb in its container. To give it
up costs a whole group, so it is given up late.
"""

_CHUNK = 1 << 16
_LONGEST = 1 << 28
"""The most bytes of an answer, which has at most 1 MiB of output of each process."""

T = TypeVar("T")


class Begin(Record, frozen=True, tag_field="do", tag="begin"):
    """Start the members; the answers are their first lines."""

    members: tuple[MemberCommand, ...]
    timeout_s: float


class GiveTurn(Record, frozen=True, tag_field="do", tag="turn"):
    """Send a command to some of the members; the answers are theirs."""

    members: tuple[int, ...]
    command: str
    timeout_s: float


class GiveTurns(Record, frozen=True, tag_field="do", tag="turns"):
    """Send the command in one turn after the other; the answers are those of each turn."""

    turns: tuple[tuple[int, ...], ...]
    command: str
    timeout_s: float
    """Limit of each turn."""
    within_s: float
    """No turn begins after so many seconds."""


class End(Record, frozen=True, tag_field="do", tag="end"):
    """Let the members end; the answers are their exits."""

    timeout_s: float


Request = Invocation | Begin | GiveTurn | GiveTurns | End


class Client:
    """The standard input and output of a process that is, or leads to, a supervisor."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take the process; its standard input and output must be pipes that nobody else uses."""
        assert process.stdin  # noqa: S101  as required above
        assert process.stdout  # noqa: S101
        self._requests = process.stdin.fileno()
        self._answers = process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)

    def ask(
        self,
        request: Request,
        answers: msgspec.json.Decoder[T],
        within_s: float = math.inf,
        more_s: Callable[[], float] = float,
    ) -> T | None:
        """Send a request, and return the answer; None if the supervisor has ended, or what came is no answer.

        When the time is over, ``more_s`` tells once how many seconds more are given.

        Raises:
            TimeoutError: It lives, and does not answer in time.

        """
        try:
            self._write(msgspec.json.encode(request) + b"\n")
        except BrokenPipeError:
            return None
        answer = self._read_line(time.monotonic() + within_s, more_s)
        try:
            return decode(answers.decode, answer) if answer else None
        except DecodingError:  # a process that is measured can write there, too
            return None

    def _write(self, line: bytes) -> None:
        """Write a line without the pipe's buffer: what is left in one fails again when the pipe is closed."""
        while line:
            line = line[os.write(self._requests, line) :]

    def _read_line(self, deadline: float, more_s: Callable[[], float]) -> bytes:
        """Read one line, which is the whole answer; return nothing if it never ends or is far too long."""
        line = bytearray()
        while not line.endswith(b"\n"):
            if deadline < math.inf and not self._is_ready(deadline):
                deadline, more_s = time.monotonic() + more_s(), float  # which is zero when it is called
                if not self._is_ready(deadline):
                    raise TimeoutError
            chunk = os.read(self._answers, _CHUNK)
            if not chunk or len(line) > _LONGEST:
                return b""
            line += chunk
        return bytes(line)

    def _is_ready(self, deadline: float) -> bool:
        """Wait until there is something to read, and tell whether there is.

        The last look is for an answer that came while the harness was stopped until after the deadline.
        """
        return bool(self._poll.poll(max(0.0, deadline - time.monotonic()) * 1000) or self._poll.poll(0))
