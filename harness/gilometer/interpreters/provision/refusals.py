"""Sources that were out of reach: remembered for a day, so that nobody waits for them again and again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from gilometer import files
from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.locations import cache_folder
from gilometer.model import Record

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.provision.provisioner import DownloadProgress, Provisioner

MEMORY = dt.timedelta(days=1)


class Refusal(Record, frozen=True):
    """One attempt whose source gave no answer."""

    at: dt.datetime
    """UTC."""
    sentence: str


def latest(name: str) -> Refusal | None:
    """Return what is remembered of a provisioner, unless it is too long ago."""
    try:
        refusal = msgspec.json.decode(_file(name).read_bytes(), type=Refusal)
    except (OSError, msgspec.DecodeError):
        return None
    return refusal if dt.datetime.now(dt.UTC) - refusal.at < MEMORY else None


def check(name: str) -> None:
    """Do nothing unless a provisioner's source was out of reach lately.

    Raises:
        ProvisionError: It was; the sentence says when, and how to try again.

    """
    refusal = latest(name)
    if refusal:
        raise ProvisionError(
            f"the source of {name} was out of reach at {when(refusal)};"
            f" `nox -s provision -- {name} --retry` tries again"
        )


def when(refusal: Refusal) -> str:
    """``14:03``, in local time."""
    return refusal.at.astimezone().strftime("%H:%M")


def fetch(provisioner: Provisioner, progress: DownloadProgress) -> None:
    """Fetch, and remember whether the source was out of reach.

    Raises:
        ProvisionError: It could not be fetched.

    """
    try:
        provisioner.fetch(progress)
    except UnreachableError as error:
        _remember(provisioner.name, str(error))
        raise
    forget(provisioner.name)


def forget(name: str) -> None:
    """Let the next attempt be made."""
    _file(name).unlink(missing_ok=True)


def _remember(name: str, sentence: str) -> None:
    files.write(_file(name), msgspec.json.encode(Refusal(dt.datetime.now(dt.UTC), sentence)))


def _file(name: str) -> Path:
    return cache_folder() / "refusals" / f"{name}.json"
