"""The folder of a provisioned interpreter: made as a draft, given a receipt, and only then renamed."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gilometer import files
from gilometer.decoding import DecodingError, from_json
from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.stopping import POLL_S, stop_if_asked
from gilometer.locations import cache_folder
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECEIPT = ".receipt.json"
LARGEST_RECEIPT = 64 * files.MEBIBYTE
"""The most bytes of a receipt, which has a line for each file."""
REWRITTEN = "__pycache__"
"""Folders that an interpreter may write into when it runs, so no receipt lists what is there."""


class Item(Record, frozen=True):
    """One file of a receipt; of a symbolic link, the text of its target counts as the content."""

    path: str
    """Relative to the folder."""
    size: int
    sha256: str


class Installation:
    """The folder of one interpreter in one version; under its name it is always complete."""

    def __init__(self, folder_name: str) -> None:
        """Name the folder; the name has the version in it, such as ``jython-2.7.4``."""
        self._name = folder_name

    @property
    def folder(self) -> Path:
        """Return the path of the folder, which need not be there."""
        return self._parent / self._name

    def is_whole(self) -> bool:
        """Tell quickly whether all files of the receipt are there with their sizes."""
        return self._agrees(_has_its_size)

    def is_undamaged(self) -> bool:
        """Tell whether all files of the receipt are there with their content, byte for byte."""
        return self._agrees(_has_its_content)

    def make(self, fill: Callable[[Path], None]) -> None:
        """Make the folder's content unless it is there undamaged, perhaps by another process meanwhile.

        ``fill`` gets an empty folder, the draft, and puts the content there. The draft is renamed when it is
        done, so no file in it may hold its absolute path (a virtual environment does: make it relocatable).

        Raises:
            ProvisionError: ``fill`` raised it, or the disk is full or may not be written.

        """
        try:
            with self._locked():
                if not self.is_undamaged():
                    self._replace(fill)
        except OSError as error:
            raise ProvisionError(
                f"{self._name} can't be kept in {self._parent}: {error.strerror or error}"
            ) from error

    def _replace(self, fill: Callable[[Path], None]) -> None:
        """Make a draft and replace the folder by it; the lock allows one draft at a time."""
        draft, old = self._parent / f".{self._name}.draft", self._parent / f".{self._name}.old"
        _remove(draft)
        _remove(old)
        draft.mkdir()
        try:
            fill(draft)
            receipt = [_item(draft, path) for path in _contents(draft)]
            (draft / RECEIPT).write_bytes(msgspec.json.encode(receipt))
            if self.folder.exists():
                self.folder.rename(old)
            draft.rename(self.folder)
        finally:
            _remove(draft)
            _remove(old)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Wait until no other process makes the folder; a dead process holds no lock."""
        self._parent.mkdir(parents=True, exist_ok=True)
        with (self._parent / f".{self._name}.lock").open("w") as lock:
            while not _take(lock.fileno()):
                stop_if_asked()
                time.sleep(POLL_S)
            yield

    def _agrees(self, has_it: Callable[[Path, Item], bool]) -> bool:
        try:
            receipt = from_json(files.read(self.folder / RECEIPT, LARGEST_RECEIPT), list[Item])
            return bool(receipt) and all(has_it(self.folder / item.path, item) for item in receipt)
        except (OSError, DecodingError):
            return False

    @property
    def _parent(self) -> Path:
        return cache_folder() / "provisioned"


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _contents(folder: Path) -> Iterator[Path]:
    """Walk the files and links below a folder."""
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        folders[:] = [name for name in folders if name != REWRITTEN and name not in links]
        yield from (Path(parent) / name for name in (*names, *links))


def _item(folder: Path, path: Path) -> Item:
    return Item(str(path.relative_to(folder)), path.lstat().st_size, _sha256(path))


def _has_its_size(path: Path, item: Item) -> bool:
    return path.lstat().st_size == item.size


def _has_its_content(path: Path, item: Item) -> bool:
    return _has_its_size(path, item) and _sha256(path) == item.sha256


def _sha256(path: Path) -> str:
    if path.is_symlink():
        return hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
