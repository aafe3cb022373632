"""A container that is kept for a run, with the same supervisor in it as on this machine."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import tempfile
from typing import TYPE_CHECKING

from gilometer.errors import EngineError
from gilometer.interpreters.containers import engine as engines
from gilometer.interpreters.containers.engine import reason_in
from gilometer.model import Record
from gilometer.run import child
from gilometer.run.client import ARGUMENTS, Client

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.interpreters.containers.engine import Engine, Image, Limits, Mount, Network

END_S = 10.0
"""Seconds for a container to end once its supervisor has no more to do."""


class ContainerExit(Record, frozen=True):
    """The end of a container."""

    status: int
    """Exit status of its process 1, as a shell has it (137: killed); 125 is the engine's own failure.

    Below zero is the signal that ended the engine's own command.
    """
    reason: str
    """The last line of standard error, or that the engine was killed."""
    is_removed: bool
    """False if the engine could not remove what is left of it."""


class KeptContainer:
    """A container with a supervisor as its process 1, from its start to its removal."""

    def __init__(
        self, engine: Engine, image: Image, mounts: Sequence[Mount], limits: Limits, network: Network
    ) -> None:
        """Start it; its first answer shows whether that worked.

        Raises:
            EngineError: The engine is gone.

        """
        self._engine = engine
        self._name = f"gilometer-{image.name}-{os.getpid()}-{secrets.token_hex(4)}"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed when the container has ended
        command = (*image.supervisor, *ARGUMENTS, engines.SUPERVISOR)
        argv = engine.running(
            image.id, command, name=self._name, mounts=mounts, limits=limits, network=network
        )
        try:
            self._process = child.start(argv, self._errors)
        except OSError as error:
            raise EngineError(f"{engine.path} can't be started: {error.strerror}") from error
        self.ask = Client(self._process).ask

    def end(self) -> ContainerExit:
        """End the supervisor, and with it the container; remove by force one that does not end soon."""
        with self._errors:
            try:
                self._hang_up()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(END_S)
                is_removed = self._process.returncode == 0 or self._is_removed()
            finally:
                self._process.kill()
                self._process.wait()
            return ContainerExit(self._process.returncode, self._reason(), is_removed)

    def remove(self) -> None:
        """Kill the container and remove it; it is no error if it is gone.

        Raises:
            EngineError: It can't be removed.

        """
        self._engine.remove(self._name)

    def _is_removed(self) -> bool:
        try:
            self.remove()
        except EngineError:
            return False
        return True

    def _hang_up(self) -> None:
        """Close the pipes: the supervisor ends, and an engine that writes without end does so in vain."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe  # noqa: S101  both are pipes, as ``child.start`` makes them
            pipe.close()

    def _reason(self) -> str:
        if self._process.returncode < 0:
            return f"{self._engine.program}, which ran it, was killed"
        return reason_in(child.tail_of(self._errors))
