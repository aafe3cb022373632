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
    """Exit status of its process 1, as a shell has it (137: killed); 125 is the engine's own failure."""
    reason: str
    """The last line of standard error."""


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
        """End the supervisor, and with it the container; remove by force a container that does not end soon.

        Raises:
            EngineError: It can't be removed.

        """
        with self._errors, self._process:
            try:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.communicate(timeout=END_S)
                if self._process.returncode != 0:  # else the engine has seen it end, and removed it
                    self._engine.remove(self._name)
            finally:
                self._process.kill()
                self._process.wait()
            return ContainerExit(self._process.returncode, reason_in(child.tail_of(self._errors)))
