"""The manifest of a run: all that was known before it was measured."""

from __future__ import annotations

from gilometer.model.interpreters import Machine, MachineWarning  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model.plan import Plan  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model.terms import Record

SCHEMA = 4
"""Version of a run's files. A reader refuses a newer one."""


class Manifest(Record, frozen=True, rename={"warnings": "traps"}):
    """The content of ``run.json``: all that is known before the first invocation."""

    schema: int
    harness: str
    """Version of Gilometer."""
    run: str
    command: tuple[str, ...]
    started: str
    """ISO 8601, UTC."""
    machine: Machine
    warnings: tuple[MachineWarning, ...]
    plan: Plan
    environment: tuple[str, ...] = ()
    """Names of the variables of the shell that interpreters got besides the usual ones."""
