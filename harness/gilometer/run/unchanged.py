"""Check whether a run can go on: scripts, interpreters and machine must be the same."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer import cards, locations
from gilometer.commands import typed
from gilometer.errors import RunFolderError
from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.interpreters.containers.engine import Network
from gilometer.machine import inspection
from gilometer.model import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gilometer.model import Interpreter, Machine, Manifest, Plan
    from gilometer.run.launcher import Launcher, Launchers

GIGABYTE = 1e9
MEMORY_TOLERANCE = 0.01
"""Share of the memory that may differ, as the kernel's own use differs from boot to boot."""


def refuse_changes(folder: Path, manifest: Manifest) -> None:
    """Refuse to resume a run if the schema, a script, an interpreter or the machine has changed.

    Raises:
        RunFolderError: It has.

    """
    if manifest.schema < SCHEMA:
        raise RunFolderError(
            f"{folder} was begun by an older Gilometer (schema {manifest.schema}, now {SCHEMA});"
            f" start a new run, or draw what it has with: {typed('report', folder)}"
        )
    if cards.digest_of(locations.workloads_folder()) != manifest.plan.workloads_digest:
        raise RunFolderError(
            f"{folder} was measured with other workload scripts than those here; start a new run"
        )
    _refuse_other_code(folder, manifest.plan)
    _refuse_other_interpreters(folder, manifest.plan)
    changed = list(changes(manifest.machine, inspection.inspect(folder)))
    if changed:
        raise RunFolderError(
            f"{folder} was measured on a machine that has changed ({', '.join(changed)}); start a new run"
        )


def _refuse_other_code(folder: Path, plan: Plan) -> None:
    own = plan.own
    if own and cards.digest_of_file(Path(own.folder, own.file)) != own.digest:
        raise RunFolderError(
            f"{folder} was measured with another {own.file} than the one in {own.folder} now; start a new run"
        )


def _refuse_other_interpreters(folder: Path, plan: Plan) -> None:
    for one in plan.interpreters:
        if is_another(one):
            raise RunFolderError(
                f"{folder} was measured with another {one.name} than the one at "
                f"{one.command[0]} now; start a new run"
            )


def is_another(planned: Interpreter) -> bool:
    """Tell whether the files of an interpreter are other ones than when the run was planned."""
    found = Candidate(planned.command, planned.source, planned.env, image=planned.image)
    return fingerprint(found) != planned.fingerprint


class UnchangedLaunchers:
    """Provides launchers as long as the files of their interpreters are those of the plan."""

    def __init__(self, launchers: Launchers) -> None:
        """Take the launchers from others."""
        self._launchers = launchers

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> Launcher:
        """Return the launcher for an interpreter, with this network if it is in a container.

        Raises:
            RunFolderError: The interpreter's files have changed since the run was planned.

        """
        if is_another(interpreter):
            raise RunFolderError(
                f"{interpreter.label} at {interpreter.command[0]} was changed while the run measured it; "
                "what was measured before is kept, and `report` draws it; start a new run for the rest"
            )
        return self._launchers.of(interpreter, network)


def changes(then: Machine, now: Machine) -> Iterator[str]:
    """Name what has changed of a machine; the harness's own Python may, as no figure depends on it."""
    if then.cpu != now.cpu:
        yield f"processor: {then.cpu}, now {now.cpu}"
    if then.cores != now.cores:
        yield f"cores: {then.cores}, now {now.cores}"
    if then.usable_cores != now.usable_cores:
        yield f"usable cores: {then.usable_cores:g}, now {now.usable_cores:g}"
    if not math.isclose(then.memory_bytes, now.memory_bytes, rel_tol=MEMORY_TOLERANCE):
        yield f"memory: {then.memory_bytes / GIGABYTE:.1f} GB, now {now.memory_bytes / GIGABYTE:.1f} GB"
    if then.system != now.system:
        yield f"system: {then.system}, now {now.system}"
    if then.file_system != now.file_system:
        yield f"file system: {then.file_system}, now {now.file_system}"
