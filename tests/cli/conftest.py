"""A place where commands find few interpreters: to ask all of a developer's takes longer than the rest."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

TOOLS = ("sh", "env", "echo", "cat", "false", "mkdir", "sleep", "touch")
"""That the fake interpreters, and a browser that isn't one, are made of."""


@pytest.fixture(scope="package", autouse=True)
def few_interpreters(tmp_path_factory):
    """Leave the Python of these tests alone on the path, in a home that has none."""
    home = tmp_path_factory.mktemp("home")
    tools = home / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(str(shutil.which(name)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOME", str(home))
        patched.setenv("COLUMNS", "80")
        patched.setenv("PATH", f"{Path(sys.executable).parent}:{tools}")
        yield
