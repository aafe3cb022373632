"""The launcher for interpreters on this machine."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from gilometer import asking
from gilometer.environment import clean_environment
from gilometer.run.client import ARGUMENTS, GRACE_S, SUPERVISOR, Client
from gilometer.run.launcher import Exit
from gilometer.run.supervised import SupervisedLauncher

if TYPE_CHECKING:
    from pathlib import Path

    from msgspec.json import Decoder

    from gilometer.run.client import Request

T = TypeVar("T")

STILL_S = 1.0
"""Seconds between the two looks at a supervisor that is stopped."""


class LocalLauncher(SupervisedLauncher):
    """Launches through one supervisor process, and through a new one when that was killed or stopped."""

    def __init__(self, folder: Path, scripts: Path) -> None:
        """Start the supervisor.

        Args:
            folder: Where invocations run; it must exist.
            scripts: Folder of the workloads.

        """
        super().__init__()
        self.scripts = scripts
        self._folder = folder
        self._client = self._start()

    def _ask(self, request: Request, answers: Decoder[T], patience_s: float) -> T | Exit:
        """Send a request to the supervisor; if what is measured killed or stopped it, start another."""
        began = time.monotonic()
        try:
            answer = self._client.ask(request, answers, patience_s, self._grace_s)
        except TimeoutError:
            answer, done = None, "stopped"
        else:
            done = "killed"
        if answer is not None:
            return answer
        self._end_by_force()
        self._client = self._start()
        self.losses += 1
        return Exit(wall_s=time.monotonic() - began, lost=f"the process that starts and times it was {done}")

    def _grace_s(self) -> float:
        """Return how many seconds more a supervisor has whose limit is over: none if it is stopped.

        It never stops itself, and has a session of its own, which Ctrl-Z doesn't reach. It is looked at
        twice: who stopped it together with the harness lets one of the two go on a moment later.
        """
        if not self._is_stopped():
            return GRACE_S
        time.sleep(STILL_S)
        return 0.0 if self._is_stopped() else GRACE_S

    def _is_stopped(self) -> bool:
        import psutil  # noqa: PLC0415  not needed as long as all goes well

        with contextlib.suppress(psutil.Error):
            return psutil.Process(self._supervisor.pid).status() == psutil.STATUS_STOPPED
        return False

    def _start(self) -> Client:
        """Start a supervisor, with a mark for all that it starts.

        Raises:
            OSError: It can't be started.

        """
        self._mark = asking.new_mark()
        self._supervisor = subprocess.Popen(
            [sys.executable, *ARGUMENTS, str(SUPERVISOR)],
            cwd=self._folder,
            env=clean_environment(self._mark),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        return Client(self._supervisor)

    def _end_by_force(self) -> None:
        """Kill the supervisor, and all that it started."""
        with self._supervisor:
            self._supervisor.kill()
        asking.end_marked(self._mark)

    def close(self) -> None:
        """End the supervisor, and all that it still runs."""
        try:
            self._supervisor.communicate(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            self._end_by_force()
