"""The launchers of one run: one for this machine, and one for each interpreter in an image."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import Network
from gilometer.run.container import ContainerLauncher
from gilometer.run.local import LocalLauncher

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from gilometer.model import Interpreter
    from gilometer.run.launcher import Launcher

_HERE = ("", Network.HOST)
"""The key of this machine, which always has its own network."""


class LauncherPool:
    """Makes each launcher when it is first needed, and closes all of them."""

    def __init__(self, folder: Path, scripts: Path, own: Path | None = None) -> None:
        """Make no launcher yet.

        Args:
            folder: Where invocations run; it is made and removed.
            scripts: Folder of the workloads.
            own: Folder of the user's own code, if there is any: then invocations run there.

        """
        self._own = own
        self._folder = folder
        self._scripts = scripts
        self.complaints: list[str] = []
        """The reasons why containers could not be removed."""
        self._launchers: dict[tuple[str, Network], LocalLauncher | ContainerLauncher] = {}

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> Launcher:
        """Return the launcher for an interpreter, with this network if it is in a container."""
        place = (interpreter.label, network) if interpreter.image else _HERE
        if place not in self._launchers:
            self._launchers[place] = self._make(interpreter, network)
        return self._launchers[place]

    def losses(self) -> int:
        """Return how often a process that starts and times others was lost."""
        return sum(launcher.losses for launcher in self._launchers.values())

    def _make(self, interpreter: Interpreter, network: Network) -> LocalLauncher | ContainerLauncher:
        if interpreter.image:
            return ContainerLauncher(interpreter, self._folder, self._scripts, network=network, own=self._own)
        return LocalLauncher(self._own or self._folder, self._scripts)

    def close(self) -> None:
        """Close all launchers at the same time, as a container takes a moment; then remove the folder."""
        try:
            with ThreadPoolExecutor(len(self._launchers) or 1) as pool:
                for closing in [pool.submit(launcher.close) for launcher in self._launchers.values()]:
                    self._keep_complaint(closing)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _keep_complaint(self, closing: Future[None]) -> None:
        """Wait for a launcher to be closed; that a container can't be removed is told after the run."""
        try:
            closing.result()
        except EngineError as error:
            self.complaints.append(str(error))

    def __enter__(self) -> Self:
        self._folder.mkdir(exist_ok=True)
        self._folder.chmod(0o1777)  # as /tmp: who is root here is nobody in a container
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
