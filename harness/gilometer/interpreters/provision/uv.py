"""Fetch what ``uv python install`` can: CPython in most versions, with and without a GIL, and PyPy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.provisioner import Description
from gilometer.interpreters.provision.pypi import Package
from gilometer.interpreters.provision.tool import Call, find_uv, run
from gilometer.locations import cache_folder
from gilometer.model import Record

if TYPE_CHECKING:
    from gilometer.interpreters.provision.provisioner import DownloadProgress

PYPY = "pypy3.11"
"""The request for the name ``pypy``."""

REQUEST = re.compile(r"(?:(cpython|pypy|graalpy)-?)?(\d+\.\d+(?:\.\d+)?)(t?)")
"""A request to uv, such as ``3.12``, ``3.14t``, ``pypy3.10`` or ``cpython-3.13.5t``."""

PACKAGE = Package("uv", "0.13.9", "uv", 18, Path(__file__).with_suffix(".txt"))
"""Fetched where no uv is here."""

_PREFIX = "uv-"
_ANSWERED = r"^\s*Download"
"""uv says how much it downloads once the source has begun to send."""


class Implementation(Record, frozen=True):
    """An implementation that uv can install."""

    title: str
    kind: str
    source: str
    megabytes: int


IMPLEMENTATIONS = {
    "cpython": Implementation("CPython", "cpython", "GitHub", 35),
    "pypy": Implementation("PyPy", "pypy", "python.org", 35),
    "graalpy": Implementation("GraalPy", "graalpy", "GitHub", 110),
}


class UvPython:
    """The provisioner of one Python that uv installs; its folder is named after the request to uv."""

    def __init__(self, name: str, request: str = "") -> None:
        """Use ``request`` for uv, if that is not the name.

        Raises:
            ValueError: It is no request that uv understands.

        """
        self.name = name
        self._request = request or name
        parts = REQUEST.fullmatch(self._request)
        if parts is None:
            raise ValueError(self._request)
        self._implementation = IMPLEMENTATIONS[parts[1] or "cpython"]
        self._title = f"{self._implementation.title} {parts[2]}{parts[3]}"
        self._threads = bool(parts[3])
        self._installation = Installation(f"{_PREFIX}{self._request}")

    @property
    def kind(self) -> str:
        """Return the kind of the matrix: that of its implementation, or the one without a GIL."""
        return "cpython-freethreaded" if self._threads else self._implementation.kind

    @property
    def description(self) -> Description:
        """Describe what uv downloads."""
        without = ", without a GIL" if self._threads else ""
        source = f"{self._implementation.source}, by uv"
        return Description(f"{self._title}{without}", source, self._implementation.megabytes)

    def fetched(self) -> tuple[Candidate, ...]:
        """Return the executable that uv left."""
        found = self._installation.folder.glob("*/bin/python") if self._installation.is_whole() else ()
        return tuple(Candidate((str(path),), "provisioned") for path in sorted(found))

    def fetch(self, progress: DownloadProgress) -> None:
        """Let uv download, verify and unpack it.

        Raises:
            ProvisionError: uv isn't here, doesn't know such a Python, or can't reach its source.

        """
        self._installation.make(lambda draft: self._install(draft, progress))

    def _install(self, draft: Path, progress: DownloadProgress) -> None:
        uv = find_or_fetch_uv(progress)
        self._refuse_unknown(uv, draft)
        install = (uv, "python", "install", "--no-bin", "--install-dir", str(draft), self._request)
        failure = f"{self._title} could not be fetched from {self._implementation.source}"
        with progress(f"uv python install {self._request}", 0):
            run(Call(install, failure, answered=_ANSWERED), draft)
        for link in (path for path in draft.iterdir() if path.is_symlink()):
            link.unlink()  # from the minor version to the draft, whose name will be another

    def _refuse_unknown(self, uv: str, folder: Path) -> None:
        """Refuse a Python that uv does not list; the list needs no network."""
        question = (uv, "python", "list", "--only-downloads", "--offline", "--output-format", "json")
        answer = run(Call((*question, self._request), "uv could not tell which Pythons there are"), folder)
        if "[]" in answer.splitlines():
            raise ProvisionError(
                f"uv knows no {self._request} for this machine; see `uv python list --only-downloads`"
            )


def kept() -> tuple[UvPython, ...]:
    """Return those that were fetched before."""
    folders = (cache_folder() / "provisioned").glob(f"{_PREFIX}*")
    requests = sorted(folder.name.removeprefix(_PREFIX) for folder in folders)
    return tuple(UvPython(request) for request in requests if REQUEST.fullmatch(request))


def find_or_fetch_uv(progress: DownloadProgress) -> str:
    """Return the path of uv: one that is here, else one that is fetched into the cache.

    Raises:
        ProvisionError: It could not be fetched.

    """
    try:
        return find_uv()
    except ProvisionError:
        PACKAGE.fetch(progress)
        return str(PACKAGE.files() / "bin" / "uv")
