"""Ask candidates that are in images for their facts."""

from __future__ import annotations

import os
import secrets
import threading
from typing import TYPE_CHECKING

from gilometer import asking
from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import WORKLOADS, Engine, Mount, find_engine
from gilometer.interpreters.probe import Asker, NoAnswer, read_answer

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.candidate import Candidate
    from gilometer.model import Facts


class AskerByPlace:
    """An asker that passes a candidate on to one for this machine or to one for images."""

    def __init__(self, here: Asker, in_image: Asker) -> None:
        """Use ``here`` for candidates on this machine."""
        self._here = here
        self._in_image = in_image

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Ask the candidate where it is."""
        return (self._in_image if candidate.image else self._here)(candidate)


class StartedEngine:
    """An asker that lets the engine start one container before it passes candidates on to another asker.

    Answers are kept from one run to the next. An engine that can start no container any more, or not from
    here, would go unnoticed until all its cells fail.
    """

    def __init__(self, ask: Asker) -> None:
        """Start no container yet."""
        self._ask = ask
        self._fault: str | None = None
        """The reason why no container starts; empty if one did, None if that was not tried."""
        self._trying = threading.Lock()

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Pass the candidate on, if containers start."""
        with self._trying:
            if self._fault is None:
                self._fault = _fault_of_engine(candidate.image)
        return NoAnswer(self._fault) if self._fault else self._ask(candidate)


def _fault_of_engine(image_id: str) -> str:
    """Start a container that does nothing; return why that failed, empty if it did not."""
    try:
        engine = find_engine()
        image = next((image for image in engine.images() if image.id == image_id), None)
        if image:
            name = f"gilometer-try-{os.getpid()}-{secrets.token_hex(4)}"
            engine.ask(*engine.running(image.id, (*image.supervisor, "-c", ""), name=name)[1:])
    except EngineError as error:
        return str(error)
    return ""


class ContainerProbe:
    """An asker that runs the candidate in a container, with the same restrictions as when it is measured."""

    def __init__(self, script: Path) -> None:
        """Use ``script``, which prints one line of JSON that decodes as ``Facts``."""
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
        return read_answer(answer, candidate.timeout_s)

    def _ask(self, candidate: Candidate) -> asking.CommandOutput:
        """Run the script in a container.

        Raises:
            EngineError: There is no engine, or it can't remove a container that hangs.

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
        """Find the engine, once for all threads."""
        with self._finding:
            self._found = self._found or find_engine()
        return self._found
