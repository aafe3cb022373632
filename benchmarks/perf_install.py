"""What installing the harness takes, into a fresh environment with pip.

Goals: at most 350 MB, and at most half of the time that the former dependencies take, installed once each, in
turns. These had all that any command needs, and pip compiled them; the noxfile leaves compiling to the first
import. 300 MB are numpy, scipy, pandas, matplotlib and what these need. A first installation, which is not
measured, fills pip's cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gilometer.model import Record

ROOT = Path(__file__).parents[1]
GOAL_MB, GOAL_RATIO = 350, 0.5
NOW = ("--no-compile", str(ROOT))
BEFORE = (f"{ROOT}[java,postgres,pyperf,uv]",)


class Installed(Record, frozen=True):
    """What an installation took."""

    wall_s: float
    megabytes: float
    """Of the whole environment, as ``du`` counts them."""


def main() -> int:
    """Install both; whether a goal was missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        install(BEFORE)
        before, now = install(BEFORE), install(NOW)
    except subprocess.CalledProcessError as error:
        print(f"installing was not measured: {error.stderr.strip().rpartition(os.linesep)[2]}")
        return 0
    ratio = now.wall_s / before.wall_s
    print(f"installing takes {now.wall_s:.1f} s, and the former dependencies {before.wall_s:.1f} s")
    print(f"ratio: {ratio:.2f} (goal: at most {GOAL_RATIO:g})")
    print(f"size: {now.megabytes:.0f} MB (goal: at most {GOAL_MB}), formerly {before.megabytes:.0f} MB")
    return int(ratio > GOAL_RATIO or now.megabytes > GOAL_MB)


def install(words: tuple[str, ...]) -> Installed:
    """Let pip install this into an environment that is removed then.

    Raises:
        CalledProcessError: The environment can't be made, or PyPI can't be reached.

    """
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, "-m", "venv", folder)
        before = time.perf_counter()
        run(f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words)
        return Installed(time.perf_counter() - before, size_of(Path(folder)) / 1e6)


def run(*command: str) -> None:
    """Run a command that sees no packages but its own."""
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, check=True, capture_output=True, text=True, env=alone)


def size_of(folder: Path) -> int:
    """Bytes on the disk below a folder."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))


if __name__ == "__main__":
    sys.exit(main())
