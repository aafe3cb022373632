"""The launcher for interpreters on this machine."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, TypeVar

from gilometer.errors import LauncherError
from gilometer.interpreters.probe import clean_environment
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


class LocalLauncher:
    """Launches through one supervisor process for the whole run."""

    def __init__(self, folder: Path, scripts: Path) -> None:
        """Start the supervisor.

        Args:
            folder: Where invocations run; it must exist.
            scripts: Folder of the workloads.

        """
        self.scripts = scripts
        self._supervisor = subprocess.Popen(
            [sys.executable, *ARGUMENTS, str(SUPERVISOR)],
            cwd=folder,
            env=clean_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._client = Client(self._supervisor)

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Run an invocation.

        Raises:
            LauncherError: The supervisor has ended.

        """
        return self._ask(invocation, EXITS)

    def begin(self, members: Sequence[MemberCommand], timeout_s: float) -> tuple[Answer, ...]:
        """Start members, and wait for the first line of each.

        Raises:
            LauncherError: The supervisor has ended.

        """
        return self._ask(Begin(tuple(members), timeout_s), ANSWERS)

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Send a command to some members, and wait for their answers.

        Raises:
            LauncherError: The supervisor has ended.

        """
        return self._ask(GiveTurn(tuple(members), command, timeout_s), ANSWERS)

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        """Send the command in one turn after the other.

        Raises:
            LauncherError: The supervisor has ended.

        """
        return self._ask(GiveTurns(tuple(map(tuple, turns)), command, timeout_s, within_s), ROUNDS)

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        """Let the members end.

        Raises:
            LauncherError: The supervisor has ended.

        """
        return self._ask(End(timeout_s), EXITS)

    def _ask(self, request: Request, answers: Decoder[T]) -> T:
        answer = self._client.ask(request, answers)
        if answer is None:
            raise LauncherError(
                "the process that starts the invocations has ended; what was measured is kept: resume the run"
            )
        return answer

    def close(self) -> None:
        """End the supervisor, and all that it still runs."""
        self._supervisor.communicate()
