"""What the tests of this room make: facts, candidates, executables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import NoAnswer
from gilometer.model import Build, Clock, Facts

if TYPE_CHECKING:
    from pathlib import Path

CPYTHON = Facts(
    implementation="cpython",
    version="3.13.1",
    implementation_version="3.13.1",
    executable="/usr/bin/python3.13",
    free_threaded=False,
    gil=True,
    jit="none",
    gc="refcount",
    build=Build(compiler="GCC 14.2.0", pgo=True, lto=True, debug=False),
    clock=Clock(name="perf_counter", tick_s=4.2e-8),
    capabilities=("threading",),
)
JYTHON = replace(
    CPYTHON,
    implementation="jython",
    version="2.7.4",
    implementation_version="2.7.4",
    free_threaded=True,
    gil=False,
    jit="on",
    gc="tracing",
    build=Build(),
)


def cpython(version: str, **changes: object) -> Facts:
    """What a CPython of that version says of itself."""
    return replace(CPYTHON, version=version, implementation_version=version, **changes)


def built(**changes: object) -> Build:
    return replace(CPYTHON.build, **changes)


def executable(path: Path, script: str = "exit 0") -> Path:
    """Make a shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def says(facts: Facts) -> str:
    """The shell command that prints facts as the probe does."""
    return f"echo '{msgspec.json.encode(facts).decode()}'"


class Told:
    """An asker that was told what each command answers, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Facts], variants: dict[str, Facts] | None = None) -> None:
        """The keys of ``variants`` are such as ``/bin/python3.13t+gil``."""
        self.answers = answers | (variants or {})
        self.asked: list[str] = []

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        asked = candidate.command[0] + candidate.variant
        self.asked.append(asked)
        return self.answers.get(asked, NoAnswer("printed nothing"))


def found(*commands: str) -> list[Candidate]:
    return [Candidate((command,), "PATH") for command in commands]
