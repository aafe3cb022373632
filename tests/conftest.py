"""What holds for every test: it sees none of the interpreters that a developer added for themselves."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # where a neighbour makes any test slow
settings.load_profile("shared machine")

os.environ["GILOMETER_CONFIG"] = os.devnull  # already here, since test modules load the matrix when collected

SLOW = (
    "analysis/test_diff.py",
    "analysis/test_sample.py",
    "analysis/test_scaling.py",
    "analysis/test_summary.py",
    "analysis/test_what_goes_wrong.py",
    "attack/test_containers.py",
    "attack/test_kills.py",
    "attack/test_printed.py",
    "browser/*",
    "cli/test_*",
    "interpreters/test_containers_*",
    "interpreters/test_provision_*",
    "report/page/*",
    "report/plots/*",
    "report/terminal/test_summary.py",
    "report/sections/test_semantics.py",
    "report/terminal/test_live.py",
    "report/test_draw.py",
    "report/test_export.py",
    "report/test_markdown.py",
    "report/test_old_run.py",
    "run/services/*",
    "run/test_container*",
    "run/test_fake_interpreters.py",
    "run/test_habits.py",
    "run/test_local_launcher.py",
    "run/test_turns.py",
    "stats/test_intervals.py",
    "stats/test_unpaired.py",
    "test_load.py",
    "test_trial.py",
    "test_wheel.py",
    "workloads/*",
)
"""Modules that start many processes or draw many plots; all others are marked `fast`."""


def is_slow(path: Path) -> bool:
    """Tell whether a file of tests is not for the inner loop."""
    name = path.relative_to(Path(__file__).parent).as_posix()
    return any(fnmatch(name, pattern) for pattern in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spare the inner loop the import of what it leaves out."""
    return True if config.option.markexpr == "fast" and is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is fast: together it takes less than a minute on two cores."""
    for item in items:
        if not is_slow(item.path):
            item.add_marker(pytest.mark.fast)
