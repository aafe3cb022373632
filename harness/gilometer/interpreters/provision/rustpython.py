"""Fetch RustPython: cargo compiles it, since nobody publishes binaries."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.provisioner import Description
from gilometer.interpreters.provision.tool import Call, find, run

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.provision.provisioner import DownloadProgress

VERSION = "0.4.0"
"""Asks for Rust 1.75, as cargo says to those who have an older one; 0.6.0 asks for 1.96."""

_FEATURES = "freeze-stdlib"
"""The standard library in the binary; else it is looked for in cargo's cache, which cargo clears."""


class RustPython:
    """The provisioner of RustPython: one binary."""

    name = "rustpython"
    kind = "rustpython"
    description = Description(
        f"RustPython {VERSION}, without a GIL", "crates.io, and compiled here in about 5 minutes", 29
    )

    def __init__(self) -> None:
        self._installation = Installation(f"rustpython-{VERSION}")

    def fetched(self) -> tuple[Candidate, ...]:
        """Return the binary that an earlier fetch left."""
        command = (str(self._installation.folder / "bin" / "rustpython"),)
        return (Candidate(command, "provisioned"),) if self._installation.is_whole() else ()

    def fetch(self, progress: DownloadProgress) -> None:
        """Let cargo download, verify and compile it.

        Raises:
            ProvisionError: cargo or a linker is missing or too old, crates.io can't be reached, or there is
                no room.

        """
        self._installation.make(lambda draft: _compile(draft, progress))


def _compile(draft: Path, progress: DownloadProgress) -> None:
    cargo = find("cargo", "install Rust (https://rustup.rs)")
    find("cc", "install a C compiler, whose linker cargo uses")
    target = draft / "target"
    install = (cargo, "install", "rustpython", "--version", VERSION, "--locked", "--features", _FEATURES)
    with contextlib.ExitStack() as step:

        def show(line: str) -> None:
            step.close()
            step.enter_context(progress(line.strip(), 0))

        run(
            Call(
                (*install, "--root", str(draft), "--target-dir", str(target)),
                f"RustPython {VERSION} could not be compiled",
                answered=r"^\s*(Installing|Download)",
                hear=show,
            ),
            draft,
        )
    shutil.rmtree(target)
