"""What every provisioner does, and what it needs from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from harness.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from harness.interpreters.candidate import Candidate


class Progress(Protocol):
    """Whatever draws how far a download is."""

    def __call__(self, name: str, total: int, /) -> AbstractContextManager[Callable[[int], None]]:
        """Open a bar of ``total`` bytes; what it gives is called with the bytes of each chunk."""
        ...


class Provisioner(Protocol):
    """Fetches one interpreter."""

    @property
    def kind(self) -> str:
        """The kind that it adds, as the matrix has it."""
        ...

    def notice(self) -> str:
        """Say in one line what will be fetched, how big it is, and why."""
        ...

    def fetched(self) -> Candidate | None:
        """Return what an earlier ``fetch`` left, if it can be started."""
        ...

    def fetch(self, progress: Progress) -> None:
        """Fetch it, unless it is there.

        Raises:
            ProvisionError: It could not be fetched; the run goes on without it.

        """
        ...


class Artifact(Record, frozen=True):
    """One file in Maven's repositories."""

    group: str
    name: str
    version: str
    sha256: str
    """What its content must be, wherever it comes from."""

    @property
    def filename(self) -> str:
        """Its name there and here."""
        return f"{self.name}-{self.version}.jar"


class Fetcher(Protocol):
    """Whatever can get an artifact."""

    def __call__(self, artifact: Artifact, folder: Path, progress: Progress) -> Path:
        """Return the file, somewhere below ``folder``.

        Raises:
            ProvisionError: It could not be fetched.

        """
        ...
