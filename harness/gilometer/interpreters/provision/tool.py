"""Run a tool (uv, cargo, npm) for a provisioner: a failure is one sentence, and no process is left."""

from __future__ import annotations

import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping  # noqa: TC003  msgspec resolves annotations at run time
from typing import IO, TYPE_CHECKING

from gilometer import extras
from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.reach import (
    ANSWER_S,
    UnreachableError,
    says_unreachable,
    short_timeouts,
)
from gilometer.interpreters.provision.stopping import POLL_S, stop_if_asked
from gilometer.model import Record
from gilometer.printing import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREFIX = re.compile(r"^(?:(?:npm )?(?:error|err!|warning|cause|caused by)[:\s]+)*", re.IGNORECASE)
_UNTELLING = re.compile(
    r"^$|^network$|^(?:hint|note|help):|complete log of this run"
    r"|behind a proxy|network (?:connectivity|settings)"
    r"|^npm error$|^at |^\}$|^\w+: (?:'[^']*'|\d+),?$",  # npm ends with a stack, and the error's parts
    re.IGNORECASE,
)


def _ignore(_line: str, /) -> None:
    """Ignore a line."""


class Call(Record, frozen=True):
    """A command of a tool, and how its output is read."""

    command: tuple[str, ...]
    failure: str
    """Begins the sentence if it fails, such as ``RustPython could not be compiled``."""
    answered: str = ""
    """Pattern of the first line that shows that the source answered; empty: no line is waited for."""
    env: Mapping[str, str] = {}
    """Added to the variables of ``short_timeouts``."""
    hear: Callable[[str], None] = _ignore
    """Gets each line that it prints, on either stream."""


def find(name: str, remedy: str) -> str:
    """Return the path of a tool.

    Raises:
        ProvisionError: It isn't on PATH.

    """
    found = shutil.which(name)
    if found is None:
        raise ProvisionError(f"{name} is needed and not on PATH; {remedy}")
    return found


def find_uv() -> str:
    """Return the path of uv: the one on PATH, else the one that the package of that name brings.

    Raises:
        ProvisionError: There is neither.

    """
    on_path = shutil.which("uv")
    if on_path:
        return on_path
    try:
        import uv  # noqa: PLC0415  an extra

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise ProvisionError(f"uv is needed and not here; `{extras.adding('uv')}` adds it") from error


def run(call: Call, folder: Path) -> str:
    """Run a tool in a folder, and return what it printed; kill it with its children if this ends early.

    Raises:
        UnreachableError: Its source gave no answer.
        ProvisionError: It failed for another reason, can't be started, or was asked to stop.

    """
    try:
        child = subprocess.Popen(
            call.command,
            cwd=folder,
            env={**short_timeouts(), **call.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            process_group=0,
        )
    except OSError as error:
        raise ProvisionError(f"{call.failure} ({call.command[0]}: {error.strerror})") from error
    with child:
        try:
            output = _listen(child, call)
            status = child.wait()
        finally:
            _end(child)
    if status:
        raise _failure(call, output)
    return output


def _listen(child: subprocess.Popen[bytes], call: Call) -> str:
    """Collect what a tool prints until it closes its output."""
    assert child.stdout is not None  # noqa: S101  it is a pipe
    deadline = time.monotonic() + ANSWER_S
    lines: list[str] = []
    answered = not call.answered
    for new in _lines(child.stdout):
        stop_if_asked()
        for line in new:
            lines.append(line)
            call.hear(line)
            answered = answered or re.search(call.answered, line) is not None
        if not answered and time.monotonic() > deadline:
            raise UnreachableError(f"{call.failure} (no answer in {ANSWER_S} s); try again later")
    return "\n".join(lines)


def _lines(pipe: IO[bytes]) -> Iterator[list[str]]:
    """Yield lists of the lines that came; an empty list after each while in which none came."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            chunk = pipe.read(65536) if selector.select(POLL_S) else None
            if chunk == b"":
                break
            *whole, rest = (rest + (chunk or b"")).split(b"\n")
            yield [line.decode(errors="replace").rstrip() for line in whole]
    yield [rest.decode(errors="replace").rstrip()] if rest else []


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of its process group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _failure(call: Call, output: str) -> ProvisionError:
    sentence = f"{call.failure} ({_telling_line(output)})"
    return (
        UnreachableError(f"{sentence}; try again later")
        if says_unreachable(output)
        else ProvisionError(sentence)
    )


def _telling_line(output: str) -> str:
    """Return the last line that gives a reason, without prefixes such as ``error:``."""
    lines = [_PREFIX.sub("", line.strip()) for line in output.splitlines()]
    telling = [line for line in lines if not _UNTELLING.search(line)]
    return quoted(telling[-1].rstrip(".")) if telling else "it gave no reason"
