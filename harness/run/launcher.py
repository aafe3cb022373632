"""How an invocation is started: a Protocol, and its implementation for this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Protocol, Self

import msgspec

from harness.errors import LauncherError
from harness.model import Record

WARDEN = Path(__file__).with_name("warden.py")


class Invocation(Record, frozen=True):
    """What to start: ``copies`` of it at the same time."""

    argv: tuple[str, ...]
    env: dict[str, str]
    timeout_s: float
    copies: int = 1


class Exit(Record, frozen=True):
    """How one process ended, seen from outside."""

    status: int | None = None
    """Exit status, or None when a signal ended it."""
    signal: int = 0
    timed_out: bool = False
    flooded: bool = False
    """It wrote more to standard output than any contract needs, and was killed for it."""
    left_behind: int = 0
    """Processes that outlived it and were ended."""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_rss: int = 0
    stdout: str = ""
    """Its tail."""
    stderr: str = ""
    """Its tail."""
    error: str = ""
    """Why it could not be started."""


class Launcher(Protocol):
    """Starts an invocation, waits for it, and leaves nothing of it running."""

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """One exit for each copy; a single one, with its error, if it could not be started."""
        ...


class LocalLauncher:
    """Launches on this machine, through one warden process for the whole run."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is where invocations run; it must exist."""
        self._decoder = msgspec.json.Decoder(tuple[Exit, ...])
        self._warden = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WARDEN)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Have the warden run it.

        Raises:
            LauncherError: The warden is gone.

        """
        assert self._warden.stdin  # noqa: S101  both are pipes, as asked for above
        assert self._warden.stdout  # noqa: S101
        try:
            self._warden.stdin.write(msgspec.json.encode(invocation) + b"\n")
            self._warden.stdin.flush()
        except BrokenPipeError:
            answer = b""
        else:
            answer = self._warden.stdout.readline()
        if not answer:
            raise LauncherError(
                "the process that starts the invocations has ended; what was measured is kept: resume the run"
            )
        return self._decoder.decode(answer)

    def close(self) -> None:
        """End the warden, and with it whatever it still runs."""
        self._warden.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
