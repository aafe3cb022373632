"""Find candidates: executables that have a name of an interpreter, each binary once."""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.interpreters import by_path
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.containers import in_images
from gilometer.interpreters.matrix import arguments_for
from gilometer.interpreters.places import Place, is_shim, places
from gilometer.interpreters.provision import provisioned
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gilometer.interpreters.matrix import Family, Matrix, OwnInterpreter


def find(matrix: Matrix) -> tuple[Candidate, ...]:
    """List the candidates: the matrix's own, those in folders, the provisioned, those in images.

    What is named by its path has nothing to do with where else it may be found.
    """
    named = (_candidate_of(entry, by_path.SOURCE) for entry in matrix.by_path)
    own = (_candidate_of(entry, "matrix") for entry in matrix.own)
    found = merge((*own, *search(matrix.families, places(os.environ)), *provisioned(), *in_images()))
    return (*named, *found)


def search(families: Sequence[Family], where: Iterable[Place]) -> Iterator[Candidate]:
    """List the executables in these folders that have a name of these families."""
    names = _Names(families)
    for place in where:
        for path in _executables(place.folder, names):
            real = _without_links(path, names)
            if real:
                yield _found_at(names.candidate(real, place.source), [str(path)])


def merge(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Keep all that a user named, and the first of the others that start the same file in the same way.

    That one is told where else it was found.
    """
    first: dict[_CandidateKey, int] = {}
    kept: list[Candidate] = []
    for candidate in candidates:
        place = first.setdefault(_key(candidate), len(kept))
        if candidate.name or place == len(kept):
            kept.append(candidate)
        else:
            kept[place] = _found_at(kept[place], (candidate.command[0], *candidate.also_at))
    return tuple(kept)


def _found_at(candidate: Candidate, paths: Iterable[str]) -> Candidate:
    """Note other folders in which it was found; other names in its own folder tell nothing."""
    own = Path(candidate.command[0]).parent.resolve()
    others = (path for path in paths if Path(path).parent.resolve() != own)
    return replace(candidate, also_at=tuple(dict.fromkeys((*candidate.also_at, *others))))


class _CandidateKey(Record, frozen=True):
    """A key that is equal for two candidates that are one interpreter."""

    file: str
    """Device and inode, which are the same for all names of a file; in an image, that and the path."""
    environment: str
    """Folder of the virtual environment that it starts, whose binary may be its base's; empty: none."""
    arguments: tuple[str, ...]
    env: tuple[tuple[str, str], ...]


def _key(candidate: Candidate) -> _CandidateKey:
    first, *arguments = candidate.command
    image = candidate.image
    file = f"{image} {first}" if image else _identity_of(Path(first))
    environment = "" if image else _environment_of(Path(first))
    return _CandidateKey(file, environment, tuple(arguments), tuple(sorted(candidate.env.items())))


def _environment_of(path: Path) -> str:
    """Return the virtual environment that a command starts: Python looks beside its path, and one above."""
    for folder in (path.parent, path.parent.parent):
        if (folder / "pyvenv.cfg").is_file():
            return str(folder.resolve())
    return ""


def _identity_of(path: Path) -> str:
    """Return device and inode of a file; of one that is gone, its path."""
    try:
        status = path.stat()
    except OSError:
        return str(path)
    return f"{status.st_dev} {status.st_ino}"


class _Names:
    """The file names that interpreters of these families have."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families
        patterns = {pattern for family in families for pattern in family.executables}
        self._any = re.compile("|".join(fnmatch.translate(pattern) for pattern in sorted(patterns)))

    def __contains__(self, name: str) -> bool:
        return self._any.match(name) is not None

    def candidate(self, path: Path, source: str) -> Candidate:
        """Make a candidate of a file, with the arguments and the longest timeout of its families."""
        own = [family for family in self._families if family.has_executable(path.name)]
        arguments = arguments_for(path.name, own)
        timeout_s = max((family.probe_timeout_s for family in own), default=10.0)
        return Candidate((str(path), *arguments), source, timeout_s=timeout_s)


def _executables(folder: Path, names: _Names) -> Iterator[Path]:
    try:
        found = sorted(name for name in os.listdir(folder) if name in names)  # noqa: PTH208  1 ms, not 10, for /usr/bin
    except OSError:
        return
    for name in found:
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK):
            yield path


def _without_links(path: Path, names: _Names) -> Path | None:
    """Return the binary behind links and virtual environments; none for a shim.

    A link to a file of another name is kept: a launcher may look at the name that it was called by.
    """
    real = path.resolve()
    if is_shim(real):
        return None
    settings = real.parent.parent / "pyvenv.cfg"
    if settings.is_file():
        return _base_of(settings, real.name)
    return real if real.name in names else path


def _base_of(settings: Path, name: str) -> Path | None:
    """Return the interpreter that a virtual environment was copied from."""
    for line in settings.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "home":
            base = Path(value.strip()) / name
            return base.resolve() if base.is_file() else None
    return None


def _candidate_of(own: OwnInterpreter, source: str) -> Candidate:
    return Candidate(
        own.command,
        source,
        env=own.env,
        timeout_s=own.probe_timeout_s,
        name=own.name,
        kind=own.kind,
        timing=own.timing,
    )
