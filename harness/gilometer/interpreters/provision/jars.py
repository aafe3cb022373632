"""Fetch jars from Maven, and check the digest of each."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError

if TYPE_CHECKING:
    from gilometer.interpreters.provision.provisioner import Artifact, DownloadProgress, Fetcher


def from_maven(artifact: Artifact, folder: Path, progress: DownloadProgress) -> Path:
    """Fetch as ``maven.fetch`` does, which is slow to import."""
    from gilometer.interpreters.provision import maven  # noqa: PLC0415

    return maven.fetch(artifact, folder, progress)


def put(artifact: Artifact, folder: Path, fetcher: Fetcher, progress: DownloadProgress) -> None:
    """Fetch a jar, verify it, and only then put it into a folder under its name.

    Raises:
        ProvisionError: It could not be fetched, or is not what it should be.

    """
    with tempfile.TemporaryDirectory(dir=folder) as repository:
        path = fetcher(artifact, Path(repository), progress)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != artifact.sha256:
            raise ProvisionError(
                f"{artifact.filename} came damaged, or is another file than the one known by that name;"
                " try again"
            )
        path.replace(folder / artifact.filename)
