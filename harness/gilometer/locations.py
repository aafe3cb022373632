"""The folders that Gilometer uses: workload scripts, cache, and the user's configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from gilometer.errors import LocationError

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(__file__).resolve().parent


def workloads_folder() -> Path:
    """Return the folder of workload scripts: inside the installed package, or at the top of a checkout."""
    installed = PACKAGE / "workloads"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "workloads"


def cache_folder() -> Path:
    """Return the folder for answers and downloads; the environment's ``GILOMETER_CACHE`` names another."""
    named = os.environ.get("GILOMETER_CACHE")
    return _of_user(named, platformdirs.user_cache_path, "GILOMETER_CACHE")


def config_folder() -> Path:
    """Return the folder for what the user wrote; the environment's ``GILOMETER_CONFIG`` names another."""
    named = os.environ.get("GILOMETER_CONFIG")
    return _of_user(named, platformdirs.user_config_path, "GILOMETER_CONFIG")


def home_folder() -> Path:
    """Return the user's home folder.

    Raises:
        LocationError: Nothing says where it is.

    """
    return _of_user(None, lambda _: Path.home(), "HOME")


def check_working_folder() -> None:
    """Refuse to begin in a working folder that was deleted.

    Raises:
        LocationError: It was.

    """
    try:
        Path.cwd()
    except OSError as error:
        raise LocationError("the working folder is gone; change to one that exists, and try again") from error


def _of_user(named: str | None, usual: Callable[[str], Path], variable: str) -> Path:
    """Return the folder that the environment names, or else the usual one of this user.

    Raises:
        LocationError: Nothing says where the user's home is.

    """
    try:
        return Path(named).expanduser() if named else usual("gilometer")
    except RuntimeError as error:
        ways = " or ".join(dict.fromkeys(("HOME", variable)))
        raise LocationError(f"this user has no home folder; set {ways} to the path of a folder") from error
