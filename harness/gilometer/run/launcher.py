"""How an invocation is started: what is asked, what comes back, and the Protocols between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gilometer.interpreters.containers.engine import Network
from gilometer.model import Interpreter, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Invocation(Record, frozen=True, tag_field="do", tag="run"):
    """What to start: ``copies`` of it at the same time."""

    argv: tuple[str, ...]
    env: dict[str, str]
    """Added to the environment of the place where it runs."""
    timeout_s: float
    copies: int = 1


class Member(Record, frozen=True):
    """A process that stays, to be given turns."""

    argv: tuple[str, ...]
    env: dict[str, str]
    """Added to the environment of the place where it runs."""


class Answer(Record, frozen=True):
    """What a member said to a command, or when it began."""

    is_alive: bool
    """False from when it has ended, or was killed, or could not be started."""
    answer: str = ""
    """One line, without its end; empty if it ended before the line was whole."""
    wall_s: float = 0.0
    """From the command, or from its start, until the line was there."""


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
    memory_limit: int = 0
    """Bytes beyond which the kernel killed one of its processes; 0 if it killed none."""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_rss: int = 0
    stdout: str = ""
    """Its tail."""
    stderr: str = ""
    """Its tail."""
    error: str = ""
    """Why it could not be started."""
    lost: str = ""
    """Why the container that it ran in ended under it."""


class Launcher(Protocol):
    """Starts an invocation, waits for it, and leaves nothing of it running."""

    @property
    def scripts(self) -> Path:
        """The folder of workload scripts, as its invocations see it."""
        ...

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """One exit for each copy; a single one, with its error, if it could not be started."""
        ...

    def begin(self, members: Sequence[Member], timeout_s: float) -> tuple[Answer, ...]:
        """Start them all, and wait for the first line of each; nothing else is launched until the end."""
        ...

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Give those at these places the command, at the same time, and wait for a line from each."""
        ...

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        """Give the command in one turn after the other, and wait for the answers of each.

        A turn of which a member has ended is not given: its answers say who lives, and took no time. Turns
        that would begin after ``within_s`` seconds are left out at the end.
        """
        ...

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        """Let all come to their end: an exit for each, which has all that it ever said."""
        ...


class Launchers(Protocol):
    """Have a launcher for every interpreter."""

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> Launcher:
        """Return the one that launches where this interpreter is, with this network if in a container."""
        ...
