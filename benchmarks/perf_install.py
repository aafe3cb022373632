"""What installing the harness takes, into a fresh environment with pip.

Goals: at most 360 MB (as `du -m` counts), of which 300 are numpy, scipy, pandas, matplotlib and what these
need; and at most half of the CPU time of the former dependencies. Those had all that any command needs, and
pip compiled them; the noxfile leaves compiling to the first import. Each is installed once. A first
installation, which is not measured, fills the cache of pip.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gilometer.model import Record

ROOT = Path(__file__).parents[1]
GOAL_MB, GOAL_RATIO = 360, 0.5
NOW = ("--no-compile", str(ROOT))
BEFORE = (f"{ROOT}[java,postgres,pyperf,uv]",)


class Installed(Record, frozen=True):
    """What an installation took."""

    wall_s: float
    cpu_s: float
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
    ratio = now.cpu_s / before.cpu_s
    for name, one in (("installing", now), ("installing the former dependencies", before)):
        print(f"{name}: {one.wall_s:.1f} s, {one.cpu_s:.1f} s of CPU time")
    print(f"ratio of the CPU times: {ratio:.2f} (goal: at most {GOAL_RATIO:g})")
    print(f"size: {now.megabytes:.0f} MB (goal: at most {GOAL_MB}), formerly {before.megabytes:.0f} MB")
    return int(ratio > GOAL_RATIO or now.megabytes > GOAL_MB)


def install(words: tuple[str, ...]) -> Installed:
    """Let pip install this into an environment that is removed then.

    Raises:
        CalledProcessError: The environment can't be made, or PyPI can't be reached.

    """
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, "-m", "venv", folder)
        before, before_s = time.perf_counter(), children_s()
        run(f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words)
        wall_s, cpu_s = time.perf_counter() - before, children_s() - before_s
        return Installed(wall_s, cpu_s, size_of(Path(folder)) / 2**20)


def children_s() -> float:
    """CPU seconds of all processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*command: str) -> None:
    """Run a command that sees no packages but its own."""
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, check=True, capture_output=True, text=True, env=alone)


def size_of(folder: Path) -> int:
    """Bytes on the disk below a folder."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))


if __name__ == "__main__":
    sys.exit(main())
