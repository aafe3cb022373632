"""Launching through a supervisor, which may be lost under what it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeVar

from gilometer.run.client import ANSWERS, EXITS, ROUNDS, Begin, End, GiveTurn, GiveTurns
from gilometer.run.launcher import Answer, Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec.json import Decoder

    from gilometer.run.client import Request
    from gilometer.run.launcher import Invocation, MemberCommand

T = TypeVar("T")


class SupervisedLauncher(ABC):
    """Launches through one supervisor, and through a new one when that is lost."""

    def __init__(self) -> None:
        """Start no supervisor yet."""
        self.losses = 0
        """How often the supervisor was lost."""
        self._members = 0
        self._common_exit: Exit | None = None
        """The exit of all members, if their supervisor was lost under them."""

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Run an invocation; if its supervisor is lost, the exit says so."""
        exits = self._ask(invocation, EXITS, invocation.timeout_s)
        return (exits,) if isinstance(exits, Exit) else exits

    def begin(self, members: Sequence[MemberCommand], timeout_s: float) -> tuple[Answer, ...]:
        """Start members, and wait for the first line of each."""
        self._members = len(members)
        return self._answers(Begin(tuple(members), timeout_s))

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Send a command to some members; none is alive if their supervisor was lost."""
        return self._answers(GiveTurn(tuple(members), command, timeout_s))

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        """Send the command in one turn after the other."""
        request = GiveTurns(tuple(map(tuple, turns)), command, timeout_s, within_s)
        patience_s = min(within_s, timeout_s * len(turns)) + timeout_s
        found = self._of_members(request, ROUNDS, patience_s)
        return tuple(map(_dead, turns)) if found is None else found

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        """Let the members end; if their supervisor was lost, the exits say so."""
        if self._common_exit is None:
            exits = self._ask(End(timeout_s), EXITS, timeout_s)
        else:
            exits, self._common_exit = self._common_exit, None
        return (exits,) * self._members if isinstance(exits, Exit) else exits

    def _answers(self, request: Begin | GiveTurn) -> tuple[Answer, ...]:
        found = self._of_members(request, ANSWERS, request.timeout_s)
        return _dead(request.members) if found is None else found

    def _of_members(self, request: Request, answers: Decoder[T], patience_s: float) -> T | None:
        """Send a request about members; None if their supervisor was lost."""
        if self._common_exit is None:
            found = self._ask(request, answers, patience_s)
            if not isinstance(found, Exit):
                return found
            self._common_exit = found
        return None

    @abstractmethod
    def _ask(self, request: Request, answers: Decoder[T], patience_s: float) -> T | Exit:
        """Send a request to the supervisor; return an exit if it is lost."""


def _dead(members: Sequence[object]) -> tuple[Answer, ...]:
    return (Answer(is_alive=False),) * len(members)
