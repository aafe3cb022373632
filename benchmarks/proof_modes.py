"""Count how often modes are found where there are none, and where there are, on a made-up machine.

Goal: under 5% false alarms in each kind of noise at each number of blocks. Kinds of noise whose processes
have modes of their own are left out. For the power, the blocks of a ratio fall by lot into modes a factor of
two apart, on the same noise.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from simulation import BASELINE, OTHER, Simulated, measured_in, plan_of, ratios, scenarios

from gilometer.model import Strategy
from gilometer.plan.effort import DEFAULT
from gilometer.stats.modes import modes

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from simulation import Noise

BLOCKS = (6, 12, 24, 50)
KINDS_OF_MODES = (1, 2, 3)
APART = math.log(2)
GOAL = 0.05
SEED = 17


def main() -> int:
    """Print a line for each kind of noise; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=100, help="runs of each kind, with two ratios each")
    parser.add_argument("--jobs", type=int, default=2, help="kinds of noise at once")
    asked = parser.parse_args()
    kinds = [one for one in scenarios() if one.modes.high == 1.0]
    heads = [f"{count} at {blocks}" for count in KINDS_OF_MODES for blocks in BLOCKS]
    print(f"{'modes at blocks':18}" + "".join(f"{head:>9}" for head in heads))
    worst = 0.0
    with ProcessPoolExecutor(asked.jobs) as pool:
        for noise, row in zip(kinds, pool.map(partial(row_of, trials=asked.trials), kinds), strict=True):
            print(f"{noise.name:18}" + "".join(f"{share:9.1%}" for share in row), flush=True)
            worst = max(worst, *row[: len(BLOCKS)])
    print(f"goal: under {GOAL:.0%} of ratios without modes; the most: {worst:.1%}")
    return int(worst >= GOAL)


def row_of(noise: Noise, trials: int) -> list[float]:
    """Share of ratios whose number of modes was found; without modes, that any were."""
    source = random.Random(SEED)  # noqa: S311  nothing secret
    logs = [one for _ in range(trials) for one in speedups(noise, source)]
    return [
        float(np.mean([is_right(one[:blocks], count, source) for one in logs]))
        for count in KINDS_OF_MODES
        for blocks in BLOCKS
    ]


def speedups(noise: Noise, source: random.Random) -> list[NDArray[np.float64]]:
    """Draw a run: the logarithms of what threads gain, a value for each block."""
    plan = plan_of(DEFAULT, (Strategy.SERIAL, Strategy.THREADS), source.randrange(10**6))
    machine = Simulated(noise, {BASELINE: 1.0, OTHER: 1.0}, source)
    found = ratios(plan, machine, measured_in(max(BLOCKS), plan, machine))
    truths = {math.log(machine.speedup(name)) for name in (BASELINE, OTHER)}
    return [one.logs for one in found if one.truth in truths]


def is_right(logs: NDArray[np.float64], count: int, source: random.Random) -> bool:
    """Tell whether so many modes are found; of one, whether any are, which is wrong."""
    found = modes([one + APART * source.randrange(count) for one in logs])
    return len(found) > 0 if count == 1 else len(found) == count


if __name__ == "__main__":
    sys.exit(main())
