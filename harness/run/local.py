"""Launching on this machine."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from harness.errors import LauncherError
from harness.interpreters.probe import clean_environment
from harness.run.wire import ARGUMENTS, WARDEN, Wire

if TYPE_CHECKING:
    from pathlib import Path

    from harness.run.launcher import Exit, Invocation


class LocalLauncher:
    """Launches through one warden process for the whole run."""

    def __init__(self, folder: Path, scripts: Path) -> None:
        """``folder`` is where invocations run; it must exist. ``scripts`` is that of the workloads."""
        self.scripts = scripts
        self._warden = subprocess.Popen(
            [sys.executable, *ARGUMENTS, str(WARDEN)],
            cwd=folder,
            env=clean_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._wire = Wire(self._warden)

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        """Have the warden run it.

        Raises:
            LauncherError: The warden is gone.

        """
        exits = self._wire.ask(invocation)
        if exits is None:
            raise LauncherError(
                "the process that starts the invocations has ended; what was measured is kept: resume the run"
            )
        return exits

    def close(self) -> None:
        """End the warden, and with it whatever it still runs."""
        self._warden.communicate()
