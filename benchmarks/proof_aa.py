"""Count how often a command is said to differ from itself while a noisy neighbour comes and goes.

Each comparison is a whole small run of the harness: one Python under two names, one workload, serial. The
second takes turns with the first beside it, as a run compares two interpreters. Beside it is what is usual:
all of the one, then all of the other, and Welch's t test. Goal: at most one in twenty comparisons calls a
difference. Wants a machine that is quiet but for the neighbour.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from real import Silence, neighbour
from scipy import stats

from gilometer.interpreters.selection import Selection
from gilometer.locations import workloads_folder
from gilometer.model import Calibration, Group, Line, Strategy
from gilometer.pipeline import (
    Comparison,
    FindInterpreters,
    Options,
    analyse,
    create_folder,
    measure,
    planning,
    read_samples,
    walk,
)
from gilometer.plan.effort import DEFAULT
from gilometer.plan.make import Request
from gilometer.plan.times import settled_s
from gilometer.stats.equivalence import MARGIN
from gilometer.stats.significance import FALSE_DISCOVERIES, Direction, RatioEvidence, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.interpreters.survey import Survey
    from gilometer.model import Interpreter

WORKLOAD = "fib"
KIND = "cpython"
AGAIN = "-again"
GOAL = 0.05
FEWEST = 3
"""Invocations of each, of which a t test can say something."""


def main() -> int:
    """Print how many false differences each rule calls; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=10.0, help="budget of a comparison")
    asked = parser.parse_args()
    with neighbour():
        trials = [trial(number, asked.seconds) for number in range(asked.trials)]
    for rule in RULES:
        print(f"{rule.name:50}{sum(rule.calls(one) for one in trials):3} of {len(trials)}")
    wrong = sum(STRICT.calls(one) for one in trials)
    print(f"goal: at most {GOAL:.0%} {STRICT.name}; called different: {wrong} of {len(trials)}")
    return int(wrong > GOAL * len(trials))


@dataclass(frozen=True)
class Trial:
    """The result of one comparison of a command with itself."""

    found: RatioEvidence
    """Speed under the one name over that under the other."""
    band: float
    """The band of the A/A pair of that run."""
    sequential_p: float


@dataclass(frozen=True)
class Rule:
    """When a comparison counts as a difference."""

    name: str
    calls: Callable[[Trial], bool]


STRICT = Rule("by turns, beyond the A/A pair", lambda one: call(one.found, one.band) is not Direction.NONE)
RULES = (
    Rule("one after the other, Welch's t test", lambda one: one.sequential_p <= FALSE_DISCOVERIES),
    Rule("by turns, 95% interval without 1", lambda one: not one.found.low <= 1 <= one.found.high),
    STRICT,
    Rule(
        "by turns, beyond the A/A pair and the margin",
        lambda one: call(one.found, max(one.band, MARGIN)) is not Direction.NONE,
    ),
)


def trial(number: int, seconds: float) -> Trial:
    """Compare once by turns, and once in sequence with as many invocations."""
    with tempfile.TemporaryDirectory() as name:
        comparison = compared(Path(name) / "run", number, seconds)
    relative, noise = comparison.analysis.relative, comparison.analysis.noise
    rows = relative[relative["interpreter"].str.endswith(AGAIN)].to_dict("records")
    if not rows:
        sys.exit(f"{seconds:g} s did not last for a ratio; give --seconds more")
    row = rows[0]
    found = RatioEvidence(row["speed"], row["speed_low"], row["speed_high"], row["speed_q"])
    pairs = noise.pairs[noise.pairs["interpreter"] == row["interpreter"]]
    blocks = int(pairs["pairs"].iloc[0])
    band = noise.band(Group(row["interpreter"], row["variant"], row["workload"]))
    one = Trial(found, band, sequential_p(comparison, max(blocks, FEWEST)))
    print(
        f"{number + 1:3}: {blocks} blocks, {found.ratio:.3f} [{found.low:.3f}, {found.high:.3f}], "
        f"A/A {one.band:.3f}; {STRICT.name}: {'DIFFERENT' if STRICT.calls(one) else 'the same'}; "
        f"sequential p {one.sequential_p:.3f}",
        flush=True,
    )
    return one


def compared(folder: Path, seed: int, seconds: float) -> Comparison:
    """Measure and analyse with the harness's own stages."""
    effort = msgspec.structs.replace(DEFAULT, budget_s=seconds)
    options = Options((), Request((WORKLOAD,), (Strategy.SERIAL,), (), seed, effort), folder)
    find = FindInterpreters(matrix=None, choose=twice, patterns=(), provisioners=())
    stages = (*planning(options, find), create_folder, measure, read_samples, analyse)
    return walk(stages, Comparison(Silence(), folder))


def twice(survey: Survey) -> Selection:
    """Choose the newest Python that is here and in no container, and the same under another name."""
    here = [one for one in survey.runnable if one.kind == KIND and not one.variant and not one.image]
    return Selection((here[-1], msgspec.structs.replace(here[-1], name=here[-1].name + AGAIN)), ())


def sequential_p(comparison: Comparison, invocations: int) -> float:
    """P of Welch's t test on so many invocations of the one, then of the other."""
    interpreter = comparison.manifest.plan.interpreters[0]
    loops = next(one.loops for one in comparison.entries if isinstance(one, Calibration))
    time_log = partial(settled_log, interpreter, loops)
    first, second = ([time_log() for _ in range(invocations)] for _ in range(2))
    return float(stats.ttest_ind(first, second, equal_var=False).pvalue)


def settled_log(interpreter: Interpreter, loops: int) -> float:
    """Logarithm of the settled time of one invocation."""
    script = workloads_folder() / f"{WORKLOAD}.py"
    options = ("--loops", str(loops), "--iterations", str(DEFAULT.iterations))
    argv = [*interpreter.command, str(script), "--strategy", "serial", "--workers", "1", *options]
    done = subprocess.run(argv, check=True, capture_output=True)
    return math.log(settled_s(msgspec.convert(json.loads(done.stdout), Line)))


if __name__ == "__main__":
    sys.exit(main())
