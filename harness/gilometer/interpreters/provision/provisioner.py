"""The interfaces of provisioners, and of what they use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gilometer.interpreters.candidate import Candidate


class DownloadProgress(Protocol):
    """A function that shows the progress of a download."""

    def __call__(self, name: str, total: int, /) -> AbstractContextManager[Callable[[int], None]]:
        """Show a bar of ``total`` bytes (0: unknown); call what it returns with the bytes of each chunk."""
        ...


class Description(Record, frozen=True):
    """The description of what a provisioner fetches."""

    title: str
    """Such as ``Jython 2.7.4, which has no GIL``."""
    source: str
    """Such as ``Maven Central``."""
    megabytes: int
    """Size of the download, about."""


class Provisioner(Protocol):
    """A way to fetch one interpreter into the cache folder, without root."""

    @property
    def name(self) -> str:
        """Return the name that users type, such as ``jython`` or ``3.14t``."""
        ...

    @property
    def kind(self) -> str:
        """Return the kind of the matrix that it adds."""
        ...

    @property
    def description(self) -> Description:
        """Describe what it fetches."""
        ...

    def fetched(self) -> tuple[Candidate, ...]:
        """Return what an earlier ``fetch`` left, if it is whole and can be started; asks no network."""
        ...

    def fetch(self, progress: DownloadProgress) -> None:
        """Fetch it, unless it is there undamaged.

        Raises:
            ProvisionError: It could not be fetched; nothing half-made is left under its name.

        """
        ...


class Artifact(Record, frozen=True):
    """One file in Maven's repositories."""

    group: str
    name: str
    version: str
    sha256: str
    """Digest of its content."""

    @property
    def filename(self) -> str:
        """Return its name, in the repository and here."""
        return f"{self.name}-{self.version}.jar"


class Fetcher(Protocol):
    """A function that fetches an artifact."""

    def __call__(self, artifact: Artifact, folder: Path, progress: DownloadProgress) -> Path:
        """Return the file, somewhere below ``folder``.

        Raises:
            ProvisionError: It could not be fetched.

        """
        ...
