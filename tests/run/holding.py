"""A harness of its own, with one long invocation in a container, for tests that end it from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.locations import workloads_folder
from gilometer.run.launcher import Invocation
from gilometer.run.launchers import LauncherPool
from tests import records, untraced

if TYPE_CHECKING:
    from gilometer.model import Interpreter

ROOT = Path(__file__).parents[2]


def contained(image: str, variant: str = "") -> Interpreter:
    one = records.interpreter("jython-2.7")
    return replace(one, image=image, source="image jython", variant=variant)


def holding(folder: Path, image: str) -> subprocess.Popen[bytes]:
    """Start one, in a process group of its own."""
    argv = (sys.executable, "-m", "tests.run.holding", str(folder), image)
    return subprocess.Popen(
        argv, cwd=ROOT, env=untraced.environment(), start_new_session=True, stderr=subprocess.PIPE
    )


def main(folder: Path, image: str) -> None:
    with LauncherPool(folder, workloads_folder()) as fleet:
        hold = Invocation(argv=("/bin/sleep", "600"), env={}, timeout_s=700)
        exits = fleet.of(contained(image)).launch(hold)
    sys.exit(f"nothing was held: {exits}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
