"""Kill small real runs at random moments, let each go on to its end, and print what was lost or left.

A run is killed up to eight times. Afterwards, every entry that was on disk must still be there byte for byte,
nothing may be measured twice, the report must be whole, and no process and no scratch folder may be left.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # for what the tests share

from tests.attack.killing import PHASES, WAYS, Attacked, KilledRun

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_KILLS = 8
WORDS = (
    *("--quick", "--offline", "--budget", "30s"),
    *("-w", "fib", "-w", "sleep", "-s", "threads"),
    *("-i", "cpython-3.12", "-i", "cpython-3.13"),
)


def main() -> int:
    """Attack runs until there were enough kills, and print a table of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 16))
    parser.add_argument("--at-once", type=int, default=1, help="runs at the same time")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        os.environ["GILOMETER_CACHE"] = str(Path(place) / "cache")
        runs = attack_until(asked.kills, Path(place), asked.seed, asked.at_once)
    print_table(runs)
    return int(any(run.faults for run in runs))


def attack_until(kills: int, place: Path, seed: int, at_once: int) -> list[Attacked]:
    """Attack one run after the other, some at once, until there were so many kills."""
    runs: list[Attacked] = []
    while (left := kills - sum(len(run.kills) for run in runs)) > 0:
        numbers = range(len(runs), len(runs) + min(at_once, left))
        with ThreadPoolExecutor(at_once) as pool:
            runs += pool.map(lambda number: attack(place / f"run-{number}", f"{seed}/{number}"), numbers)
    return runs


def attack(folder: Path, seed: str) -> Attacked:
    """Attack one run, and print when it was killed."""
    draw = random.Random(seed)  # noqa: S311  not for secrets
    found = KilledRun(folder, WORDS, draw).attack(draw.randint(1, MOST_KILLS))
    told = [f"{kill.way} after {kill.after_s:.2f} s, {kill.phase}" for kill in found.kills]
    told += [f"FAULT: {one}" for one in found.faults]
    print(f"{folder.name}: {'; '.join(told)}", file=sys.stderr, flush=True)
    return found


def print_table(runs: Sequence[Attacked]) -> None:
    """Print how often each signal came in each phase, and the faults."""
    counts = Counter((kill.phase, kill.way) for run in runs for kill in run.kills)
    print(f"| phase | {' | '.join(WAYS)} |\n| --- |{' --- |' * len(WAYS)}")
    for phase in PHASES:
        print(f"| {phase} | {' | '.join(str(counts[phase, way]) for way in WAYS)} |")
    faulty = sum(1 for run in runs if run.faults)
    print(f"{counts.total()} kills of {len(runs)} runs; {faulty} of them lost or left something")


if __name__ == "__main__":
    sys.exit(main())
