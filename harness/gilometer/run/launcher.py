"""The records and Protocols of launching: what is started, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gilometer.interpreters.containers.engine import Network
from gilometer.model import Interpreter, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Invocation(Record, frozen=True, tag_field="do", tag="run"):
    """A command to run to its end, in ``copies`` at the same time."""

    argv: tuple[str, ...]
    env: dict[str, str]
    """Variables that are added to the environment where it runs."""
    timeout_s: float
    copies: int = 1


class MemberCommand(Record, frozen=True):
    """A process that waits for turns."""

    argv: tuple[str, ...]
    env: dict[str, str]
    """Variables that are added to the environment where it runs."""


class Answer(Record, frozen=True):
    """The answer of a member to a command, or its first line."""

    is_alive: bool
    """False once it has ended, was killed, or could not be started."""
    answer: str = ""
    """One line, without its newline; empty if the process ended before the line was whole."""
    wall_s: float = 0.0
    """Seconds from the command, or from its start, until the line was there."""


class Exit(Record, frozen=True):
    """The end of one process, seen from outside."""

    status: int | None = None
    """Exit status, or None when a signal ended it."""
    signal: int = 0
    timed_out: bool = False
    flooded: bool = False
    """True if it was killed as it wrote far more to standard output than the contract needs."""
    left_behind: int = 0
    """The number of processes that outlived it, and were ended."""
    memory_limit: int = 0
    """Limit in bytes at which the kernel killed one of its processes; 0 if it killed none."""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_rss: int = 0
    stdout: str = ""
    """The end of its standard output."""
    stderr: str = ""
    """The end of its standard error."""
    error: str = ""
    """The reason why it could not be started."""
    unavailable: str = ""
    """The reason why nothing can be started where it should run."""
    lost: str = ""
    """The reason why what watched it, such as its container, ended under it."""


class Launcher(Protocol):
    """Starts invocations and members, waits for them, and leaves none of their processes running."""

    @property
    def scripts(self) -> Path:
        """The folder of the workload scripts, as invocations see it."""
        ...

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Run an invocation; return an exit for each copy, or one with the error if it can't be started."""
        ...

    def begin(self, members: Sequence[MemberCommand], timeout_s: float) -> tuple[Answer, ...]:
        """Start members, and wait for the first line of each; nothing else may be launched before ``end``."""
        ...

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Send a command to the members at these places at the same time, and wait for a line from each."""
        ...

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        """Send the command in one turn after the other, and wait for the answers of each.

        A turn with a member that has ended is not given: its answers say who lives, and have no time. Turns
        that would begin after ``within_s`` seconds are left out of the answers.
        """
        ...

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        """Let all members end; return an exit for each, with all its output."""
        ...


class Launchers(Protocol):
    """Provides a launcher for every interpreter."""

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> Launcher:
        """Return the launcher for an interpreter, with this network if it is in a container."""
        ...
