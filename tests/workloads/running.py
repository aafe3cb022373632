"""To run a workload script as the harness does: from outside."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.model import Card, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKLOADS = Path(__file__).parents[2] / "workloads"
NAMES = tuple(sorted(path.stem for path in WORKLOADS.glob("[!_]*.py")))
HOST = (sys.executable,)


@dataclass(frozen=True)
class Ran:
    """What came of a script."""

    status: int
    stdout: str
    stderr: str

    @property
    def line(self) -> Line:
        """The contract's line, which must be all there is on standard output."""
        assert self.status == 0, self.stderr
        return msgspec.json.decode(self.stdout, type=Line)

    @property
    def card(self) -> Card:
        """What the script says of itself."""
        assert self.status == 0, self.stderr
        return msgspec.json.decode(self.stdout, type=Card)


def run(script: Path, *words: str, python: Sequence[str] = HOST, cwd: Path) -> Ran:
    """Run a script in a folder."""
    done = subprocess.run(
        [*python, str(script), *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def workload(name: str) -> Path:
    """Where a workload of the project lies."""
    return WORKLOADS / f"{name}.py"
