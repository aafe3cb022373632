"""The environment of interpreters: the few variables that they need, and no secret of the user's shell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return those of this process's variables that interpreters need, and the ``extra`` ones."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LC_")}
    return kept | dict(extra)
