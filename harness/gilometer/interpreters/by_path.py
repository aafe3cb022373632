"""Interpreters that a user names by the path of their executable, as in ``-i .venv/bin/python``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.errors import UsageError
from gilometer.interpreters.matrix import OwnInterpreter, arguments_for, find_program, free_name
from gilometer.interpreters.places import is_shim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.interpreters.matrix import Matrix

SOURCE = "-i"
"""The source of such an interpreter."""

_WORDS = 3
"""The last words of a path that make a name, as in ``project-venv-python``."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._]+")


def is_path(pattern: str) -> bool:
    """Tell whether a pattern of ``-i`` is a path: no label has a slash."""
    return os.sep in pattern


def with_paths(matrix: Matrix, paths: Iterable[str]) -> Matrix:
    """Add to the matrix what is at these paths, each once.

    Raises:
        UsageError: A path leads to nothing that can be run.

    """
    programs = dict.fromkeys(map(program_of, paths))
    taken = {name for entry in matrix.entries for name in (entry.kind, *entry.names())}
    named = []
    for program in programs:
        name = free_name(_name_of(program), taken)
        taken.add(name)
        command = (program, *arguments_for(Path(program).name, matrix.families))
        named.append(OwnInterpreter(kind=name, command=command, file="", name=name))
    return replace(matrix, by_path=tuple(named))


def program_of(path: str) -> str:
    """Return the absolute path of an executable, which may be a link; a bare word is looked up on ``PATH``.

    Raises:
        UsageError: It is not there, can't be run, or starts whichever version is selected.

    """
    program = find_program(path, Path.cwd())
    if not program:
        raise UsageError(f"-i {path}: it is not there or can't be run; give the path of a Python")
    if is_shim(Path(program).resolve()):
        raise UsageError(
            f"-i {path}: it is a shim, which starts whichever version is selected;"
            " give the path of the interpreter itself, which that knows as `sys.executable`"
        )
    return program


def _name_of(program: str) -> str:
    """Name it by the end of its path: ``/work/project/.venv/bin/python`` is ``project-venv-python``."""
    parts = (_NOT_IN_NAMES.sub("-", part).strip(".-") for part in Path(program).parts)
    words = [part for part in parts if part and part != "bin"]
    return "-".join(words[-_WORDS:]) or "python"
