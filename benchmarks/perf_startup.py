"""Measure how long a user waits for the command line and for the doctor.

Goals: `gilometer --help` at most 8 times `python -c pass`; `doctor` at most 2 s from its cache, 10 s cold,
with all that was fetched and built here.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gilometer.locations import cache_folder

ROUNDS = 20
RATIO, COLD_S, CACHED_S = 8.0, 10.0, 2.0
HELP = [sys.executable, "-m", "gilometer", "--help"]
PASS = [sys.executable, "-c", "pass"]
DOCTOR = [sys.executable, "-m", "gilometer", "doctor"]


def main() -> int:
    """Print both; whether a goal was missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    pairs = [(timed(HELP), timed(PASS)) for _ in range(ROUNDS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(
        f"gilometer --help / python -c pass: {ratio:.1f} (median of {ROUNDS} pairs; goal: at most {RATIO:g})"
    )
    with tempfile.TemporaryDirectory() as cache:
        (Path(cache) / "provisioned").symlink_to(cache_folder() / "provisioned")
        cold_s = timed(DOCTOR, GILOMETER_CACHE=cache)
        cached_s = statistics.median(timed(DOCTOR, GILOMETER_CACHE=cache) for _ in range(5))
    print(
        f"doctor: {cold_s:.2f} s cold (goal: at most {COLD_S:g} s), {cached_s:.2f} s from its cache "
        f"(at most {CACHED_S:g} s)"
    )
    return int(ratio > RATIO or cold_s > COLD_S or cached_s > CACHED_S)


def timed(argv: list[str], **environment: str) -> float:
    """Seconds of a command, its output thrown away."""
    before = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    return time.perf_counter() - before


if __name__ == "__main__":
    sys.exit(main())
