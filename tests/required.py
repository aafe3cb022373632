"""Interpreters beyond the host's, for the tests that are marked `interpreters`.

Where one is absent its tests are skipped with the reason, unless the environment variable
``GILOMETER_REQUIRE`` names it (``cpython-2.7,jython-2.7``): then they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from gilometer.interpreters.containers.recipes import recipes
from gilometer.interpreters.provision import provisioners

if TYPE_CHECKING:
    from collections.abc import Iterator

Command = tuple[str, ...]

CPYTHONS = ("2.7", *(f"3.{minor}" for minor in range(6, 16)), "3.13t", "3.14t", "3.15t")
PYPYS = ("3.9", "3.10", "3.11")
NAMES = (
    *(f"cpython-{version}" for version in CPYTHONS),
    *(f"pypy-{version}" for version in PYPYS),
    "jython-2.7",
    "micropython-3.4",
    "pyodide-3.14",
    "rustpython-3.12",
)
PARTS = (
    "containers",
    "podman",
    "docker",
    *(f"image-{recipe.name}" for recipe in recipes()),
    "postgres",
    "browser",
    "graalpy",
    "rustpython",
)
"""What else a test may need; the last two are fetched, at length, only where they are named."""


def interpreter(name: str) -> Command:
    """Give the command that runs this interpreter, or skip the test, or fail it."""
    found = find(name)
    if found is None:
        absent(name, f"there is no {name} here")
    return found


def absent(name: str, why: str) -> NoReturn:
    """Skip the test that needs something, or fail it if the environment requires that."""
    if name in required_names():
        pytest.fail(f"{why}, and GILOMETER_REQUIRE names it", pytrace=False)
    pytest.skip(why)


def required_names() -> set[str]:
    """Names that must not be absent."""
    return {name.strip() for name in os.environ.get("GILOMETER_REQUIRE", "").split(",")} - {""}


@cache
def find(name: str) -> Command | None:
    """Look for an interpreter that answers."""
    implementation, _, version = name.partition("-")
    installed = {"cpython": _cpythons, "pypy": _pypys}.get(implementation)
    candidates = chain(installed(version) if installed else (), _provisioned(implementation))
    return next((command for command in candidates if _is(command, version)), None)


def _cpythons(version: str) -> Iterator[Command]:
    for folder in sorted((Path.home() / ".pyenv" / "versions").glob(f"{version.rstrip('t')}.*")):
        if folder.name.endswith("t") == version.endswith("t"):
            yield (str(folder / "bin" / "python"),)
    if on_path := shutil.which(f"python{version}"):
        yield (on_path,)


def _pypys(version: str) -> Iterator[Command]:
    for name in (f"pypy{version}", "pypy3"):
        if on_path := shutil.which(name):
            yield (on_path,)


def _provisioned(kind: str) -> Iterator[Command]:
    """Those that `nox -s provision` has fetched."""
    for each in provisioners():
        if each.kind == kind:
            yield from (candidate.command for candidate in each.fetched())


def _is(command: Command, version: str) -> bool:
    """Tell a Python of this version from another, and from a shim that has none behind it."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run([*command, "-c", question], capture_output=True, timeout=300, check=False)
    except OSError:
        return False
    return asked.stdout.decode(errors="replace").strip() == version.rstrip("t")
