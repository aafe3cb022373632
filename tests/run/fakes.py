"""In-process stand-ins for the run's Protocols."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from harness.interpreters.containers.engine import Network
from harness.model import Cell, Interpreter, Known, Step, Strategy
from harness.run.launcher import Exit, Invocation
from tests import records

Behave = Callable[[Invocation], Exit]


def argument(invocation: Invocation, option: str, otherwise: str) -> str:
    argv = invocation.argv
    return argv[argv.index(option) + 1] if option in argv else otherwise


def script_of(invocation: Invocation) -> str:
    script = next(word for word in invocation.argv if word.endswith(".py"))
    return script.rpartition("/")[2].removesuffix(".py")


def obey(invocation: Invocation) -> Exit:
    """What a good interpreter does: the line that was asked for."""
    label = script_of(invocation)
    strategy = Strategy(argument(invocation, "--strategy", "serial"))
    workers = int(argument(invocation, "--workers", "1"))
    iterations = int(argument(invocation, "--iterations", "2"))
    line = records.line(Cell("", "", label, strategy, workers), [0.4 / iterations] * iterations)
    return Exit(
        status=0, wall_s=0.5, cpu_s=0.4, peak_rss=1 << 20, stdout=msgspec.json.encode(line).decode() + "\n"
    )


class FakeLauncher:
    """Answers at once for every interpreter, and remembers what it was asked."""

    scripts = Path("/workloads")

    def __init__(self, behave: Behave = obey) -> None:
        self.behave = behave
        self.launched: list[Invocation] = []
        self.network = Network.NONE
        self.networks: set[tuple[str, Network]] = set()
        """Scripts, with the network that each was launched with."""

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> FakeLauncher:
        self.network = network
        return self

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        self.launched.append(invocation)
        self.networks.add((script_of(invocation), self.network))
        return tuple(self.behave(invocation) for _ in range(invocation.copies))


class FakeView:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.shown: list[Step] = []
        self.known: list[Sequence[Known]] = []
        self.said: list[str] = []

    def know(self, known: Sequence[Known], precision: float) -> None:
        self.known.append(known)

    def show(self, step: Step) -> None:
        self.shown.append(step)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    @contextlib.contextmanager
    def download(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        yield lambda _size: None

    def close(self) -> None:
        pass
