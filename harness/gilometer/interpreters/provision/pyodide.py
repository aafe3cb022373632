"""Fetch Pyodide from npm; Node runs it by the script ``pyodide.mjs`` beside this file."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.provisioner import Description
from gilometer.interpreters.provision.tool import Call, find, run

if TYPE_CHECKING:
    from gilometer.interpreters.provision.provisioner import DownloadProgress

VERSION = "314.0.7"
INTEGRITY = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
"""SHA-512 of the package, written as ``npm view pyodide dist.integrity`` does."""

OLDEST_NODE = 20
RUNNER = Path(__file__).with_suffix(".mjs")


class Pyodide:
    """The provisioner of Pyodide: one npm package, without dependencies, which it does not need to run."""

    name = "pyodide"
    kind = "pyodide"
    description = Description(f"Pyodide {VERSION}, CPython in WebAssembly", "npm", 7)

    def __init__(self, integrity: str = INTEGRITY) -> None:
        """Use the default; only tests give another value."""
        self._integrity = integrity
        self._installation = Installation(f"pyodide-{VERSION}")

    def fetched(self) -> tuple[Candidate, ...]:
        """Return the command that starts what an earlier fetch left."""
        node = shutil.which("node") if self._installation.is_whole() else None
        package = str(self._installation.folder / "package" / "pyodide.mjs")
        return (Candidate((node, str(RUNNER), package), "provisioned", timeout_s=60.0),) if node else ()

    def fetch(self, progress: DownloadProgress) -> None:
        """Let npm download the package, verify and unpack it.

        Raises:
            ProvisionError: Node or npm is missing or too old, the registry can't be reached, the download was
                damaged, or there is no room.

        """
        self._installation.make(lambda draft: self._install(draft, progress))

    def _install(self, draft: Path, progress: DownloadProgress) -> None:
        _check_node(draft)
        npm = find("npm", "it comes with Node, or in a package of its own")
        pack = (npm, "pack", "--ignore-scripts", "--loglevel=http", "--pack-destination", str(draft))
        failure = f"Pyodide {VERSION} could not be fetched from npm"
        with progress(f"npm pack pyodide@{VERSION}", 0):
            run(Call((*pack, f"pyodide@{VERSION}"), failure, answered=r"http (fetch \w+ 200|cache)"), draft)
        archive = draft / f"pyodide-{VERSION}.tgz"
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != self._integrity:
            raise ProvisionError(
                f"{archive.name} came damaged, or is another file than the one known by that name; try again"
            )
        with tarfile.open(archive) as package:
            package.extractall(draft, filter="data")
        archive.unlink()


def _check_node(folder: Path) -> None:
    remedy = f"install Node {OLDEST_NODE} or newer (https://nodejs.org)"
    node = find("node", remedy)
    told = run(Call((node, "--version"), "Node could not be asked for its version"), folder)
    version = re.match(r"v(\d+)", told)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise ProvisionError(
            f"Pyodide needs Node {OLDEST_NODE}, and {node} is {told.strip() or 'nothing'}; {remedy}"
        )
