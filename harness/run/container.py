"""Launching where an interpreter is that lives in an image: in a container that is kept for the run."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EngineError
from harness.interpreters.containers import engine as engines
from harness.interpreters.containers.engine import LIMITS, Mount, Network
from harness.run.kept import KeptContainer
from harness.run.launcher import Exit, Invocation
from harness.run.outcome import in_gib
from harness.run.wire import WARDEN

if TYPE_CHECKING:
    from harness.interpreters.containers.engine import Engine, Image, Limits
    from harness.model import Interpreter
    from harness.run.kept import Ending

START_S = 60.0
"""For a container to be there; half a second, unless the machine is busy."""
GRACE_S = 60.0
"""How much later than an invocation's timeout its warden's answer may come."""

_GREETING = Invocation(argv=(), env={}, timeout_s=0.0, copies=0)
"""Of nothing there is nothing to tell: a warden that lives answers this at once."""
_KILLED = 128 + signal.SIGKILL


class ContainerLauncher:
    """Launches in one container, and in a new one when that is lost."""

    scripts = Path(engines.WORKLOADS)

    def __init__(
        self,
        interpreter: Interpreter,
        folder: Path,
        scripts: Path,
        limits: Limits = LIMITS,
        network: Network = Network.NONE,
    ) -> None:
        """``folder`` is where invocations run, writable for all; ``scripts`` is that of the workloads."""
        self._image_id = interpreter.image
        self._image_name = interpreter.source.removeprefix("image ")
        self._mounts = (
            Mount(scripts, engines.WORKLOADS),
            Mount(WARDEN, engines.WARDEN),
            Mount(folder, engines.SCRATCH, read_only=False),
        )
        self._limits = limits
        self._network = network
        self._container: KeptContainer | None = None

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Have the warden in the container run it; if the container fails, the exit tells."""
        try:
            return self._ask(self._container or self._start(), invocation)
        except EngineError as error:
            return (Exit(error=str(error)),)

    def close(self) -> None:
        """End the container, and with it whatever still runs there.

        Raises:
            EngineError: It can't be removed.

        """
        container, self._container = self._container, None
        if container:
            container.end()

    def _start(self) -> KeptContainer:
        """Start the container, and see that it answers.

        Raises:
            EngineError: It doesn't.

        """
        engine = engines.find_engine()
        image = self._image(engine)
        container = KeptContainer(engine, image, self._mounts, self._limits, self._network)
        self._container = container
        try:
            alive = container.ask(_GREETING, START_S) is not None
        except TimeoutError:
            self.close()
            raise EngineError(f"its container gave no sign of life in {START_S:g} s") from None
        if not alive:
            self._container = None
            raise EngineError(f"its container ended at once: {container.end().words}")
        return container

    def _image(self, engine: Engine) -> Image:
        images, name = engine.images(), self._image_name
        for image in images:
            if image.id == self._image_id:
                return image
        if any(image.name == name for image in images):
            raise EngineError(f"the image {name} has been built anew since it was found; start a new run")
        raise EngineError(f"the image {name} is gone; build it again: nox -s images -- {name}")

    def _ask(self, container: KeptContainer, invocation: Invocation) -> tuple[Exit, ...]:
        began = time.monotonic()
        try:
            exits = container.ask(invocation, invocation.timeout_s + GRACE_S)
        except TimeoutError:
            self.close()
            return (Exit(timed_out=True, wall_s=time.monotonic() - began),)
        if exits is None:
            self._container = None
            return (self._lost(container.end(), time.monotonic() - began),)
        return exits

    def _lost(self, ending: Ending, wall_s: float) -> Exit:
        """Make an exit of the end of a container."""
        if ending.status == _KILLED:
            limit = in_gib(self._limits.memory_bytes)
            lost = f"its container was killed; the limit of memory there is {limit}"
            return Exit(signal=signal.SIGKILL, wall_s=wall_s, lost=lost)
        return Exit(wall_s=wall_s, lost=f"its container ended with status {ending.status}: {ending.words}")
