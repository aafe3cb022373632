"""Count how often the class of an invocation is right, with synthetic series whose class is known.

Goal: each class at least 95% of the time, over the lengths from the fewest iterations that are classed; what
shorter series would give stands beside it. `python benchmarks/proof_steady_state.py` exits 1 otherwise.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np

from gilometer.analysis import steady
from gilometer.analysis.steady import FEWEST_ITERATIONS, SteadyState, classify
from gilometer.stats.ragged import Ragged

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import NDArray

    Shape = Callable[[Generator, int], NDArray[np.float64]]
    """Draws the logarithms of a series of that length, without its noise."""

SEED = 2017
GOAL = 0.95
SERIES = 2000
"""The number of series of each class and length."""
LENGTHS = (20, 24, 30, 40, 60, 80, 120)
TOO_SHORT = (12, 16)
CLOCK_TICK_S = 1e-7


@dataclass(frozen=True)
class Truth:
    """A class, and the ways in which a series can be of it, each as likely as the others."""

    state: SteadyState
    shapes: tuple[Shape, ...]


def drift(draw: Generator, n: int) -> NDArray[np.float64]:
    """Within 3% from end to end: nobody would call it a change."""
    return np.linspace(0, np.log(draw.uniform(0.97, 1.03)), n)


def one_step(draw: Generator, n: int) -> NDArray[np.float64]:
    """Cold for some of the first 60%, then warm."""
    return np.where(np.arange(n) < draw.integers(1, warm_by(n) + 1), cold(draw), 0.0)


def several_steps(draw: Generator, n: int) -> NDArray[np.float64]:
    """Compiled in two or three stages, the last in the first 60%."""
    stages = draw.integers(2, 4)
    ends = np.sort(draw.choice(np.arange(1, warm_by(n) + 1), stages, replace=False))
    heights = np.append(np.sort(draw.uniform(0.3, 1.0, stages))[::-1], 0.0) * cold(draw)
    logs: NDArray[np.float64] = heights[np.searchsorted(ends, np.arange(n), side="right")]
    return logs


def decay(draw: Generator, n: int) -> NDArray[np.float64]:
    """Exponentially faster, under 2% above the steady state within the first 60%."""
    height = cold(draw)
    constant = draw.uniform(0.5, 1.0) * warm_by(n) / max(np.log(height / np.log(1.02)), 1.0)
    logs: NDArray[np.float64] = height * np.exp(-np.arange(n) / constant)
    return logs


def slower(draw: Generator, n: int) -> NDArray[np.float64]:
    """Slower by 10% to 100% from some iteration between the first fifth and 60%."""
    return np.where(np.arange(n) < draw.integers(n // 5, warm_by(n) + 1), 0.0, np.log(draw.uniform(1.1, 2.0)))


def warm_then_slower(draw: Generator, n: int) -> NDArray[np.float64]:
    """The same, after a cold first iteration."""
    logs = slower(draw, n)
    logs[0] = cold(draw)
    return logs


def late_change(draw: Generator, n: int) -> NDArray[np.float64]:
    """Faster or slower by 20% to 200% from some iteration of the last quarter, which has three at least."""
    begin = n - draw.integers(3, max(n // 4, 3) + 1)
    return np.where(np.arange(n) < begin, 0.0, np.log(draw.uniform(1.2, 3.0)) * draw.choice([-1, 1]))


def slope(draw: Generator, n: int) -> NDArray[np.float64]:
    """Ever faster or ever slower, by a factor of 1.5 to 5 from end to end."""
    return np.linspace(0, np.log(draw.uniform(1.5, 5.0)) * draw.choice([-1, 1]), n)


def cycle(draw: Generator, n: int) -> NDArray[np.float64]:
    """Fast and slow by turns, each for at least four iterations, the last change in the last quarter."""
    length = int(draw.integers(4, max(n // 5, 4) + 1))
    last = int(draw.integers(3, min(length, max(n // 4, 3)) + 1))
    turns = (np.arange(n)[::-1] + length - last) // length
    return np.where(turns % 2 == 0, 0.0, np.log(draw.uniform(1.2, 2.0)))


TRUTHS = (
    Truth(SteadyState.FLAT, (drift,)),
    Truth(SteadyState.WARMUP, (one_step, several_steps, decay)),
    Truth(SteadyState.SLOWDOWN, (slower, slower, warm_then_slower)),
    Truth(SteadyState.NONE, (late_change, slope, cycle)),
)
STATES = tuple(truth.state for truth in TRUTHS)


def warm_by(n: int) -> int:
    """Iteration at which all that settles has settled."""
    return int(0.6 * n)


def cold(draw: Generator) -> float:
    """Draw the logarithm of a cold iteration's slowness: a factor of 1.2 to 20, more often a small one."""
    return float(np.exp(draw.uniform(np.log(np.log(1.2)), np.log(np.log(20.0)))))


def noise(draw: Generator, n: int) -> NDArray[np.float64]:
    """Lognormal noise of 1% to 5%; in two of three series also neighbours, or a collector's pauses.

    A slow first iteration is a warm-up by definition, so it is spared.
    """
    logs = draw.normal(0.0, np.exp(draw.uniform(np.log(0.01), np.log(0.05))), n)
    disturbance = draw.integers(3)
    if disturbance == 1:
        hit = draw.random(n) < 0.03  # noqa: PLR2004  a share that means nothing elsewhere
        hit[0] = False
        logs[hit] += np.log(draw.uniform(1.2, 4.0, hit.sum()))
    elif disturbance == 2:  # noqa: PLR2004  the third of three
        period = draw.integers(5, 16)
        logs[draw.integers(1, period) :: period] += np.log(draw.uniform(1.1, 2.0))
    return logs


def confusion(draw: Generator, n: int, series: int) -> NDArray[np.intp]:
    """Count the series by class (row) and by the class that they were given (column)."""
    table = np.zeros((len(TRUTHS), len(STATES)), dtype=np.intp)
    for row, truth in enumerate(TRUTHS):
        logs = [
            truth.shapes[number % len(truth.shapes)](draw, n) + noise(draw, n) for number in range(series)
        ]
        runs = Ragged(np.full(series, n), 0.03 * np.exp(np.concatenate(logs)))
        called = classify(runs, np.full(series, CLOCK_TICK_S)).states
        table[row] = [np.count_nonzero(called == state.value) for state in STATES]
    return table


def main(series: int) -> bool:
    """Print the tables; whether the goal is met."""
    draw = np.random.default_rng(SEED)
    tables = {n: confusion(draw, n, series) for n in LENGTHS}
    total = sum(tables.values(), np.zeros((len(TRUTHS), len(STATES)), dtype=np.intp))
    print(f"{series} series of each class and length, seed {SEED}; lengths {', '.join(map(str, LENGTHS))}")
    print(f"\n{'is':<16} called {' '.join(f'{state.value:>15}' for state in STATES)}   right")
    shares = total.diagonal() / total.sum(axis=1)
    for state, row, share in zip(STATES, total, shares, strict=True):
        print(f"{state.value:<23} {' '.join(f'{count:>15,}' for count in row)}  {share:6.1%}")
    with mock.patch.object(steady, "FEWEST_ITERATIONS", min(TOO_SHORT)):
        tables |= {n: confusion(draw, n, series) for n in TOO_SHORT}
    print(f"\nright, by iterations; under {FEWEST_ITERATIONS} the analysis gives no class")
    for n, table in sorted(tables.items()):
        rates = table.diagonal() / table.sum(axis=1)
        said = ", ".join(f"{state.value} {rate:.1%}" for state, rate in zip(STATES, rates, strict=True))
        print(f"{n:>4}: {said}")
    is_met = bool((shares >= GOAL).all())
    print(f"\nthe goal, each class right at least {GOAL:.0%} of the time, is {'met' if is_met else 'missed'}")
    return is_met


def asked() -> int:
    """Read how many series are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", nargs="?", type=int, default=SERIES, help="of each class and length")
    return int(parser.parse_args().series)


if __name__ == "__main__":
    sys.exit(0 if main(asked()) else 1)
