"""Measure the cost of the contract, barrier and timing, as a share of an iteration at the default sizes.

It is the time of an iteration whose units do nothing, over the time of one that does its work, both taken in
turns. Goal: under 1% for every strategy.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

import msgspec

from gilometer.locations import workloads_folder
from gilometer.model import Line, Outcome, Strategy

ROUNDS = 15
GOAL = 0.01
SCRIPT = workloads_folder() / "fib.py"
EMPTY = ("--param", "n=0", "--loops", "1", "--iterations", "30")
FULL = ("--iterations", "3")


def main() -> int:
    """Print a line for each strategy that this Python has; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    shares = []
    for strategy in (one for one in Strategy if one is not Strategy.HYBRID):
        lacks = line_of(strategy, EMPTY)
        if lacks.outcome is Outcome.OK:
            pairs = [(iteration_s(strategy, EMPTY), iteration_s(strategy, FULL)) for _ in range(rounds)]
            shares.append(statistics.median(empty / full for empty, full in pairs))
            empty_us = statistics.median(empty for empty, _ in pairs) * 1e6
            print(f"{strategy}: {shares[-1]:.2%} of an iteration, {empty_us:.0f} us (goal: under 1%)")
        else:
            print(f"{strategy}: {lacks.reason}")
    return int(max(shares) > GOAL)


def iteration_s(strategy: Strategy, words: tuple[str, ...]) -> float:
    """Seconds of an iteration, the median of one invocation's."""
    return statistics.median(one.wall_s for one in line_of(strategy, words).iterations)


def line_of(strategy: Strategy, words: tuple[str, ...]) -> Line:
    """Return the line of the script, with two workers, or the one of serial work."""
    argv = (sys.executable, str(SCRIPT), "--strategy", strategy.value, *words)
    return msgspec.json.decode(subprocess.run(argv, capture_output=True, check=True).stdout, type=Line)


if __name__ == "__main__":
    sys.exit(main())
