"""What may be an interpreter: a command that was found and is yet to be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from pathlib import Path

import msgspec

from harness.model import Record


class Candidate(Record, frozen=True):
    """A command that may start an interpreter."""

    command: tuple[str, ...]
    source: str
    """Where it was found, as in ``Interpreter.source``."""
    env: Mapping[str, str] = {}
    timeout_s: float = 10.0
    """How long its answer may take."""
    name: str = ""
    """What its user calls it; otherwise its facts name it."""
    kind: str = ""
    """Given together with the name."""
    warm_up_s: float = 1.0
    """Likewise."""


class _Identity(Record, frozen=True):
    """What makes a file another one, though its name is the same."""

    path: str
    size: int
    mtime_ns: int
    inode: int


def fingerprint(candidate: Candidate) -> str:
    """Digest the command, its environment, and every file that the command names (a jar, too)."""
    paths = (Path(word) for word in candidate.command)
    files = [_identity(path) for path in paths if path.is_absolute() and path.is_file()]
    content = msgspec.json.encode((candidate.command, sorted(candidate.env.items()), files))
    return hashlib.sha256(content).hexdigest()[:16]


def _identity(path: Path) -> _Identity:
    real = path.resolve()
    status = real.stat()
    return _Identity(str(real), status.st_size, status.st_mtime_ns, status.st_ino)
