"""Fetch an artifact from Maven Central, or from the repositories that jgo's settings name.

Importing this takes a fifth of a second, so it is imported only when something is fetched.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import requests
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext, PythonResolver

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.reach import UnreachableError

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.provision.provisioner import Artifact, DownloadProgress

STALL_S = 4
"""Seconds without an answer or a byte, after which an address counts as down; a host may have two."""


def fetch(artifact: Artifact, folder: Path, progress: DownloadProgress) -> Path:
    """Download an artifact into a repository below ``folder``, which jgo leaves half done if it fails.

    Raises:
        UnreachableError: There is no network.
        ProvisionError: The repositories lack the artifact, or sent half of it.
        OSError: It can't be written.

    """
    logging.getLogger("jgo").setLevel(logging.CRITICAL)
    named = GlobalSettings.load().repositories
    context = MavenContext(
        resolver=PythonResolver(progress_callback=progress),
        repo_cache=folder,
        remote_repos=named | {"central": named.get("central", MAVEN_CENTRAL_URL)},
        timeout=STALL_S,
    )
    try:
        return (
            context.project(artifact.group, artifact.name).at_version(artifact.version).artifact().resolve()
        )
    except (requests.RequestException, RuntimeError) as error:
        unreached = isinstance(error, requests.Timeout | requests.ConnectionError)
        failure = UnreachableError if unreached else ProvisionError
        raise failure(
            f"{artifact.filename} could not be fetched from Maven ({_reason(error)}); try again later"
        ) from error


def _reason(error: Exception) -> str:
    """Say in a few words what an exception of requests or jgo means."""
    match error:
        case requests.Timeout():
            return f"no answer in {STALL_S} s"
        case requests.ConnectionError():
            return "no connection"
        case RuntimeError():
            return "the repositories answered, but without it"
        case _:
            return str(error)
