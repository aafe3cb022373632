"""What every provisioner does, and what it needs from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gilometer.interpreters.candidate import Candidate


class DownloadProgress(Protocol):
    """Whatever draws how far a download is."""

    def __call__(self, name: str, total: int, /) -> AbstractContextManager[Callable[[int], None]]:
        """Open a bar of ``total`` bytes (0: unknown); what it gives is called with each chunk's bytes."""
        ...


class Offer(Record, frozen=True):
    """What a provisioner would fetch, told before it does."""

    title: str
    """Such as ``Jython 2.7.4, which has no GIL``."""
    source: str
    """Such as ``Maven Central``."""
    megabytes: int
    """What comes over the network, about."""


class Provisioner(Protocol):
    """Fetches one interpreter into the cache folder, without root."""

    @property
    def name(self) -> str:
        """What its user calls it, such as ``jython`` or ``3.14t``."""
        ...

    @property
    def kind(self) -> str:
        """The kind that it adds, as the matrix has it."""
        ...

    @property
    def offer(self) -> Offer:
        """What it would fetch."""
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
    """What its content must be, wherever it comes from."""

    @property
    def filename(self) -> str:
        """Its name there and here."""
        return f"{self.name}-{self.version}.jar"


class Fetcher(Protocol):
    """Whatever can get an artifact."""

    def __call__(self, artifact: Artifact, folder: Path, progress: DownloadProgress) -> Path:
        """Return the file, somewhere below ``folder``.

        Raises:
            ProvisionError: It could not be fetched.

        """
        ...
