"""The folders that Gilometer uses: workload scripts, cache, and the user's configuration."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent


def workloads_folder() -> Path:
    """Return the folder of workload scripts: inside the installed package, or at the top of a checkout."""
    installed = PACKAGE / "workloads"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "workloads"


def cache_folder() -> Path:
    """Return the folder for answers and downloads; the environment's ``GILOMETER_CACHE`` names another."""
    named = os.environ.get("GILOMETER_CACHE")
    return Path(named).expanduser() if named else platformdirs.user_cache_path("gilometer")


def config_folder() -> Path:
    """Return the folder for what the user wrote; the environment's ``GILOMETER_CONFIG`` names another."""
    named = os.environ.get("GILOMETER_CONFIG")
    return Path(named).expanduser() if named else platformdirs.user_config_path("gilometer")
