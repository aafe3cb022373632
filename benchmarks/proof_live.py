"""Test whether turns take longer after the terminal has shown the progress of the run.

The harness draws between groups alone. Here it measures one cell and its twin, block after block, with one
view or another shown before each block: in a pipe, in a terminal of 80 x 24, in one of 200 x 60. Each three
blocks that follow one another have all of them, in random order. The views know of the ratios of 40
interpreters and 24 workloads. Compared are the first round, which is nearest to the drawing, and the level
of all. Goal: all intervals contain 1.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from gilometer.interpreters.selection import Selection
from gilometer.model import Cell, Known, Outcome, Sample, Step, Strategy
from gilometer.pipeline import (
    Comparison,
    FindInterpreters,
    Options,
    create_folder,
    measure,
    planning,
    read_samples,
    walk,
)
from gilometer.plan.effort import DEFAULT
from gilometer.plan.make import Request
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.live import Live
from gilometer.stats.intervals import typical_ratios
from gilometer.stats.levels import level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from gilometer.interpreters.survey import Survey
    from gilometer.model import Decided

INTERPRETER = "cpython-3.13"
WORKLOAD = "fib"
SEED = 8
WAYS = ("pipe", "80 x 24", "200 x 60")
INTERPRETERS, WORKLOADS = 40, 24
DRAIN = (sys.executable, "-c", "import os\nwhile os.read(0, 65536): pass")
"""It reads what a terminal or a pipe is sent."""


def main() -> int:
    """Print what the views change; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="blocks for each view")
    rounds = parser.parse_args().rounds
    os.environ["TERM"] = "xterm-256color"
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as open_until_then:
        kinds = (in_a_pipe(), in_a_pty(80, 24), in_a_pty(200, 60))
        view = InTurns([open_until_then.enter_context(kind) for kind in kinds])
        comparison = measured(Path(name) / "run", view, rounds)
    blocks: defaultdict[int, list[list[float]]] = defaultdict(list)
    for one in comparison.entries:
        if isinstance(one, Sample):
            blocks[one.slot.block].append(logs_of(one))
    return report(view, list(blocks.values()))


def logs_of(sample: Sample) -> list[float]:
    """Return the logarithms of the seconds of a process's turns."""
    line = sample.line
    assert line is not None  # noqa: S101  nothing fails here
    return [math.log(one.wall_s) for one in line.iterations[line.turns_from :]]


def report(view: InTurns, blocks: Sequence[list[list[float]]]) -> int:
    """Compare each three blocks with one another."""
    found = {
        "the first round": [statistics.fmean(logs[0] for logs in block) for block in blocks],
        "all rounds": [statistics.fmean(level(logs) for logs in block) for block in blocks],
    }
    missed = 0
    for name, values in found.items():
        compared = typical_ratios(differences(view.used, values))
        for way, ratio, low, high in zip(WAYS[1:], compared.mean, compared.low, compared.high, strict=True):
            print(f"{way}: {name} {ratio:.4f} [{low:.4f}, {high:.4f}] of the time after a pipe's lines")
            missed += not low <= 1 <= high
    for way, spent in zip(WAYS, view.spent_s, strict=True):
        print(f"{way}: {1e3 * statistics.median(spent):.1f} ms before each of {len(spent)} blocks")
    print("goal: all intervals contain 1")
    return int(missed > 0)


def differences(used: Sequence[int], values: Sequence[float]) -> NDArray[np.float64]:
    """Return what each view adds to the pipe's logarithm, a row for each three blocks."""
    rows: list[dict[int, float]] = []
    for number, (way, value) in enumerate(zip(used, values, strict=True)):
        if number % len(WAYS) == 0:
            rows.append({})
        rows[-1][way] = value
    table = np.array([[three.get(way, math.nan) for way in range(len(WAYS))] for three in rows])
    added: NDArray[np.float64] = table[:, 1:] - table[:, :1]
    return added


def measured(folder: Path, view: InTurns, rounds: int) -> Comparison:
    """Measure with the harness's own stages."""
    blocks = rounds * len(WAYS)
    effort = msgspec.structs.replace(DEFAULT, budget_s=1e6, blocks=blocks, fewest_blocks=blocks)
    options = Options((), Request((WORKLOAD,), (Strategy.SERIAL,), (), SEED, effort), folder)
    find = FindInterpreters(matrix=None, choose=one_of_them, patterns=(), provisioners=())
    stages = (*planning(options, find), create_folder, measure, read_samples)
    return walk(stages, Comparison(view, folder))


def one_of_them(survey: Survey) -> Selection:
    """Choose the interpreter that is measured."""
    return Selection(tuple(one for one in survey.runnable if one.label == INTERPRETER), ())


@dataclass
class InTurns:
    """Shows each block in one of several views, all of them in every few."""

    views: Sequence[Live]
    used: list[int] = field(default_factory=list)
    """The view of each block."""
    spent_s: list[list[float]] = field(default_factory=lambda: [[] for _ in WAYS])
    """By view, what it took before each block."""
    _draw: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  for order, not for secrets
    _next: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for view in self.views:
            view.know(made_up(), DEFAULT.precision)

    def say(self, sentence: str) -> None:
        """Print nothing."""

    def know(self, known: Sequence[Known], precision: float) -> None:
        """Ignore it: the cell that is measured has no ratio."""

    def decide(self, decided: Decided) -> None:
        """Print nothing: no claim asks of the cell that is measured."""

    def show(self, step: Step) -> None:
        """Let the view whose turn it is draw, with something new to draw."""
        if not step.stage.startswith("block"):
            return
        if not self._next:
            self._next = self._draw.sample(range(len(WAYS)), len(WAYS))
        way = self._next.pop()
        self.used.append(way)
        news = self._draw.sample(made_up(), 2)
        before = time.perf_counter()
        self.views[way].know(news, DEFAULT.precision)
        self.views[way].show(step)
        self.spent_s[way].append(time.perf_counter() - before)

    def download(self, name: str, total: int) -> contextlib.AbstractContextManager[Callable[[int], None]]:
        """Nothing is fetched."""
        raise NotImplementedError(name, total)

    def close(self) -> None:
        """Close all views."""
        for view in self.views:
            view.close()


def made_up() -> list[Known]:
    """Speedups of a large run."""
    cells = [
        Cell(f"cpython-3.{number}", "", f"w{work}", Strategy.THREADS, 2)
        for number in range(INTERPRETERS)
        for work in range(WORKLOADS)
    ]
    return [
        Known(
            msgspec.structs.replace(cell, strategy=Strategy.SERIAL, workers=1),
            cell,
            ratio=1.93,
            low=1.88,
            high=1.98,
            is_precise=True,
            outcome=Outcome.OK,
        )
        for cell in cells
    ]


@contextlib.contextmanager
def in_a_pty(columns: int, lines: int) -> Iterator[Live]:
    """A view in a terminal of its own, whose output another process reads."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (lines, columns))
    reader = subprocess.Popen(DRAIN, stdin=master, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(master)
    with (
        os.fdopen(slave, "w") as terminal,
        Live(Terminal(file=terminal, width=columns, height=lines)) as view,
    ):
        yield view
    reader.wait()


@contextlib.contextmanager
def in_a_pipe() -> Iterator[Live]:
    """A view in a pipe that another process reads."""
    with subprocess.Popen(DRAIN, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as reader:
        assert reader.stdin is not None  # noqa: S101  it is a pipe
        with Live(Terminal(file=reader.stdin)) as view:
            yield view


if __name__ == "__main__":
    sys.exit(main())
