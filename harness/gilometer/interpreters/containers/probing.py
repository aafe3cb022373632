"""Asking a candidate that lives in an image what it is."""

from __future__ import annotations

import os
import secrets
import threading
from typing import TYPE_CHECKING

from gilometer import asking
from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import WORKLOADS, Engine, Mount, find_engine
from gilometer.interpreters.probe import Asker, NoAnswer, understand

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.candidate import Candidate
    from gilometer.model import Facts


class WhereItIs:
    """The asker that leaves each candidate to the one for its place."""

    def __init__(self, here: Asker, in_image: Asker) -> None:
        """``here`` is for those on this machine."""
        self._here = here
        self._in_image = in_image

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Ask it there."""
        return (self._in_image if candidate.image else self._here)(candidate)


class ContainerProbe:
    """The asker that runs the candidate in a container of its own, as confined as it will be measured."""

    def __init__(self, script: Path) -> None:
        """``script`` prints one line of JSON that decodes as ``Facts``."""
        self._mount = Mount(script.parent, WORKLOADS)
        self._script = f"{WORKLOADS}/{script.name}"
        self._found: Engine | None = None
        self._finding = threading.Lock()

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Run the script under the candidate."""
        try:
            answer = self._ask(candidate)
        except EngineError as error:
            return NoAnswer(str(error))
        return understand(answer, candidate.timeout_s)

    def _ask(self, candidate: Candidate) -> asking.CommandOutput:
        """Have an engine run it.

        Raises:
            EngineError: There is none, or it can't remove what hangs.

        """
        engine = self._engine()
        name = f"gilometer-probe-{os.getpid()}-{secrets.token_hex(4)}"
        command = (*candidate.command, self._script)
        argv = engine.running(
            candidate.image, command, name=name, mounts=(self._mount,), environment=candidate.env
        )
        try:
            answer = asking.ask(argv, os.environ, candidate.timeout_s)
        except OSError as error:
            raise EngineError(f"{engine.path} can't be started: {error.strerror}") from error
        if answer.status < 0:  # the engine's client was ended, which ends no container
            engine.remove(name)
        return answer

    def _engine(self) -> Engine:
        """Look for an engine once, however many ask at the same time."""
        with self._finding:
            self._found = self._found or find_engine()
        return self._found
