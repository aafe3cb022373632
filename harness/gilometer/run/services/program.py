"""A service that is a program of the harness: it prints its address when ready, and ends with its input."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

from gilometer.errors import ServiceError
from gilometer.printing import quoted
from gilometer.run import child
from gilometer.run.services.service import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

START_S = 60.0
"""Seconds for it to be ready; it takes under a second, unless the machine is busy."""
END_S = 10.0
"""Seconds for it to end once its input has ended."""

_CHUNK = 1 << 12


class Program:
    """One process, and the processes that it starts.

    Its standard input is a pipe that nobody writes to. The pipe closes when the harness ends, however that
    ends, so the program must read it to notice.
    """

    def __init__(self, argv: Sequence[str], variable: str, start_s: float = START_S) -> None:
        """Start it, and wait for the line with its address, which is for the environment ``variable``.

        Raises:
            ServiceError: It can't be started, ends, or prints nothing; the sentence has no remedy yet.

        """
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed in `close`
        self._cpu_s = 0.0
        try:
            self._process = child.start(argv, self._errors)
        except OSError as error:
            raise ServiceError(f"{argv[0]} can't be started: {error.strerror}") from error
        try:
            self.address = Address(variable, self._first_line(start_s))
        except BaseException:
            self.close()
            raise

    def cpu_s(self) -> float:
        """Return the CPU seconds so far, without those of children that ended before any call of this."""
        import psutil  # noqa: PLC0415  not needed by runs without services

        with contextlib.suppress(psutil.Error):
            first = psutil.Process(self._process.pid)
            times = [one.cpu_times() for one in (first, *first.children(recursive=True))]
            self._cpu_s = max(self._cpu_s, sum(sum(each[:4]) for each in times))
        return self._cpu_s

    def is_alive(self) -> bool:
        """Tell whether its process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Close its input, and kill it if it does not end then."""
        with self._errors, self._process:
            try:
                self._process.communicate(timeout=END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _first_line(self, within_s: float) -> str:
        assert self._process.stdout  # noqa: S101  a pipe, as asked for
        answers = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(answers, select.POLLIN)
        deadline = time.monotonic() + within_s
        line = b""
        while not line.endswith(b"\n"):
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise ServiceError(f"it gave no sign of life in {within_s:g} s")
            chunk = os.read(answers, _CHUNK)
            if not chunk:
                raise ServiceError(f"it ended at once: {self._reason()}")
            line += chunk
        return line.decode().strip()

    def _reason(self) -> str:
        words = child.tail_of(self._errors).strip()
        return quoted(words.rpartition("\n")[2]) or "it gives no reason"
