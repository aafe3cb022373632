"""The folder of a run: its manifest, the name of its samples, and the link to the newest run."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shlex
from typing import IO, TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from gilometer import files
from gilometer.decoding import DecodingError, from_json
from gilometer.errors import RunFolderError
from gilometer.model import SCHEMA, Manifest, Plan, Timing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "run.json"
SAMPLES = "samples.jsonl"
_DRAFTS = f".{MANIFEST}-*"
"""Names of the manifests that were not whole when a kill came; ``files.write`` gives them."""
COMPRESSED_SAMPLES = f"{SAMPLES}.gz"
"""Name of the samples of a run that is over, once ``gzip`` has compressed them."""
LARGEST = 64 * files.MEBIBYTE
"""The most bytes of a manifest: a plan of ten thousand cells has a tenth of it."""
LAST_FLAT = 3
"""The last schema in which an interpreter had the fields of its timing among its own."""


class _Versioned(msgspec.Struct):
    schema: int


class _FlatPlan(msgspec.Struct):
    interpreters: tuple[Timing, ...]


class _FlatManifest(msgspec.Struct):
    """A manifest up to schema 3, whose interpreters have the fields of their timing beside their others."""

    plan: _FlatPlan


def digest(plan: Plan) -> str:
    """Return the identity of a plan: samples of different plans are never mixed."""
    return hashlib.sha256(msgspec.json.encode(plan, order="deterministic")).hexdigest()[:16]


def create(folder: Path, manifest: Manifest) -> None:
    """Make the folder and write its manifest; of two runs that do this at once, one is refused.

    Raises:
        RunFolderError: It holds a run already, or something else, or can't be made.

    """
    path = folder / MANIFEST
    try:
        with _claimed(folder):
            files.write(path, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    except FileExistsError as error:
        if not path.is_file():  # it is the folder itself that exists, and is a file
            raise _unusable(folder, "File exists") from error
        raise RunFolderError(
            f"{folder} holds a run already; give --out another folder,"
            f" or --resume {shlex.quote(str(folder))} to go on with it"
        ) from error
    except OSError as error:
        raise _unusable(folder, str(error.strerror)) from error


@contextlib.contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Make the folder with an empty manifest, and hold a lock on that, which only one process can.

    An empty manifest that nobody holds is what a kill has left: the folder is as good as empty.

    Raises:
        OSError: The folder can't be made, or has a manifest.
        RunFolderError: It holds something else.

    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MANIFEST
    if not (path.is_file() and path.stat().st_size) and any(_strange_files(folder)):
        raise RunFolderError(f"{folder} holds other files than a run's; give --out a new or an empty folder")
    with path.open("ab") as claim:
        _lock(claim, path)
        for draft in folder.glob(_DRAFTS):
            draft.unlink()
        yield


def _lock(claim: IO[bytes], path: Path) -> None:
    """Lock an empty manifest.

    Raises:
        FileExistsError: Another process has the lock, or has put its manifest there.

    """
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
    own = os.fstat(claim.fileno())
    if own.st_size or not os.path.samestat(own, path.stat()):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _strange_files(folder: Path) -> Iterator[Path]:
    """List what is neither a manifest nor the draft of one."""
    files_there = (one for one in folder.iterdir() if one.is_file() and not one.is_symlink())
    ours = {one for one in files_there if one.name == MANIFEST or one.match(_DRAFTS)}
    return (one for one in folder.iterdir() if one not in ours)


def _unusable(folder: Path, why: str) -> RunFolderError:
    return RunFolderError(f"{folder} can't hold a run: {why}; give --out another folder")


def load(folder: Path) -> Manifest:
    """Read the manifest of a run.

    Raises:
        RunFolderError: There is none, it is damaged, or a newer Gilometer wrote it.

    """
    path = folder / MANIFEST
    try:
        data = files.read(path, LARGEST)
    except FileNotFoundError as error:
        raise RunFolderError(
            f"{folder} is not a run's folder: it has no {MANIFEST}; `ls reports/` names the runs"
        ) from error
    except OSError as error:
        raise RunFolderError(f"{path} can't be read: {error.strerror}; put a whole copy there") from error
    if not data:
        raise RunFolderError(
            f"{folder} holds no run: `compare` was ended as it began one, and nothing was measured;"
            f" begin it again, with --out {shlex.quote(str(folder))} to use this folder"
        )
    try:
        refuse_newer(from_json(data, _Versioned).schema, path)
        manifest = from_json(data, Manifest)
        return manifest if manifest.schema > LAST_FLAT else _with_timings(manifest, data)
    except DecodingError as error:
        raise RunFolderError(f"{path} is damaged: {error}; measure again into another folder") from error


def _with_timings(manifest: Manifest, data: bytes) -> Manifest:
    """Give the interpreters of a run of schema 3 or older their timings, which ``data`` has flat."""
    timings = from_json(data, _FlatManifest).plan.interpreters
    pairs = zip(manifest.plan.interpreters, timings, strict=True)
    interpreters = tuple(replace(one, timing=timing) for one, timing in pairs)
    return replace(manifest, plan=replace(manifest.plan, interpreters=interpreters))


def refuse_newer(schema: int, path: Path) -> None:
    """Refuse a file with a newer schema than this code knows.

    Raises:
        RunFolderError: It has one.

    """
    if schema > SCHEMA:
        raise RunFolderError(
            f"{path} has schema {schema} and this Gilometer reads up to {SCHEMA}; update Gilometer to read it"
        )


def point_latest_at(folder: Path) -> None:
    """Make ``latest``, beside the run's folder, a link to it.

    The folder may itself be named by a link, such as ``latest``.

    Raises:
        RunFolderError: The folder above it takes no link.

    """
    folder = folder.resolve()
    latest = folder.parent / "latest"
    if latest.exists() and not latest.is_symlink():
        return
    fresh = folder.parent / f".latest-{os.getpid()}"
    try:
        fresh.symlink_to(folder.name, target_is_directory=True)
        fresh.replace(latest)
    except OSError as error:
        raise RunFolderError(
            f"{latest} can't lead to this run: {error.strerror}; the report is whole, in {folder}"
        ) from error
