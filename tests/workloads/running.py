"""To run a workload script as the harness does: from outside."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from gilometer.cards import read_card
from gilometer.model import Card, Line, Strategy
from gilometer.run.services import Services
from tests import untraced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKLOADS = Path(__file__).parents[2] / "workloads"
NAMES = tuple(sorted(path.stem for path in WORKLOADS.glob("[!_]*.py")))
HOST = (sys.executable,)
ANY_STRATEGY = f"    strategies = {tuple(strategy.value for strategy in Strategy)}\n"
"""In the body of a workload of one's own: it can be spread in every way."""
SUBINTERPRETERS = ("cpython-3.12", "cpython-3.13", "cpython-3.14", "cpython-3.13t", "cpython-3.14t")
"""Interpreters that have some with a GIL of their own."""

SLOW_TO_START = frozenset({"jython-2.7", "pyodide-3.14"})
"""Interpreters of which each process takes seconds to start."""
ONE_PROCESS = Path(__file__).with_name("one_process.py")

SERVICES = Services()
"""For all tests of this process, each started when a workload first needs it."""
atexit.register(SERVICES.close)


@dataclass(frozen=True)
class Ran:
    """What came of a script."""

    status: int
    stdout: str
    stderr: str

    @property
    def line(self) -> Line:
        """The contract's line, which must be all there is on standard output."""
        assert self.status == 0, self.stderr
        return msgspec.json.decode(self.stdout, type=Line)

    @property
    def last_line(self) -> Line:
        """The contract's line, after the answers to commands."""
        return Ran(self.status, self.stdout.splitlines()[-1], self.stderr).line

    @property
    def card(self) -> Card:
        """What the script says of itself."""
        assert self.status == 0, self.stderr
        return msgspec.json.decode(self.stdout, type=Card)


def run(script: Path, *words: str, python: Sequence[str] = HOST, cwd: Path) -> Ran:
    """Run a script in a folder; a workload of the project has the services that it needs."""
    done = subprocess.run(
        [*python, str(script), *words],
        cwd=cwd,
        env=os.environ | SERVICES.environment(services_of(script)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def run_each(
    items: Sequence[Sequence[str | Path]], *, python: Sequence[str], name: str, cwd: Path
) -> list[Ran]:
    """Run scripts, each with its words; in one process under an interpreter that is slow to start."""
    needed = sorted({service for item in items for service in services_of(Path(item[0]))})
    environment = os.environ | SERVICES.environment(needed)  # they are started here, by one thread
    if name in SLOW_TO_START:
        return _in_one_process([list(map(str, item)) for item in items], python, cwd, environment)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return list(
            pool.map(lambda item: run(Path(item[0]), *map(str, item[1:]), python=python, cwd=cwd), items)
        )


def _in_one_process(
    items: Sequence[Sequence[str]], python: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> list[Ran]:
    done = subprocess.run(
        [*python, str(ONE_PROCESS)],
        cwd=cwd,
        env=environment,
        input=json.dumps(items),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Ran(*answer) for answer in json.loads(done.stdout)]


@cache
def services_of(script: Path) -> tuple[str, ...]:
    """What must be running for a script."""
    return read_card(script).services if script.parent == WORKLOADS and script.stem in NAMES else ()


def workload(name: str) -> Path:
    """Where a workload of the project lies."""
    return WORKLOADS / f"{name}.py"


class TakingTurns:
    """A script that takes turns: it answers each line with one, until it is told that there are no more."""

    def __init__(self, script: Path, *words: str, python: Sequence[str] = HOST, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [*python, str(script), "--turns", *words],
            cwd=cwd,
            env=untraced.environment(**SERVICES.environment(services_of(script))),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.first = self.hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def hear(self) -> Any:
        """The next thing that it says; nothing if it said no more."""
        assert self.process.stdout is not None
        return msgspec.json.decode(self.process.stdout.readline() or "null")

    def ask(self, command: str) -> Any:
        """What it answers."""
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.hear()

    def interrupt(self) -> None:
        """Press Ctrl-C: it reaches all processes of the session."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self, *commands: str) -> Ran:
        """Give it these commands and no more; what it said since."""
        out, err = self.process.communicate("".join(f"{command}\n" for command in commands), timeout=60)
        return Ran(self.process.returncode, out, err)
