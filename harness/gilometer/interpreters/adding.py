"""Add an interpreter of the user's own: ask it for its facts, and write its file only if it answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w

from gilometer import files
from gilometer.environment import holds_secret
from gilometer.errors import UsageError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.matrix import EXPOSED, OwnInterpreter, find_program, free_name, own_folder
from gilometer.interpreters.places import is_shim
from gilometer.interpreters.probe import SCRIPT, NoAnswer
from gilometer.locations import workloads_folder
from gilometer.model import Facts, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.interpreters.matrix import Matrix
    from gilometer.interpreters.probe import Asker

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class AddRequest(Record, frozen=True):
    """The arguments of ``add`` as they were typed."""

    name: str
    command: str
    """Split into words as a shell does, but not run by one."""
    env: tuple[str, ...] = ()
    """Each as ``KEY=VALUE``."""


class Added(Record, frozen=True):
    """An interpreter that was added, with its facts."""

    own: OwnInterpreter
    facts: Facts


def add(request: AddRequest, matrix: Matrix, ask: Asker) -> Added:
    """Ask the command what it is, and write a file of the matrix for it into the user's folder.

    Raises:
        UsageError: The name is taken or not allowed, the command isn't there or gives no facts, or the file
            can't be written; then nothing is written.

    """
    file = _file_for(request.name, matrix)
    command, env = _command_of(request.command), dict(_variable(text) for text in request.env)
    own = OwnInterpreter(kind=request.name, command=command, file=str(file), name=request.name, env=env)
    facts = _facts_of(own, ask)
    _write(own, file)
    return Added(own, facts)


def _file_for(name: str, matrix: Matrix) -> Path:
    """Return the path of the file to write, whose stem is the name; refuse a name that is taken."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"an interpreter can't be called {name!r}: begin with a letter or a digit, and go on with those,"
            " dots, hyphens and underscores"
        )
    file = own_folder() / f"{name}.toml"
    if file.exists():
        raise UsageError(f"{name} was added before; `rm {shlex.quote(str(file))}` removes it")
    taken = {other for entry in matrix.entries for other in (entry.kind, *entry.names())}
    if name in taken:
        raise UsageError(f"the matrix has a {name} already; call it {free_name(name, taken)}, for example")
    return file


def _command_of(text: str) -> tuple[str, ...]:
    """Split a command as a shell does; words that name files get their absolute path."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--command {text!r} can't be split into words: {error}; mend its quotes") from error
    if not words:
        raise UsageError('--command is empty; give an interpreter and its arguments, as in "python3 -X dev"')
    program = find_program(words[0], Path.cwd())
    if not program:
        raise UsageError(f"--command: {words[0]} is not there or can't be run; name one that can")
    if is_shim(Path(program).resolve()):
        raise UsageError(
            f"--command: {program} is a shim, which starts whichever version is selected;"
            f" name the interpreter itself, which {words[0]} knows as `sys.executable`"
        )
    return (program, *(_from_anywhere(word) for word in words[1:]))


def _from_anywhere(word: str) -> str:
    path = Path(word).expanduser()
    return str(path.absolute()) if path.is_file() else word


def _variable(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not _VARIABLE.fullmatch(key):
        raise UsageError(f"--env {text!r}: write KEY=VALUE, as in PYTHON_GIL=1")
    if holds_secret(key, value):
        raise UsageError(f"--env {key}: {EXPOSED}; leave it out, and give `compare` --env {key}")
    return key, value


def _facts_of(own: OwnInterpreter, ask: Asker) -> Facts:
    """Ask the interpreter for its facts, within the time that its file will allow."""
    candidate = Candidate(own.command, "matrix", env=own.env, timeout_s=own.probe_timeout_s)
    answer = ask(candidate)
    if isinstance(answer, NoAnswer):
        raise UsageError(
            f"{own.name} is not added, as it does not say what it is: {answer.why}; by hand: {_by_hand(own)}"
        )
    return answer


def _by_hand(own: OwnInterpreter) -> str:
    """Return the command that asks the same question by hand."""
    settings: Sequence[str] = [f"{key}={value}" for key, value in own.env.items()]
    prefix = ["env", *settings] if settings else []
    return shlex.join([*prefix, *own.command, str(workloads_folder() / SCRIPT)])


def _write(own: OwnInterpreter, file: Path) -> None:
    content = {"command": own.command} | ({"env": dict(own.env)} if own.env else {})
    try:
        files.write(file, tomli_w.dumps(content).encode())
    except OSError as error:
        raise UsageError(
            f"{file} can't be written: {error.strerror};"
            " the environment variable GILOMETER_CONFIG names another folder"
        ) from error
