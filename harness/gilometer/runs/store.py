"""The append-only file of a run's samples: one fsynced line an entry, read to resume.

Of a run that is over, the file may be compressed (``gzip``): it is read as well, but not appended to.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import io
import os
import shlex
import zlib
from typing import TYPE_CHECKING, Self

import msgspec

from gilometer import files
from gilometer.decoding import DecodingError, decode
from gilometer.errors import RunFolderError
from gilometer.model import SCHEMA, Entry, Header
from gilometer.printing import quoted
from gilometer.runs.folder import COMPRESSED_SAMPLES, SAMPLES, digest, refuse_newer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gilometer.model import Manifest


LARGEST = 2048 * files.MEBIBYTE
"""The most bytes of samples that are read: a hundred times those of a run of hours."""
LONGEST_ID = 60
"""The most characters of a run's id in a sentence."""


def samples_file(folder: Path) -> Path:
    """Return the file that a run's samples are read from: the compressed one only if there is no other."""
    plain, compressed = folder / SAMPLES, folder / COMPRESSED_SAMPLES
    return compressed if compressed.exists() and not plain.exists() else plain


def read(folder: Path) -> list[Entry]:
    """Read all whole lines of a run's samples; a line cut short by a kill at its very end is left out.

    Raises:
        RunFolderError: There is no such file, it or a line of it is damaged, or a newer Gilometer wrote it.

    """
    path = samples_file(folder)
    try:
        data = files.read(path, LARGEST)
    except FileNotFoundError as error:
        raise RunFolderError(
            f"{folder} is not a run's folder: it has no {SAMPLES}; `ls reports/` names the runs"
        ) from error
    except OSError as error:
        raise RunFolderError(f"{path} can't be read: {error.strerror}; put a whole copy there") from error
    if path.name == COMPRESSED_SAMPLES:
        data = _decompress(data, path)
    return _decode(data[: data.rfind(b"\n") + 1], path)


def _decompress(data: bytes, path: Path) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            found = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error)) from error
    if len(found) > LARGEST:
        raise _damaged(path, f"it holds more than {LARGEST // files.MEBIBYTE} MiB")
    return found


def _damaged(path: Path, why: str) -> RunFolderError:
    return RunFolderError(
        f"{path} is damaged: {why}; put a whole copy there, or measure again into another folder"
    )


def _decode(data: bytes, path: Path) -> list[Entry]:
    decoder = msgspec.json.Decoder(Entry)
    lines = data.splitlines()
    entries: list[Entry] = []
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(decode(decoder.decode, line))
        except DecodingError as error:
            raise RunFolderError(
                f"{path}, line {number} is damaged: {error}; delete that line to use the rest"
            ) from error
        if number == 1:
            _check_header(entries[0], path)
    return entries


def refuse_other_plan(folder: Path, entries: Sequence[Entry], manifest: Manifest) -> None:
    """Refuse samples that do not belong to the manifest beside them.

    The digest of a plan is that of its fields, so it tells nothing about a run of another schema.

    Raises:
        RunFolderError: They belong to another.

    """
    header = next((entry for entry in entries if isinstance(entry, Header)), None)
    if header is None:
        return
    is_other_plan = header.schema == SCHEMA and header.plan != digest(manifest.plan)
    if header.run != manifest.run or is_other_plan:
        raise _of_another_plan(samples_file(folder), header)


def _of_another_plan(path: Path, header: Header) -> RunFolderError:
    return RunFolderError(
        f"{path} holds samples of another plan (run {quoted(header.run, LONGEST_ID)}) than the run.json "
        "beside it; put the right files together, or measure again"
    )


def _check_header(entry: Entry, path: Path) -> None:
    if not isinstance(entry, Header):
        raise RunFolderError(f"{path} does not begin with its header; measure again into another folder")
    refuse_newer(entry.schema, path)


class Store:
    """The samples of one run, open for appending by one process."""

    def __init__(self, folder: Path, run: str, plan: str) -> None:
        """Open the file, or create it with its header; its entries are those of earlier sessions.

        Args:
            folder: Folder of the run.
            run: Id of the run.
            plan: Digest of its plan.

        Raises:
            RunFolderError: Another process writes it, it holds the samples of another plan, or is compressed.

        """
        path, found = folder / SAMPLES, samples_file(folder)
        if found != path:
            raise RunFolderError(
                f"{found} is compressed, so nothing can be added to it;"
                f" unpack it first: gunzip {shlex.quote(str(found))}"
            )
        self._path = path
        self._file = path.open("a+b", buffering=0)
        try:
            self._lock(path)
            self._cut_partial_line()
            self.entries = self._begin(path, Header(schema=SCHEMA, run=run, plan=plan))
        except BaseException:
            self._file.close()
            raise

    def _lock(self, path: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunFolderError(f"{path} is being written by another run; wait for it to end") from error

    def _cut_partial_line(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        self._size = data.rfind(b"\n") + 1
        self._file.truncate(self._size)

    def _begin(self, path: Path, header: Header) -> list[Entry]:
        entries = read(path.parent)
        if not entries:
            self.entries = []
            self.append([header])
            return self.entries
        found = entries[0]
        if isinstance(found, Header) and (found.run, found.plan) != (header.run, header.plan):
            raise _of_another_plan(path, found)
        return entries

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries, and wait until they are on disk: all of them, or none.

        Raises:
            RunFolderError: They can't be written, or another program has changed the file.

        """
        end = self._end()
        data = b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
        try:
            self._write(data)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut_back_to(end)
            raise RunFolderError(
                f"{self._path} can't be written: {error.strerror}; mend that, then --resume the run"
            ) from error
        self._size = end + len(data)
        self.entries += entries

    def _end(self) -> int:
        """Return the size of the file, in bytes.

        Raises:
            RunFolderError: It is not the file of that name any more, or has another size than was written.

        """
        own = os.fstat(self._file.fileno())
        try:
            is_there = os.path.samestat(own, self._path.stat())
        except OSError:
            is_there = False
        if not is_there or own.st_size != self._size:
            raise RunFolderError(
                f"{self._path} was removed or changed by another program while the run wrote it; "
                "put it back and --resume the run, or measure again"
            )
        return own.st_size

    def _write(self, data: bytes) -> None:
        """Write all data: one call may write only a part, such as what a full disk still has room for."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _cut_back_to(self, end: int) -> None:
        """Remove what was written of these entries; if that fails, a resumed run removes it."""
        with contextlib.suppress(OSError):
            self._file.truncate(end)

    def close(self) -> None:
        """Close the file, and release its lock."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
