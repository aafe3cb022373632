"""The launcher for interpreters on this machine."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, TypeVar

from gilometer import asking
from gilometer.errors import LauncherError
from gilometer.interpreters.environment import clean_environment
from gilometer.run.client import (
    ANSWERS,
    ARGUMENTS,
    EXITS,
    ROUNDS,
    SUPERVISOR,
    Begin,
    Client,
    End,
    GiveTurn,
    GiveTurns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from msgspec.json import Decoder

    from gilometer.run.client import Request
    from gilometer.run.launcher import Answer, Exit, Invocation, MemberCommand

T = TypeVar("T")

GRACE_S = 60.0
"""Seconds after the limit of a request in which the supervisor's answer may still come."""


class LocalLauncher:
    """Launches through one supervisor process for the whole run."""

    def __init__(self, folder: Path, scripts: Path) -> None:
        """Start the supervisor.

        Args:
            folder: Where invocations run; it must exist.
            scripts: Folder of the workloads.

        """
        self.scripts = scripts
        self._mark = asking.new_mark()
        self._supervisor = subprocess.Popen(
            [sys.executable, *ARGUMENTS, str(SUPERVISOR)],
            cwd=folder,
            env=clean_environment(self._mark),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._client = Client(self._supervisor)

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Run an invocation.

        Raises:
            LauncherError: The supervisor has ended, or gives no answer.

        """
        return self._ask(invocation, EXITS, invocation.timeout_s)

    def begin(self, members: Sequence[MemberCommand], timeout_s: float) -> tuple[Answer, ...]:
        """Start members, and wait for the first line of each.

        Raises:
            LauncherError: The supervisor has ended, or gives no answer.

        """
        return self._ask(Begin(tuple(members), timeout_s), ANSWERS, timeout_s)

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Send a command to some members, and wait for their answers.

        Raises:
            LauncherError: The supervisor has ended, or gives no answer.

        """
        return self._ask(GiveTurn(tuple(members), command, timeout_s), ANSWERS, timeout_s)

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        """Send the command in one turn after the other.

        Raises:
            LauncherError: The supervisor has ended, or gives no answer.

        """
        request = GiveTurns(tuple(map(tuple, turns)), command, timeout_s, within_s)
        return self._ask(request, ROUNDS, min(within_s, timeout_s * len(turns)) + timeout_s)

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        """Let the members end.

        Raises:
            LauncherError: The supervisor has ended, or gives no answer.

        """
        return self._ask(End(timeout_s), EXITS, timeout_s)

    def _ask(self, request: Request, answers: Decoder[T], patience_s: float) -> T:
        """Send a request; if what is measured killed or stopped the supervisor, end both."""
        try:
            answer = self._client.ask(request, answers, patience_s + GRACE_S)
        except TimeoutError:
            answer = None
        if answer is None:
            self._supervisor.kill()
            asking.end_marked(self._mark)
            raise LauncherError(
                "the process that starts the invocations was killed or stopped; what was measured is kept: "
                "resume the run, if need be without the interpreter that did it"
            )
        return answer

    def close(self) -> None:
        """End the supervisor, and all that it still runs."""
        self._supervisor.communicate()
