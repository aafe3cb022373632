"""Measure the time that the harness adds to a bare spawn of the same command. Goal: at most 5 ms."""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gilometer.environment import clean_environment
from gilometer.locations import workloads_folder
from gilometer.model import Cell, Outcome, Sample, Slot, Strategy
from gilometer.run.launcher import Invocation
from gilometer.run.local import LocalLauncher
from gilometer.runs.store import Store

ROUNDS = 60
GOAL_MS = 5.0


def main() -> int:
    """Interleave both, and compare their medians; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    argv = (sys.executable, str(workloads_folder() / "fib.py"))
    invocation = Invocation(argv=argv, env=clean_environment({}), timeout_s=60.0)
    bare, harness = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        launcher = LocalLauncher(folder, workloads_folder())
        with contextlib.closing(launcher), Store(folder, "run", "plan") as store:
            for number in range(rounds):
                bare.append(timed_bare(invocation))
                harness.append(timed_harness(invocation, launcher, store, number))
    added_ms = [(ours - theirs) * 1000 for ours, theirs in zip(harness, bare, strict=True)]
    ratio = statistics.median(ours / theirs for ours, theirs in zip(harness, bare, strict=True))
    print(f"an invocation through the harness / a bare spawn: {ratio:.2f} (median of {rounds} pairs)")
    print(f"added: {statistics.median(added_ms):.2f} ms (goal: at most {GOAL_MS:g} ms)")
    return int(statistics.median(added_ms) > GOAL_MS)


def timed_bare(invocation: Invocation) -> float:
    """Seconds of a spawn that keeps the output, as any caller would."""
    before = time.perf_counter()
    subprocess.run(invocation.argv, env=invocation.env, capture_output=True, check=True)
    return time.perf_counter() - before


def timed_harness(invocation: Invocation, launcher: LocalLauncher, store: Store, number: int) -> float:
    """Seconds until the sample is on disk."""
    slot = Slot(number, Cell("cpython", "", "fib", Strategy.SERIAL, 1))
    before = time.perf_counter()
    exited = launcher.launch(invocation)[0]
    store.append([Sample(slot, 0, Outcome.OK, "", exited.wall_s, exited.cpu_s, exited.peak_rss)])
    return time.perf_counter() - before


if __name__ == "__main__":
    sys.exit(main())
