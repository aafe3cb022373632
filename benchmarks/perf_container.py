"""Measure the cost of an invocation in a kept container, over that on this machine. Goal: at most 10 ms.

No figure of a run has any of this taken off. Needs podman or docker, and an image (`nox -s images`).
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import find_engine
from gilometer.locations import workloads_folder
from gilometer.model import Build, Clock, Facts, Interpreter, Record
from gilometer.run.launcher import Invocation
from gilometer.run.launchers import LauncherPool

if TYPE_CHECKING:
    from gilometer.interpreters.containers.engine import Engine, Image
    from gilometer.run.launcher import Launcher

ROUNDS = 60
GOAL_MS = 10.0
BARE_ROUNDS = 5
TRUE = ("/bin/true",)
PASS = ("-I", "-S", "-c", "pass")


class Took(Record, frozen=True):
    """One invocation, in seconds."""

    whole_s: float
    """Until its answer was here."""
    inside_s: float
    """As the supervisor saw it, and as a sample has it."""


def main() -> int:
    """Measure what is here; whether the goal was missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        engine = find_engine()
        images = engine.images()
    except EngineError as error:
        print(f"not measured: {error}")
        return 0
    if not images:
        print("not measured: no image is built; nox -s images -- jython")
        return 0
    return int(measure(engine, images[0]) > GOAL_MS)


def measure(engine: Engine, image: Image) -> float:
    """Print what is added to a program and to a Python that do nothing; the most, in ms."""
    with (
        tempfile.TemporaryDirectory() as name,
        LauncherPool(Path(name) / "scratch", workloads_folder()) as fleet,
    ):
        local, kept = fleet.of(interpreter("")), fleet.of(interpreter(image.id))
        first_s = timed(kept, TRUE).whole_s
        print(f"image {image.name}, its first invocation, which starts the container: {first_s:.2f} s")
        pairs = [(timed(local, TRUE), timed(kept, TRUE)) for _ in range(ROUNDS)]
        added = [compare("/bin/true", pairs)]
        ours, theirs = (sys.executable, *PASS), (*image.supervisor, *PASS)
        pairs = [(timed(local, ours), timed(kept, theirs)) for _ in range(ROUNDS)]
        added.append(compare("python -c pass, each place with its own Python", pairs))
    bare_s = statistics.median(timed_bare(engine, image) for _ in range(BARE_ROUNDS))
    print(f"{engine.program} run /bin/true, a new container each time: {bare_s * 1000:.0f} ms")
    return max(added)


def compare(what: str, pairs: list[tuple[Took, Took]]) -> float:
    """Print the medians of the differences; give that of the whole."""
    added_ms = statistics.median(kept.whole_s - local.whole_s for local, kept in pairs) * 1000
    inside_ms = statistics.median(kept.inside_s - local.inside_s for local, kept in pairs) * 1000
    local_ms = statistics.median(local.whole_s for local, _ in pairs) * 1000
    print(
        f"{what}: {local_ms:.1f} ms here, {added_ms:+.1f} ms in a kept container (goal: at most "
        f"{GOAL_MS:g} ms), {inside_ms:+.1f} ms of it in the sample (medians of {len(pairs)} pairs)"
    )
    return added_ms


def timed(launcher: Launcher, argv: tuple[str, ...]) -> Took:
    """Launch it and wait for its answer."""
    before = time.perf_counter()
    (exited,) = launcher.launch(Invocation(argv=argv, env={}, timeout_s=60.0))
    whole_s = time.perf_counter() - before
    if exited.status != 0:
        sys.exit(f"not measured: {exited.error or exited.stderr}")
    return Took(whole_s, exited.wall_s)


def timed_bare(engine: Engine, image: Image) -> float:
    """Seconds of a container for one command."""
    argv = engine.running(image.id, TRUE, name="gilometer-perf")
    before = time.perf_counter()
    subprocess.run(argv, stdin=subprocess.DEVNULL, check=True)
    return time.perf_counter() - before


def interpreter(image: str) -> Interpreter:
    """Stand for any, in an image or on this machine."""
    facts = Facts(
        implementation="cpython",
        version="3.13.0",
        implementation_version="3.13.0",
        executable="python",
        free_threaded=False,
        gil=True,
        jit="none",
        gc="refcount",
        build=Build(),
        clock=Clock(name="perf_counter", tick_s=1e-7),
        capabilities=(),
    )
    return Interpreter("python", "python", ("python",), facts, "PATH", "fingerprint", image=image)


if __name__ == "__main__":
    sys.exit(main())
