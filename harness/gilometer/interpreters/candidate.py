"""Candidates: commands that were found and may be interpreters, before they are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from pathlib import Path

import msgspec

from gilometer.model import Record, Timing


class Candidate(Record, frozen=True):
    """A command that may start an interpreter."""

    command: tuple[str, ...]
    source: str
    """Place where it was found, as in ``Interpreter.source``."""
    env: Mapping[str, str] = {}
    timeout_s: float = 10.0
    """The time that its answer may take."""
    name: str = ""
    """The name that its user gave it; otherwise its facts name it."""
    kind: str = ""
    """The kind, given together with the name."""
    timing: Timing | None = None
    """The timing that its user gives; otherwise that of its family counts."""
    variant: str = ""
    """The same command with other flags or environment, such as ``+gil``."""
    image: str = ""
    """Identity of the container image that the command is in; none: it is on this machine."""
    also_at: tuple[str, ...] = ()
    """Paths in other folders that lead to it: links, and virtual environments that were found."""


class _FileIdentity(Record, frozen=True):
    """Identity of a file: another file of the same name has another one."""

    path: str
    size: int
    mtime_ns: int
    inode: int


class _FingerprintParts(Record, frozen=True):
    """All that the fingerprint of an interpreter depends on."""

    command: tuple[str, ...]
    env: list[tuple[str, str]]
    image: str
    files: list[_FileIdentity]


def fingerprint(candidate: Candidate) -> str:
    """Digest the command, its environment, its image or every file that the command names (a jar, too)."""
    paths = (Path(word) for word in candidate.command if not candidate.image)
    files = [_identity(path) for path in paths if path.is_absolute() and path.is_file()]
    parts = _FingerprintParts(candidate.command, sorted(candidate.env.items()), candidate.image, files)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def _identity(path: Path) -> _FileIdentity:
    real = path.resolve()
    status = real.stat()
    return _FileIdentity(str(real), status.st_size, status.st_mtime_ns, status.st_ino)
