"""The environment of interpreters: the few variables that they need, and no secret of the user's shell."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from gilometer.errors import UsageError
from gilometer.printing import without_passwords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEPT = frozenset(
    {
        "PATH",  # workloads and launchers start programs by name
        "HOME",  # Python looks there for the user's packages, a JVM for its settings
        "USER",
        "LOGNAME",
        "LANG",  # with LC_*: the encoding of files and output
        "TZ",
        "TMPDIR",  # where workloads write
        "LD_LIBRARY_PATH",  # a Python with a shared library may need it to start
        "DYLD_LIBRARY_PATH",  # the same on macOS
        "JAVA_HOME",  # launchers of Jython and GraalPy find Java by it
        "DOTNET_ROOT",  # the launcher of IronPython finds .NET by it
    }
)
"""Variables that reach interpreters; those that change what is measured, as ``PYTHON*`` do, are left out."""

OF_A_CONTAINER = frozenset({"PATH", "HOME"})
"""Variables that a container has of its own, as they name its folders."""

NAMED = "GILOMETER_ENV"
"""The variable that names others to pass on, with commas between them; ``--env`` adds to it."""


_SECRET = re.compile(
    r"PASSWORD|PASSWD|SECRET|CREDENTIAL|(?:^|_)TOKEN(?:_|$)|(?:^|_)KEY$|_PWD$", re.IGNORECASE
)
"""In the name of a variable that holds a secret."""


def holds_secret(name: str, value: str) -> bool:
    """Tell whether a variable seems to hold a secret: by its name, or as its value has a password."""
    return _SECRET.search(name) is not None or without_passwords(value) != value


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that interpreters need, those that the user named, and the ``extra`` ones."""
    kept = {*KEPT, *named()}
    own = {name: value for name, value in os.environ.items() if name in kept or name.startswith("LC_")}
    return own | dict(extra)


def named() -> tuple[str, ...]:
    """List the variables that the user named, each once."""
    found = (name.strip() for name in os.environ.get(NAMED, "").split(","))
    return tuple(dict.fromkeys(filter(None, found)))


def named_for_containers() -> tuple[str, ...]:
    """List the variables that the user named and that a container has no value of its own for."""
    return tuple(name for name in named() if name not in OF_A_CONTAINER)


def pass_on(names: Iterable[str]) -> None:
    """Pass these variables on to interpreters, too, from now on.

    Raises:
        UsageError: One of them is not set.

    """
    wanted = tuple(dict.fromkeys((*named(), *names)))
    for name in wanted:
        if name not in os.environ:
            raise UsageError(f"interpreters are to get {name} (--env), but it is not set here; set it first")
    if wanted:
        os.environ[NAMED] = ",".join(wanted)


def digest_of_named() -> bytes:
    """Return a digest of the variables that the user named and of their values; empty without any."""
    values = "\0".join(f"{name}={os.environ.get(name, '')}" for name in sorted(named()))
    return hashlib.sha256(values.encode()).digest() if values else b""
