"""One container, kept for a run: the same warden as on this machine, behind an engine."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import tempfile
from typing import TYPE_CHECKING

from harness.errors import EngineError
from harness.interpreters.containers import engine as engines
from harness.interpreters.containers.engine import said
from harness.model import Record
from harness.run.wire import ARGUMENTS, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.interpreters.containers.engine import Engine, Image, Limits, Mount, Network

END_S = 10.0
"""For a container to be gone once its warden has no more to do."""

_TAIL = 4096


class Ending(Record, frozen=True):
    """How a container ended."""

    status: int
    """Of its process 1, as a shell has it (137: killed); 125 is the engine's own failure."""
    words: str
    """The last that was complained of."""


class KeptContainer:
    """A container with a warden as its process 1, from its start to its removal."""

    def __init__(
        self, engine: Engine, image: Image, mounts: Sequence[Mount], limits: Limits, network: Network
    ) -> None:
        """Start it; its first answer tells whether that worked.

        Raises:
            EngineError: The engine is gone.

        """
        self._engine = engine
        self._name = f"gilometer-{image.name}-{os.getpid()}-{secrets.token_hex(4)}"
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed when the container has ended
        command = (*image.warden, *ARGUMENTS, engines.WARDEN)
        argv = engine.running(
            image.id, command, name=self._name, mounts=mounts, limits=limits, network=network
        )
        try:
            self._client = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                start_new_session=True,  # Ctrl-C is for the harness to handle
            )
        except OSError as error:
            self._complaints.close()
            raise EngineError(f"{engine.path} can't be started: {error.strerror}") from error
        self.ask = Wire(self._client).ask

    def end(self) -> Ending:
        """Have the warden end, and with it the container; remove by force what isn't gone soon.

        Raises:
            EngineError: It can't be removed.

        """
        with self._complaints, self._client:
            try:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._client.communicate(timeout=END_S)
                if self._client.returncode != 0:  # else the engine has seen it end, and removed it
                    self._engine.remove(self._name)
            finally:
                self._client.kill()
                self._client.wait()
            return Ending(self._client.returncode, said(self._last_words()))

    def _last_words(self) -> str:
        length = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, length - _TAIL))
        return self._complaints.read().decode(errors="replace")
