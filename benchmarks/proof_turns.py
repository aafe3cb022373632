"""Test whether turns give the same speedups as processes that live alone, and how much sooner.

Each kind of cell is measured in blocks that alternate: all of its processes alive at once and taking turns,
as a run does it, and each process alone, one after the other. Both have the same loops and the same slots,
controls included. All kinds get a block of each way before any gets the next. Goals: the ratio of the two
speedups is 1 within its 95% interval for each kind, and its logarithms have a mean within 2% of 0.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from one_group import OneGroup, failure_of, plan_of
from real import newest, surveyed

from gilometer.locations import workloads_folder
from gilometer.model import Strategy
from gilometer.plan.cores import without_short_rounds
from gilometer.plan.effort import DEFAULT
from gilometer.plan.rounds import block_result
from gilometer.run.launchers import LauncherPool
from gilometer.run.services import Services
from gilometer.stats.intervals import typical_ratios
from gilometer.stats.running import NORMAL_QUANTILE
from gilometer.stats.trimmed import trimmed
from gilometer.stats.unpaired import ratios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gilometer.run.group import GroupMeasurement
    from gilometer.run.launcher import Launchers

GOAL = 0.02
SETTLING = 1_000_000
"""Number of a block that is not kept: in it the loops are found that both ways then have."""
FEWEST = 3
"""Blocks of which an interval can be made."""


@dataclass(frozen=True)
class Kind:
    """A kind of cell, and which interpreter is measured for it."""

    interpreter: str
    """A glob: the newest that it matches."""
    workload: str
    strategy: Strategy

    def __str__(self) -> str:
        """Return its name, such as ``cpython-3.13 fib threads``."""
        return f"{self.interpreter} {self.workload} {self.strategy}"


KINDS = (
    Kind("cpython-3.13", "fib", Strategy.THREADS),
    Kind("cpython-3.13", "sha256", Strategy.THREADS),
    Kind("cpython-3.13", "sleep", Strategy.THREADS),
    Kind("cpython-3.13", "fib", Strategy.PROCESSES),
    Kind("cpython-3.13", "large_temporaries", Strategy.THREADS),
    Kind("cpython-2.7", "fib", Strategy.THREADS),
    Kind("cpython-3.13t", "fib", Strategy.THREADS),
    Kind("cpython-3.14", "fib", Strategy.THREADS),
    Kind("pypy-*", "fib", Strategy.THREADS),
    Kind("jython-2.7", "fib", Strategy.THREADS),
    Kind("jython-2.7", "sha256", Strategy.THREADS),
    Kind("micropython-*", "fib", Strategy.THREADS),
)


def main() -> int:
    """Print each block, a table of kinds and the means; whether a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=24, help="of each way, for each kind (at least 3)")
    parser.add_argument("--only", default="", metavar="WORDS", help="kinds whose names have these words")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as until_then:
        launchers = until_then.enter_context(LauncherPool(Path(name) / "scratch", workloads_folder()))
        services = until_then.enter_context(Services())
        compared = [one for one in begun(launchers, services) if asked.only in str(one.kind)]
        for block in range(max(FEWEST, asked.blocks)):
            for one in compared:
                if not one.failed:
                    one.measure(block)
    return report([one.answer() for one in compared if not one.failed])


def begun(launchers: Launchers, services: Services) -> list[Compared]:
    """Prepare what is here, and name what is not."""
    found = surveyed()
    prepared = []
    for kind in KINDS:
        interpreter = newest(found, kind.interpreter)
        if interpreter is None:
            print(f"missing: {kind}")
        else:
            plan = plan_of((interpreter,), kind.workload, (kind.strategy,))
            prepared.append(Compared.of(kind, OneGroup(plan, interpreter, launchers, services)))
    return prepared


@dataclass
class Way:
    """The measurements of one way, block by block."""

    strategy: Strategy
    logs: list[float] = field(default_factory=list)
    """Logarithms of the speedup over serial."""
    seconds: list[float] = field(default_factory=list)

    def add(self, measured: GroupMeasurement) -> None:
        """Add a block."""
        result = block_result(without_short_rounds(measured.samples))
        logs = {cell.strategy: log for cell, log in result.cells.items()}
        self.logs.append(logs[Strategy.SERIAL] - logs[self.strategy])
        self.seconds.append(measured.wall_s)

    @property
    def column(self) -> NDArray[np.float64]:
        """The logarithms as a column."""
        return np.asarray(self.logs)[:, None]


@dataclass
class Compared:
    """A kind of cell that is measured both ways."""

    kind: Kind
    group: OneGroup
    turns: Way
    alone: Way
    failed: str = ""
    is_settled: bool = False

    @classmethod
    def of(cls, kind: Kind, group: OneGroup) -> Compared:
        """Begin with nothing measured."""
        return cls(kind, group, Way(kind.strategy), Way(kind.strategy))

    def measure(self, block: int) -> None:
        """Measure a block of each way, either first in every other."""
        if not self.is_settled:
            self.failed = failure_of(self.group.by_turns(SETTLING))
            self.is_settled = True
        for way in (self.turns, self.alone)[:: -1 if block % 2 else 1]:
            if not self.failed:
                found = self.group.by_turns(block) if way is self.turns else self.group.one_by_one(block)
                self.failed = failure_of(found)
                if not self.failed:
                    way.add(found)
        if self.failed:
            print(f"not measured: {self.kind}: {self.failed}", flush=True)
            return
        words = [
            f"{name} {math.exp(way.logs[-1]):.3f} in {way.seconds[-1]:.1f} s"
            for name, way in (("by turns", self.turns), ("one by one", self.alone))
        ]
        print(f"{block + 1:3} {self.kind}: {', '.join(words)}", flush=True)

    def answer(self) -> Answer:
        """Put both ways side by side."""
        both = ratios(self.alone.column, self.turns.column)
        return Answer(
            kind=self.kind,
            turns=WayEstimate.of(self.turns),
            alone=WayEstimate.of(self.alone),
            ratio=float(both.ratio[0]),
            low=float(both.low[0]),
            high=float(both.high[0]),
        )


@dataclass(frozen=True)
class WayEstimate:
    """The speedup as one way measures it, and what that takes."""

    ratio: float
    low: float
    high: float
    spread: float
    """Standard deviation of a block's logarithm, Winsorised as that of the interval is."""
    block_s: float

    @classmethod
    def of(cls, way: Way) -> WayEstimate:
        """Compute it as a report does."""
        found, error = typical_ratios(way.column), trimmed(way.column)
        return cls(
            ratio=float(found.mean[0]),
            low=float(found.low[0]),
            high=float(found.high[0]),
            spread=float(error.error[0] * math.sqrt(error.count[0])),
            block_s=statistics.median(way.seconds),
        )

    @property
    def wanted(self) -> float:
        """Blocks until the interval is as narrow as a run aims at, and at least as many as it asks for."""
        by_width = (NORMAL_QUANTILE * self.spread / math.log1p(DEFAULT.precision)) ** 2
        return max(float(DEFAULT.fewest_blocks), by_width)

    @property
    def wanted_s(self) -> float:
        """Seconds until then."""
        return self.wanted * self.block_s

    def __str__(self) -> str:
        """The ratio with its interval."""
        return f"{self.ratio:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Answer:
    """One kind of cell, both ways."""

    kind: Kind
    turns: WayEstimate
    alone: WayEstimate
    ratio: float
    """Ratio of the speedup by turns over that of processes that live alone."""
    low: float
    high: float

    @property
    def agrees(self) -> bool:
        """Tell whether both ways give the same speedup."""
        return self.low <= 1 <= self.high


def report(answers: Sequence[Answer]) -> int:
    """Print the tables; whether a goal was missed."""
    if not answers:
        print("nothing was measured")
        return 1
    print(f"\n{'kind':38}{'by turns':>22}{'one after the other':>22}{'ratio of both':>22}")
    for one in answers:
        both = f"{one.ratio:.3f} [{one.low:.3f}, {one.high:.3f}]"
        verdict = "agree" if one.agrees else "DIFFER"
        print(f"{one.kind!s:38}{one.turns!s:>22}{one.alone!s:>22}{both:>22} {verdict}")
    heads = f"{'spread':>16}{'s a block':>14}{'blocks':>12}{'seconds':>14}"
    print(f"\n{f'to {DEFAULT.precision:.0%}, by turns / one by one':38}  {heads}")
    for one in answers:
        print(f"{one.kind!s:38}{gain(one)}")
    logs = [math.log(one.ratio) for one in answers]
    mean, apart = statistics.fmean(logs), [abs(log) for log in logs]
    agreeing = sum(one.agrees for one in answers)
    less = statistics.median(one.alone.wanted_s / one.turns.wanted_s for one in answers)
    print(
        f"\n{agreeing} of {len(answers)} agree; log ratio: mean {mean:+.2%}, mean distance from 0 "
        f"{statistics.fmean(apart):.2%}, median distance {statistics.median(apart):.2%}; one after the other "
        f"takes {less:.1f} times as long (median)\ngoal: all agree, and a mean within {GOAL:.0%}"
    )
    return int(agreeing < len(answers) or abs(mean) > GOAL)


def gain(one: Answer) -> str:
    """Describe the cost of both ways, by turns first."""
    turns, alone = one.turns, one.alone
    return (
        f"  {turns.spread:8.2%} /{alone.spread:7.2%}{turns.block_s:7.2f} /{alone.block_s:6.2f}"
        f"{turns.wanted:6.0f} /{alone.wanted:5.0f}{turns.wanted_s:7.1f} /{alone.wanted_s:7.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
