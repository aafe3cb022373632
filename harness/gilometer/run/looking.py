"""Look at a function of the user's own: whether an interpreter can run it, and how long a call takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.decoding import DecodingError, from_json
from gilometer.model import Record
from gilometer.printing import quoted, without_passwords
from gilometer.run.launcher import Invocation

if TYPE_CHECKING:
    from gilometer.model import Interpreter
    from gilometer.plan.own import NamedFunction
    from gilometer.run.launcher import Exit, Launchers

SCRIPT = "_look.py"
"""The script that looks, in the folder of workload scripts."""


class Look(Record, frozen=True):
    """What an interpreter found, in the words of the script."""

    lack: str = ""
    """Why it can't import the function: its syntax, or a module."""
    mistake: str = ""
    """Why what was named can't be measured on any interpreter."""
    failure: str = ""
    """The traceback of what it raised, or how it ended."""
    units: int = 0
    """Number of items; 0: it is called without."""
    takes_item: bool = False
    is_async: bool = False
    file: str = ""
    """Path of the file that it is in."""
    calls: int = 0
    wall_s: float = 0.0
    busy: float | None = None
    """The share of the time in which it used a CPU or waited for one; None: unknown."""


class Looker:
    """Lets interpreters look at one function."""

    def __init__(self, named: NamedFunction, launchers: Launchers, timeout_s: float) -> None:
        """Look at nothing yet."""
        self._named = named
        self._launchers = launchers
        self._timeout_s = timeout_s

    def command(self, interpreter: Interpreter, seconds: float) -> tuple[str, ...]:
        """Return the command that looks, and calls the function for so many seconds."""
        named = self._named
        return (
            *interpreter.command,
            str(self._launchers.of(interpreter).scripts / SCRIPT),
            *(named.function, named.items, json.dumps(named.arguments), f"{seconds:g}"),
        )

    def look(self, interpreter: Interpreter, seconds: float = 0.0) -> Look:
        """Let an interpreter import the function, and call it for so many seconds."""
        limit_s = self._timeout_s + interpreter.timing.patience_s
        argv = self.command(interpreter, seconds)
        invocation = Invocation(argv=argv, env=dict(interpreter.env), timeout_s=limit_s)
        return _read(self._launchers.of(interpreter).launch(invocation)[0], limit_s)


def _read(exited: Exit, limit_s: float) -> Look:
    if exited.unavailable or exited.error:
        return Look(lack=exited.unavailable or f"could not be started: {exited.error}")
    if exited.timed_out:
        return Look(failure=f"still running after {limit_s:g} s")
    try:
        found = from_json(exited.stdout.strip().rpartition("\n")[2], Look)
    except DecodingError:
        return Look(failure=without_passwords(exited.stderr).strip() or _ended(exited))
    return replace(
        found,
        lack=quoted(found.lack),
        mistake=quoted(found.mistake),
        failure=without_passwords(found.failure),
    )


def _ended(exited: Exit) -> str:
    return f"ended by signal {exited.signal}" if exited.signal else f"ended with status {exited.status}"
