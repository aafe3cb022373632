"""Running a command that may hang, flood or leave children, for a short answer."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENOUGH = 64 * 1024
"""Bytes of standard output that no honest answer exceeds."""

_TAIL = 4 * 1024
_CHUNK = 64 * 1024
_POLL_S = 0.05


class CommandOutput(Record, frozen=True):
    """How the command ended, and what it said."""

    stdout: str
    stderr: str
    """Its tail."""
    status: int
    """Exit status; a negative number is the signal that ended it."""
    timed_out: bool
    flooded: bool
    """It wrote more than ``ENOUGH`` to standard output, and was ended for it."""


@dataclass
class _Heard:
    """What was read so far."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)

    @property
    def too_much(self) -> bool:
        return len(self.stdout) > ENOUGH


def ask(argv: Sequence[str], env: Mapping[str, str], timeout_s: float) -> CommandOutput:
    """Run the command in a session of its own, and end whatever is left of it afterwards.

    Raises:
        OSError: It can't be started.

    """
    heard = _Heard()
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(env),
        cwd=tempfile.gettempdir(),
        start_new_session=True,
    ) as process:
        try:
            timed_out = not _listen(process, heard, time.monotonic() + timeout_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return CommandOutput(
        stdout=heard.stdout.decode(errors="replace"),
        stderr=heard.stderr.decode(errors="replace"),
        status=process.returncode,
        timed_out=timed_out,
        flooded=heard.too_much,
    )


def _listen(process: subprocess.Popen[bytes], heard: _Heard, deadline: float) -> bool:
    """Read until it has ended or said too much; whether that was before the deadline.

    A child that outlives it may hold its pipes open, hence the look at the process itself.
    """
    with selectors.DefaultSelector() as selector:
        for pipe, kept in ((process.stdout, heard.stdout), (process.stderr, heard.stderr)):
            assert pipe  # noqa: S101  both are pipes, as asked for above
            selector.register(pipe, selectors.EVENT_READ, kept)
        while not heard.too_much:
            ended = process.poll() is not None
            ready = selector.select(_POLL_S) if selector.get_map() else []
            for key, _ in ready:
                _read(selector, key)
                del heard.stderr[:-_TAIL]
            if ended and not ready:
                return True
            if time.monotonic() > deadline:
                return False
            if not ended and not selector.get_map():
                _wait(process, deadline)
    return True


def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    data = os.read(key.fd, _CHUNK)
    if data:
        key.data.extend(data)
    else:
        selector.unregister(key.fileobj)


def _wait(process: subprocess.Popen[bytes], deadline: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, deadline - time.monotonic()))
