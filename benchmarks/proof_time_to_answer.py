"""Seconds from the command to the answer "which of two interpreters is faster, and by how much", to 2%.

Against pyperf with its defaults, on the same function, each first in every other round. Goal: at most a
quarter of its time, by the median over rounds.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis import analyse
from gilometer.interpreters.answers import default_asker
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.survey import survey
from gilometer.locations import workloads_folder
from gilometer.runs import folder as run_folder
from gilometer.runs import store
from gilometer.stats.unpaired import ratios

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gilometer.model import Interpreter

BENCHMARK_S = 0.02
PAIRS = (("cpython-3.12", "cpython-3.13"), ("cpython-3.11", "cpython-3.13"))
GOAL = 0.25


@dataclass(frozen=True)
class Answer:
    """An answer, its time, and its interval."""

    seconds: float
    steps: str
    ratio: float
    """Ratio of the interpreters' times, the second's over the first's."""
    half_width: float
    """Half-width of its 95% interval, as a share of it."""

    def until(self, half_width: float) -> float:
        """Seconds that another width would take: it falls with the square root of their number."""
        return self.seconds * (self.half_width / half_width) ** 2


@dataclass(frozen=True)
class Rival:
    """One interpreter with pyperf in an environment of its own."""

    name: str
    python: Path


def main() -> int:
    """Run both in turns, print each round, and compare their medians; return 1 if the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("interpreters", nargs="*", metavar="NAME", help="two of them; else a usual pair")
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    one, other = chosen(tuple(asked.interpreters))
    print(f"{one.name} against {other.name}, on fib")
    rounds = []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        rivals = [with_pyperf(interpreter, place) for interpreter in (one, other)]
        statement = lasting(rivals[0], BENCHMARK_S)
        for number in range(asked.rounds):
            folder = place / str(number)
            folder.mkdir()
            rounds.append(in_turns(number, (one, other), rivals, Timed(statement, folder)))
            print(told(number, *rounds[-1]), flush=True)
    share = statistics.median(ours.seconds / theirs.seconds for ours, theirs in rounds)
    alike = statistics.median(ours.seconds / theirs.until(ours.half_width) for ours, theirs in rounds)
    print(f"gilometer / pyperf: {share:.2f} (median of {len(rounds)} rounds; goal: at most {GOAL})")
    print(f"if pyperf went on until it is as sure: {alike:.2f}")
    return int(share > GOAL)


@dataclass(frozen=True)
class Timed:
    """The function that is timed, and the folder for the results of a round."""

    statement: str
    folder: Path


def in_turns(
    number: int, pair: tuple[Interpreter, Interpreter], rivals: list[Rival], timed: Timed
) -> tuple[Answer, Answer]:
    """Measure with both, each first in every other round."""
    if number % 2:
        theirs = by_pyperf(rivals, timed)
        return by_gilometer(pair, timed.folder), theirs
    return by_gilometer(pair, timed.folder), by_pyperf(rivals, timed)


def chosen(names: tuple[str, ...]) -> tuple[Interpreter, Interpreter]:
    """Find the two that were named, or else the first usual pair that is here."""
    found = survey(load_matrix(), ask=default_asker())
    known = {one.label: one for one in (*found.runnable, *found.also) if not one.image}
    for one, other in itertools.pairwise(names) if names else PAIRS:
        if one in known and other in known:
            return known[one], known[other]
    sys.exit("name two interpreters that `nox -s doctor` lists and that need no container")


def told(number: int, ours: Answer, theirs: Answer) -> str:
    """Describe a round in three lines."""
    lines = [f"round {number + 1}: {ours.seconds / theirs.seconds:.2f} of pyperf's time"]
    for name, answer in (("gilometer", ours), ("pyperf", theirs)):
        lines.append(
            f"  {name:9} {answer.seconds:5.1f} s ({answer.steps}): "
            f"{answer.ratio:.3f}, give or take {answer.half_width:.1%}"
        )
    return "\n".join(lines)


# --- this harness -----------------------------------------------------------------------------


def by_gilometer(pair: tuple[Interpreter, Interpreter], folder: Path) -> Answer:
    """Time ``compare`` from its start to its end."""
    run = folder / "run"
    names = [word for one in pair for word in ("-i", one.label)]
    begun = time.time()
    called("compare", *names, "--offline", "-w", "fib", "-s", "serial", "--out", str(run))
    ended = time.time()
    planned, measured = ((run / file).stat().st_mtime for file in (run_folder.MANIFEST, run_folder.SAMPLES))
    manifest = run_folder.load(run)
    analysis = analyse(manifest, store.read(run))
    relative = analysis.relative
    speed = relative[relative["interpreter"] != manifest.plan.baseline].iloc[0]
    slower = speed["speed"] if manifest.plan.baseline == pair[1].name else 1 / speed["speed"]
    return Answer(
        seconds=ended - begun,
        steps=(
            f"start-up {planned - begun:.1f} s, {analysis.blocks} blocks {measured - planned:.1f} s, "
            f"report {ended - measured:.1f} s"
        ),
        ratio=slower,
        half_width=math.sqrt(speed["speed_high"] / speed["speed_low"]) - 1,
    )


def called(*words: str) -> None:
    """Run the harness as a user would, silently."""
    subprocess.run([sys.executable, "-m", "gilometer", *words], check=True, capture_output=True)


# --- pyperf -----------------------------------------------------------------------------------


def with_pyperf(interpreter: Interpreter, place: Path) -> Rival:
    """Install pyperf beside an interpreter."""
    home = place / interpreter.name
    python = home / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", interpreter.facts.executable, str(home)], check=True)
    subprocess.run([*uv, "pip", "install", "--python", str(python), "pyperf"], check=True)
    return Rival(interpreter.name, python)


def the_function() -> str:
    """The source of the very function that the workload times."""
    source = (workloads_folder() / "fib.py").read_text()
    found = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return ast.unparse(found)


def lasting(rival: Rival, seconds: float) -> str:
    """As many calls as the workload would make in that time; one call of it is too short to be told apart."""
    code = (
        f"{the_function()}\nimport timeit\n"
        "print(min(timeit.repeat(lambda: fib(16), number=20, repeat=5)) / 20)"
    )
    asked = subprocess.run([rival.python, "-c", code], check=True, capture_output=True, text=True)
    return f"for _ in range({round(seconds / float(asked.stdout))}): fib(16)"


def by_pyperf(rivals: list[Rival], timed: Timed) -> Answer:
    """Time ``pyperf timeit`` on both, one after the other, and ``compare_to``."""
    files = [timed.folder / f"{rival.name}.json" for rival in rivals]
    marks = [time.time()]
    for rival, file in zip(rivals, files, strict=True):
        pyperf(rival, "timeit", "--quiet", "-s", the_function(), timed.statement, "-o", str(file))
        marks.append(time.time())
    pyperf(rivals[0], "compare_to", *map(str, files))
    marks.append(time.time())
    found = ratios(*map(logs_of, files))
    return Answer(
        seconds=marks[-1] - marks[0],
        steps=" + ".join(f"{after - before:.1f}" for before, after in itertools.pairwise(marks)),
        ratio=found.ratio[0],
        half_width=math.sqrt(found.high[0] / found.low[0]) - 1,
    )


def pyperf(rival: Rival, *words: str) -> None:
    """Run pyperf under one interpreter, silently."""
    subprocess.run([rival.python, "-m", "pyperf", *words], check=True, capture_output=True)


def logs_of(file: Path) -> NDArray[np.float64]:
    """The logarithm of each process's mean, as a column."""
    runs = json.loads(file.read_bytes())["benchmarks"][0]["runs"]
    means = [statistics.fmean(run["values"]) for run in runs if run.get("values")]
    logs: NDArray[np.float64] = np.log(means)
    return logs[:, None]


if __name__ == "__main__":
    sys.exit(main())
