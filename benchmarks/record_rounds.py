"""Record real rounds of fib on this machine, for the noise of the proofs on a made-up one.

One Python under two names is measured in blocks, by turns, as a run does it. What is kept of each turn is how
much longer it took than is usual for its process, in benchmarks/rounds.json. Takes about 7 s a block.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from one_group import OneGroup, failure_of, plan_of
from real import neighbour, newest, surveyed
from simulation import ROUNDS_FILE, WORKLOAD, Recorded

from gilometer.locations import workloads_folder
from gilometer.model import Role, Sample, Strategy
from gilometer.run.launchers import LauncherPool
from gilometer.run.services import Services
from gilometer.stats.levels import level

if TYPE_CHECKING:
    from collections.abc import Sequence

AGAIN = "-again"
Row = tuple[str, str, int]
"""The key of a process in a block: its role, its strategy, and its copy."""


def main() -> int:
    """Record as many blocks as are asked for, and say how noisy they were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--interpreter", default="cpython-3.13", metavar="GLOB")
    parser.add_argument("--neighbour", action="store_true", help="beside a process that comes and goes")
    parser.add_argument("--out", type=Path, default=ROUNDS_FILE, metavar="FILE")
    asked = parser.parse_args()
    with ExitStack() as until_then:
        folder = Path(until_then.enter_context(tempfile.TemporaryDirectory()))
        launchers = until_then.enter_context(LauncherPool(folder / "scratch", workloads_folder()))
        group = again(asked.interpreter, launchers, until_then.enter_context(Services()))
        if asked.neighbour:
            until_then.enter_context(neighbour())
        blocks = [rows_of(group, block, asked.rounds) for block in range(asked.blocks)]
    recorded = centred(blocks)
    asked.out.write_bytes(msgspec.json.encode(recorded))
    tell(recorded)
    print(f"{len(recorded)} blocks of {asked.rounds} rounds are in {asked.out}")
    return 0


def again(pattern: str, launchers: LauncherPool, services: Services) -> OneGroup:
    """Return the group of an interpreter's second name, which has the first one's serial beside it."""
    one = newest(surveyed(), pattern)
    if one is None:
        sys.exit(f"no interpreter is called {pattern}")
    other = msgspec.structs.replace(one, name=one.name + AGAIN)
    return OneGroup(plan_of((one, other), WORKLOAD, (Strategy.THREADS,)), other, launchers, services)


def rows_of(group: OneGroup, block: int, rounds: int) -> dict[Row, list[float]]:
    """Measure a block: logarithms of the seconds of each process's turns."""
    measured = group.by_turns(block, rounds)
    if failure := failure_of(measured):
        sys.exit(failure)
    rows = {row_of(sample): logs_of(sample) for sample in measured.samples}
    print(f"block {block + 1}: {measured.wall_s:.1f} s", flush=True)
    return rows


def row_of(sample: Sample) -> Row:
    """Name the process of a sample."""
    return sample.slot.role.value, sample.slot.cell.strategy.value, sample.copy


def logs_of(sample: Sample) -> list[float]:
    """Return the logarithms of its turns."""
    line = sample.line
    assert line is not None  # noqa: S101  it did not fail
    return [math.log(one.wall_s) for one in line.iterations[line.turns_from :]]


def centred(blocks: Sequence[dict[Row, list[float]]]) -> tuple[Recorded, ...]:
    """Subtract the usual level of each process: the median over blocks."""
    levels: defaultdict[Row, list[float]] = defaultdict(list)
    for block in blocks:
        for row, logs in block.items():
            levels[row].append(level(logs))
    usual = {row: statistics.median(found) for row, found in levels.items()}
    return tuple(
        Recorded(
            *(
                tuple(
                    tuple(round(log - usual[row], 6) for log in logs)
                    for row, logs in block.items()
                    if (row[0] == Role.CAPACITY) is together
                )
                for together in (False, True)
            )
        )
        for block in blocks
    )


def tell(blocks: Sequence[Recorded]) -> None:
    """Print how much the ratio of two processes differs from round to round, and from block to block."""
    within = [
        statistics.stdev([a - b for a, b in zip(block.singles[0], block.singles[1], strict=True)])
        for block in blocks
    ]
    between = [level(block.singles[0]) - level(block.singles[1]) for block in blocks]
    print(
        f"a ratio of two processes: standard deviation {statistics.median(within):.2%} from round to round, "
        f"{statistics.stdev(between) if len(between) > 1 else math.nan:.2%} from block to block"
    )


if __name__ == "__main__":
    sys.exit(main())
