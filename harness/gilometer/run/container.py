"""Launching where an interpreter is that lives in an image: in a container that is kept for the run."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gilometer.errors import EngineError
from gilometer.interpreters.containers import engine as engines
from gilometer.interpreters.containers.engine import LIMITS, Mount, Network
from gilometer.run.client import ANSWERS, EXITS, ROUNDS, SUPERVISOR, Begin, End, GiveTurn, GiveTurns
from gilometer.run.kept_container import KeptContainer
from gilometer.run.launcher import Answer, Exit, Invocation
from gilometer.run.outcome import in_gib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec.json import Decoder

    from gilometer.interpreters.containers.engine import Engine, Image, Limits
    from gilometer.model import Interpreter
    from gilometer.run.client import Request
    from gilometer.run.kept_container import ContainerExit
    from gilometer.run.launcher import Member

T = TypeVar("T")

START_S = 60.0
"""For a container to be there; half a second, unless the machine is busy."""
GRACE_S = 60.0
"""How much later than what was asked should be done its supervisor's answer may come."""

_GREETING = Invocation(argv=(), env={}, timeout_s=0.0, copies=0)
"""Of nothing there is nothing to tell: a supervisor that lives answers this at once."""
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
            Mount(SUPERVISOR, engines.SUPERVISOR),
            Mount(folder, engines.SCRATCH, read_only=False),
        )
        self._limits = limits
        self._network = network
        self._container: KeptContainer | None = None
        self._members = 0
        self._fate: Exit | None = None
        """What became of all members at once, with their container."""

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Have the supervisor in the container run it; if the container fails, the exit tells."""
        exits = self._ask(invocation, EXITS, invocation.timeout_s)
        return (exits,) if isinstance(exits, Exit) else exits

    def begin(self, members: Sequence[Member], timeout_s: float) -> tuple[Answer, ...]:
        """Have the supervisor in the container start them, and wait for the first line of each."""
        self._members = len(members)
        return self._answers(Begin(tuple(members), timeout_s))

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Have that supervisor give some of them a command; none is alive if their container is gone."""
        return self._answers(GiveTurn(tuple(members), command, timeout_s))

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        """Have that supervisor give the command in one turn after the other."""
        request = GiveTurns(tuple(map(tuple, turns)), command, timeout_s, within_s)
        patience_s = min(within_s, timeout_s * len(turns)) + timeout_s
        found = self._of_members(request, ROUNDS, patience_s)
        return tuple(map(_dead, turns)) if found is None else found

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        """Have that supervisor let them come to their end; if the container fails, the exits tell."""
        if self._fate is None:
            exits = self._ask(End(timeout_s), EXITS, timeout_s)
        else:
            exits, self._fate = self._fate, None
        return (exits,) * self._members if isinstance(exits, Exit) else exits

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
            alive = container.ask(_GREETING, EXITS, START_S) is not None
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

    def _answers(self, request: Begin | GiveTurn) -> tuple[Answer, ...]:
        found = self._of_members(request, ANSWERS, request.timeout_s)
        return _dead(request.members) if found is None else found

    def _of_members(self, request: Request, answers: Decoder[T], patience_s: float) -> T | None:
        """Ask the supervisor about members; None if they have gone with their container."""
        if self._fate is None:
            found = self._ask(request, answers, patience_s)
            if not isinstance(found, Exit):
                return found
            self._fate = found
        return None

    def _ask(self, request: Request, answers: Decoder[T], patience_s: float) -> T | Exit:
        """Ask the supervisor in the container; the exit is that of whatever ran there, if it fails."""
        try:
            return self._ask_in(self._container or self._start(), request, answers, patience_s)
        except EngineError as error:
            return Exit(error=str(error))

    def _ask_in(
        self, container: KeptContainer, request: Request, answers: Decoder[T], patience_s: float
    ) -> T | Exit:
        began = time.monotonic()
        try:
            answer = container.ask(request, answers, patience_s + GRACE_S)
        except TimeoutError:
            self.close()
            return Exit(timed_out=True, wall_s=time.monotonic() - began)
        if answer is None:
            self._container = None
            return self._lost(container.end(), time.monotonic() - began)
        return answer

    def _lost(self, ending: ContainerExit, wall_s: float) -> Exit:
        """Make an exit of the end of a container."""
        if ending.status == _KILLED:
            limit = in_gib(self._limits.memory_bytes)
            lost = f"its container was killed; the limit of memory there is {limit}"
            return Exit(signal=signal.SIGKILL, wall_s=wall_s, lost=lost)
        return Exit(wall_s=wall_s, lost=f"its container ended with status {ending.status}: {ending.words}")


def _dead(members: Sequence[object]) -> tuple[Answer, ...]:
    return (Answer(is_alive=False),) * len(members)
