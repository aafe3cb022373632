"""The launcher for an interpreter in an image: it launches in a container that is kept for the run."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gilometer.commands import typed
from gilometer.errors import EngineError, NoEngineError
from gilometer.interpreters.containers import engine as engines
from gilometer.interpreters.containers.engine import LIMITS, Mount, Network
from gilometer.run.client import EXITS, GRACE_S, SUPERVISOR
from gilometer.run.kept_container import KeptContainer
from gilometer.run.launcher import Exit, Invocation
from gilometer.run.outcome import in_gib
from gilometer.run.supervised import SupervisedLauncher

if TYPE_CHECKING:
    from msgspec.json import Decoder

    from gilometer.interpreters.containers.engine import Engine, Image, Limits
    from gilometer.model import Interpreter
    from gilometer.run.client import Request
    from gilometer.run.kept_container import ContainerExit

T = TypeVar("T")

MOST_FAULTS = 2
"""Containers that fail to start, in a row, before none is tried any more: each may take a minute."""
START_S = 60.0
"""Seconds for a container to start; it takes half a second, unless the machine is busy."""

_GREETING = Invocation(argv=(), env={}, timeout_s=0.0, copies=0)
"""A request for no process: a supervisor that lives answers it at once."""
_KILLED = 128 + signal.SIGKILL


class ContainerLauncher(SupervisedLauncher):
    """Launches in one container, and in a new one when that has ended."""

    scripts = Path(engines.WORKLOADS)

    def __init__(
        self,
        interpreter: Interpreter,
        folder: Path,
        scripts: Path,
        limits: Limits = LIMITS,
        network: Network = Network.NONE,
        *,
        own: Path | None = None,
    ) -> None:
        """Start no container yet.

        Args:
            interpreter: One that lives in an image.
            folder: Where invocations run, writable for all.
            scripts: Folder of the workloads.
            limits: Limits of the container.
            network: Network of the container.
            own: Folder of the user's own code, in which invocations run, if there is any.

        """
        super().__init__()
        self._image_id = interpreter.image
        self._image_name = interpreter.source.removeprefix("image ")
        self._mounts = (
            Mount(scripts, engines.WORKLOADS),
            Mount(SUPERVISOR, engines.SUPERVISOR),
            Mount(folder, engines.SCRATCH, read_only=False),
            *((Mount(own, engines.OWN),) if own else ()),
        )
        self._limits = limits
        self._network = network
        self._container: KeptContainer | None = None
        self._left: list[KeptContainer] = []
        """Containers that have ended and could not be removed yet."""
        self._faults: list[EngineError] = []
        """The reasons why the last starts failed."""

    def close(self) -> None:
        """End the container, and all that still runs there; remove those that could not be removed before.

        Raises:
            EngineError: One can't be removed.

        """
        self._replace()
        left, self._left = self._left, []
        for container in left:
            container.remove()

    def _started(self) -> KeptContainer:
        """Start the container, unless that failed too often.

        Raises:
            EngineError: It doesn't start.

        """
        if len(self._faults) == MOST_FAULTS:
            raise self._faults[-1]
        try:
            container = self._start()
        except EngineError as error:
            self._faults.append(error)
            raise
        self._faults.clear()
        return container

    def _start(self) -> KeptContainer:
        """Start the container, and check that it answers.

        Raises:
            EngineError: It doesn't.

        """
        engine = engines.find_engine()
        image = self._image(engine)
        self._container = KeptContainer(engine, image, self._mounts, self._limits, self._network)
        try:
            alive = self._container.ask(_GREETING, EXITS, START_S) is not None
        except TimeoutError:
            self._replace()
            raise EngineError(f"its container gave no sign of life in {START_S:g} s") from None
        if not alive:
            raise EngineError(f"its container ended at once: {self._end().reason}")
        return self._container

    def _image(self, engine: Engine) -> Image:
        images, name = engine.images(), self._image_name
        for image in images:
            if image.id == self._image_id:
                return image
        if any(image.name == name for image in images):
            raise EngineError(f"the image {name} has been built anew since it was found; start a new run")
        raise EngineError(f"the image {name} is gone; build it again: {typed('images', name)}")

    def _ask(self, request: Request, answers: Decoder[T], patience_s: float) -> T | Exit:
        """Send a request to the supervisor in the container; return an exit if the container fails."""
        try:
            container = self._container or self._started()
        except NoEngineError as error:
            return Exit(unavailable=str(error))
        except EngineError as error:
            return Exit(error=str(error))
        began = time.monotonic()
        try:
            answer = container.ask(request, answers, patience_s + GRACE_S)
        except TimeoutError:
            self.losses += 1
            self._replace()
            return Exit(timed_out=True, wall_s=time.monotonic() - began)
        if answer is None:
            return self._lost(self._end(), time.monotonic() - began)
        if _has_failed(answer):  # what it left in /tmp would take memory from those that follow
            self._replace()
        return answer

    def _replace(self) -> None:
        """End the container, if there is one; the next request starts another."""
        if self._container:
            self._end()

    def _end(self) -> ContainerExit:
        """End the container; one that can't be removed is tried again at the end."""
        container, self._container = self._container, None
        assert container  # noqa: S101  whoever calls this has one
        ending = container.end()
        if not ending.is_removed:
            self._left.append(container)
        return ending

    def _lost(self, ending: ContainerExit, wall_s: float) -> Exit:
        """Return the exit of processes whose container has ended."""
        self.losses += 1
        if ending.status == _KILLED:
            limit = in_gib(self._limits.memory_bytes)
            lost = f"its container was killed; the limit of memory there is {limit}"
            return Exit(signal=signal.SIGKILL, wall_s=wall_s, lost=lost)
        if not ending.status:
            return Exit(wall_s=wall_s, lost="its container ended too early, or its answer was garbled")
        if ending.status < 0:
            return Exit(wall_s=wall_s, lost=f"its container ended: {ending.reason}")
        return Exit(wall_s=wall_s, lost=f"its container ended with status {ending.status}: {ending.reason}")


def _has_failed(answer: object) -> bool:
    """Tell whether an answer has the exit of a process that failed after its start."""
    exits = [one for one in answer if isinstance(one, Exit)] if isinstance(answer, tuple) else []
    return any((one.status != 0 or one.memory_limit) and not one.error for one in exits)
