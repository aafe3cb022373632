"""Check whether a run can be resumed: scripts, interpreters and machine must be the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer import cards, locations
from gilometer.errors import RunFolderError
from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.machine import inspection
from gilometer.model import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gilometer.model import Machine, Manifest, Plan

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
            f" start a new run, or draw what it has with: nox -s report -- {folder}"
        )
    if cards.digest_of(locations.workloads_folder()) != manifest.plan.workloads_digest:
        raise RunFolderError(
            f"{folder} was measured with other workload scripts than those here; start a new run"
        )
    _refuse_other_interpreters(folder, manifest.plan)
    changed = list(changes(manifest.machine, inspection.inspect(folder)))
    if changed:
        raise RunFolderError(
            f"{folder} was measured on a machine that has changed ({', '.join(changed)}); start a new run"
        )


def _refuse_other_interpreters(folder: Path, plan: Plan) -> None:
    for one in plan.interpreters:
        if fingerprint(Candidate(one.command, one.source, one.env, image=one.image)) != one.fingerprint:
            raise RunFolderError(
                f"{folder} was measured with another {one.name} than the one at "
                f"{one.command[0]} now; start a new run"
            )


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
