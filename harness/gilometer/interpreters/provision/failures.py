"""Sources that were out of reach: recorded for a day, so that nobody waits for them again and again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from gilometer import files
from gilometer.commands import typed
from gilometer.decoding import DecodingError, from_json
from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.locations import cache_folder
from gilometer.model import Record

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.provision.provisioner import DownloadProgress, Provisioner

KEPT_FOR = dt.timedelta(days=1)


class FailedAttempt(Record, frozen=True):
    """An attempt to fetch whose source gave no answer."""

    at: dt.datetime
    """UTC."""
    sentence: str


def latest(name: str) -> FailedAttempt | None:
    """Return the last failed attempt of a provisioner, if it was within a day."""
    try:
        failure = from_json(files.read(_file(name), files.MEBIBYTE), FailedAttempt)
    except (OSError, DecodingError):
        return None
    return failure if dt.datetime.now(dt.UTC) - failure.at < KEPT_FOR else None


def check(name: str) -> None:
    """Refuse a provisioner whose source was out of reach within a day.

    Raises:
        ProvisionError: It was; the message says when, and how to try again.

    """
    failure = latest(name)
    if failure:
        raise ProvisionError(
            f"the source of {name} was out of reach at {when(failure)};"
            f" `{typed('provision', name, '--retry')}` tries again"
        )


def when(failure: FailedAttempt) -> str:
    """Format the time of a failure in local time, as ``14:03``."""
    return failure.at.astimezone().strftime("%H:%M")


def fetch(provisioner: Provisioner, progress: DownloadProgress) -> None:
    """Fetch an interpreter, and record whether its source was out of reach.

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
    """Forget the failure of a provisioner, so that the next attempt is made."""
    _file(name).unlink(missing_ok=True)


def _remember(name: str, sentence: str) -> None:
    files.write(_file(name), msgspec.json.encode(FailedAttempt(dt.datetime.now(dt.UTC), sentence)))


def _file(name: str) -> Path:
    return cache_folder() / "failures" / f"{name}.json"
