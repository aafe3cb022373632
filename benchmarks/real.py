"""Shared by proofs on this machine: a neighbour that comes and goes, and runs without a view."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import threading
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gilometer.interpreters.answers import default_asker
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gilometer.interpreters.survey import Survey
    from gilometer.model import Decided, Interpreter, Known, Step

SEED = 13
LEAST_S, MOST_S = 0.5, 6.0
"""Seconds that the neighbour stays, and stays away."""
NEIGHBOUR = """
import os
parent = os.getppid()
while os.getppid() == parent:
    pass
"""
"""It goes when this script does, however that ends."""


@contextlib.contextmanager
def neighbour() -> Iterator[None]:
    """Keep a core busy for random seconds, and leave it alone for others."""
    busy = subprocess.Popen([sys.executable, "-c", NEIGHBOUR])
    leave = threading.Event()
    coming_and_going = threading.Thread(target=come_and_go, args=(busy, leave))
    coming_and_going.start()
    try:
        yield
    finally:
        leave.set()
        coming_and_going.join()
        busy.kill()
        busy.wait()


def come_and_go(busy: subprocess.Popen[bytes], leave: threading.Event) -> None:
    """Stop and continue it until it is time to leave."""
    draw = random.Random(SEED)  # noqa: S311  for noise, not for secrets
    while not leave.is_set():
        for doing in (signal.SIGSTOP, signal.SIGCONT):
            busy.send_signal(doing)
            leave.wait(draw.uniform(LEAST_S, MOST_S))


class Silence:
    """Nobody watches these runs."""

    def say(self, sentence: str) -> None:
        """Print nothing."""

    def know(self, known: Sequence[Known], precision: float) -> None:
        """Ignore it."""

    def decide(self, decided: Decided) -> None:
        """Print nothing."""

    def show(self, step: Step) -> None:
        """Draw nothing."""

    def download(self, name: str, total: int) -> contextlib.AbstractContextManager[Callable[[int], None]]:
        """Refuse: nothing is fetched."""
        raise NotImplementedError(name, total)

    def close(self) -> None:
        """Do nothing."""


def surveyed(patterns: Sequence[str] = ()) -> Survey:
    """Find what `doctor` finds; ``patterns`` are globs of variants that are to be found too."""
    return survey(load_matrix(), ask=default_asker(), patterns=patterns)


def newest(found: Survey, pattern: str) -> Interpreter | None:
    """Return the newest interpreter whose label matches a glob; None without any."""
    return next((one for one in reversed(found.runnable) if fnmatchcase(one.label, pattern)), None)
