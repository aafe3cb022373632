"""Run a command for a short answer, though it may hang, print without end or leave children."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OUTPUT_LIMIT = 64 * 1024
"""The most bytes of standard output that are read; an answer has far fewer."""

_TAIL = 4 * 1024
_CHUNK = 64 * 1024
_POLL_S = 0.05
_MARK = "GILOMETER_ASKED"
"""Variable by which the processes of a command are found, even those that left its session."""
_PASSES = 50
"""The most searches for them: one that is killed may have started another."""


class CommandOutput(Record, frozen=True):
    """The output of a command, and how it ended."""

    stdout: str
    stderr: str
    """The end of it."""
    status: int
    """Exit status; a negative number is the signal that ended it."""
    timed_out: bool
    flooded: bool
    """It wrote more than ``OUTPUT_LIMIT`` to standard output, and was ended for it."""


def end_of(output: bytes, most: int) -> bytes:
    """Return the last bytes of an output, without the line that is cut, or at least the word that is cut.

    Half a password would not be recognised as one, and so not be left out.
    """
    if len(output) <= most:
        return output
    end = output[-most:]
    return end.partition(b"\n")[2] or end.partition(b" ")[2]


@dataclass
class _Output:
    """The output that was read so far."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)

    @property
    def too_much(self) -> bool:
        return len(self.stdout) > OUTPUT_LIMIT


def ask(argv: Sequence[str], env: Mapping[str, str], timeout_s: float) -> CommandOutput:
    """Run the command in a session of its own, and end whatever is left of it afterwards.

    Raises:
        OSError: It can't be started.

    """
    output = _Output()
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
            timed_out = not _read_until(process, output, time.monotonic() + timeout_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return CommandOutput(
        stdout=output.stdout.decode(errors="replace"),
        stderr=end_of(bytes(output.stderr), _TAIL).decode(errors="replace"),
        status=process.returncode,
        timed_out=timed_out,
        flooded=output.too_much,
    )


def ask_and_end_all(argv: Sequence[str], env: Mapping[str, str], timeout_s: float) -> CommandOutput:
    """Run a command as ``ask`` does, and end what it left in other sessions, too.

    The processes are found by a variable of their environment (Linux). This is for strangers: a program such
    as podman leaves processes on purpose.

    Raises:
        OSError: It can't be started.

    """
    mark = new_mark()
    try:
        return ask(argv, {**env, **mark}, timeout_s)
    finally:
        end_marked(mark)


def new_mark() -> dict[str, str]:
    """Return a variable for an environment, by which all processes that get it can be ended."""
    return {_MARK: uuid.uuid4().hex}


def end_marked(variable: Mapping[str, str]) -> None:
    """Kill all processes with this variable in their environment (Linux)."""
    mark = f"{_MARK}={variable[_MARK]}".encode()
    for _ in range(_PASSES):
        marked = [
            int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if _holds(path, mark)
        ]
        if not marked:
            return
        for pid in marked:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _holds(environ: Path, mark: bytes) -> bool:
    try:
        return mark in environ.read_bytes().split(b"\0")
    except OSError:  # it has ended, or is another user's
        return False


def _read_until(process: subprocess.Popen[bytes], output: _Output, deadline: float) -> bool:
    """Read until the command has ended or printed too much; tell whether that was before the deadline.

    A child that outlives it may hold its pipes open, so the process itself is polled too.
    """
    with selectors.DefaultSelector() as selector:
        for pipe, kept in ((process.stdout, output.stdout), (process.stderr, output.stderr)):
            assert pipe  # noqa: S101  both are pipes, as asked for above
            selector.register(pipe, selectors.EVENT_READ, kept)
        while not output.too_much:
            ended = process.poll() is not None
            ready = selector.select(_POLL_S) if selector.get_map() else []
            for key, _ in ready:
                _read(selector, key)
                del output.stderr[: -_TAIL - 1]
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
