"""Run commands that take minutes: log their output, and end them on Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections import deque
from typing import TYPE_CHECKING

from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import reason_in
from gilometer.locations import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Stop = Callable[[subprocess.Popen[str]], None]

POLL_S = 0.1
TIMEOUT_S = 20.0
"""The time that a command may take to clean up once it is told to end."""

_TAIL = 20
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


class Job:
    """The commands that make one image, with one log."""

    def __init__(self, name: str, hear: Callable[[str], None]) -> None:
        """Start the log anew; ``hear`` gets each line that is printed.

        Raises:
            EngineError: The log can't be written.

        """
        self._hear = hear
        self.log = log_of(name)
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.log.write_bytes(b"")
        except OSError as error:
            raise EngineError(f"{self.log} can't be written: {error.strerror}") from error

    def run(self, command: Sequence[str], failure: str, stop: Stop) -> None:
        """Run a command; ``stop`` ends it if this is interrupted.

        Raises:
            EngineError: It failed; the message begins with ``failure`` and names the log.

        """
        tail: deque[str] = deque(maxlen=_TAIL)
        try:
            with subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                process_group=0,
            ) as child:
                try:
                    self._listen(child, tail)
                finally:
                    stop(child)
        except OSError as error:
            raise EngineError(f"{failure} ({error.filename or self.log}: {error.strerror})") from error
        if child.returncode:
            raise EngineError(f"{failure} ({reason_in(''.join(tail))}); the whole log is {self.log}")

    def _listen(self, child: subprocess.Popen[str], tail: deque[str]) -> None:
        assert child.stdout  # noqa: S101  it is a pipe
        with self.log.open("a", buffering=1, encoding="utf-8") as log:
            for coloured in child.stdout:
                line = _COLOUR.sub("", coloured)
                log.write(line)
                tail.append(line)
                self._hear(line.strip())
        child.wait()


def log_of(name: str) -> Path:
    """Return the path of the log of an image."""
    return cache_folder() / "images" / f"{name}.log"


def by_signal(child: subprocess.Popen[str]) -> None:
    """Tell a command to end, and kill it if it doesn't."""
    if child.poll() is not None:
        return
    _signal(child, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(TIMEOUT_S)
    _signal(child, signal.SIGKILL)


def by_its_step(child: subprocess.Popen[str]) -> None:
    """End a build by podman: kill the step that it runs; podman then cleans up and ends.

    If podman itself were killed, the step would go on in its container.
    """
    import psutil  # noqa: PLC0415  the only need of it here

    deadline = time.monotonic() + TIMEOUT_S
    while child.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(child.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(POLL_S)
    by_signal(child)


def _signal(child: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
