"""Measure how long the default command takes, and which of the headline's claims a run of it decides.

The command is run as a user would, each second time beside a neighbour that comes and goes. A claim counts as
decided for an interpreter if its verdict in verdicts.json is that it holds or is refuted; where it is not
applicable it is not asked. Goals: three interpreters, at most 5:15 in all, and all of the headline decided in
at least 90% of runs; ten interpreters, all of it decided for at least eight; with --quick, at most 75 s and
all of it decided, in 8 of 10 runs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from real import neighbour

from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import Calibration, Finished, Spent
from gilometer.plan.aims import HEADLINE
from gilometer.report.export.verdicts import VerdictsFile
from gilometer.runs import store

if TYPE_CHECKING:
    from collections.abc import Sequence

THREE = ("cpython-3.13", "cpython-2.7", "jython-2.7")
TEN = (
    *THREE,
    "cpython-3.13t",
    "cpython-3.13t+gil",
    "cpython-3.14",
    "pypy-*",
    "rustpython-3.12",
    "micropython-3.4",
    "graalpy-3.12",
    "cpython-3.15+jit",
)
SETS = {"three": THREE, "ten": TEN}
LONGEST_S = 315.0
QUICK_S = 75.0
QUICK_SHARE, DEFAULT_SHARE = 0.8, 0.9
OF_TEN = 8
ENDED = frozenset({0, 1})
"""Statuses of a run that has a report: 1 says that some invocation failed."""


def main() -> int:
    """Print each run, and in how many the goals were met; whether they were missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--set", choices=SETS, default="three", dest="chosen")
    parser.add_argument("--interpreters", nargs="*", metavar="GLOB", help="instead of a set")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    patterns = asked.interpreters or SETS[asked.chosen]
    runs = []
    for number in range(asked.runs):
        with neighbour() if number % 2 else nullcontext(), tempfile.TemporaryDirectory() as name:
            runs.append(run_of(patterns, Path(name) / "run", quick=asked.quick))
        print(f"{number + 1:3}{' beside a neighbour' if number % 2 else ''}: {runs[-1]}", flush=True)
    return report(runs, Goal.of(asked.quick, len(patterns)))


@dataclass(frozen=True)
class Goal:
    """The goal of a run, and the share of runs that must reach it."""

    longest_s: float
    decided: int
    """Interpreters for which the headline is to be decided."""
    share: float

    @classmethod
    def of(cls, quick: bool, interpreters: int) -> Goal:  # noqa: FBT001  it is what was asked for
        """Return the goal of a command."""
        decided = min(interpreters, OF_TEN)
        return cls(QUICK_S, decided, QUICK_SHARE) if quick else cls(LONGEST_S, decided, DEFAULT_SHARE)


@dataclass(frozen=True)
class Run:
    """The time of one run, and its decisions."""

    whole_s: float
    measured_s: float
    blocks: int
    why: str
    """It ended."""
    decided: dict[str, dict[str, bool]]
    """By interpreter, whether each claim of the headline is that applies to it."""

    @property
    def whole(self) -> int:
        """Count the interpreters for which all of it is decided."""
        return sum(all(claims.values()) for claims in self.decided.values())

    def meets(self, goal: Goal) -> bool:
        """Tell whether this run reached its goal."""
        return self.whole_s <= goal.longest_s and self.whole >= goal.decided

    def __str__(self) -> str:
        """Say how long it took, and for which interpreters claims are not decided."""
        lines = [f"{self.whole_s:.0f} s in all, {self.measured_s:.0f} s of measuring, {self.why}"]
        lines[0] += f"; {self.blocks} blocks; headline decided for {self.whole} of {len(self.decided)}"
        for interpreter, claims in self.decided.items():
            known = ", ".join(claim for claim, is_decided in claims.items() if is_decided) or "none"
            unknown = ", ".join(claim for claim, is_decided in claims.items() if not is_decided)
            lines.append(f"     {interpreter}: {known}{f'; not {unknown}' if unknown else ''}")
        return "\n".join(lines)


def run_of(patterns: Sequence[str], folder: Path, *, quick: bool) -> Run:
    """Run the command, and read what it left."""
    names = [word for pattern in patterns for word in ("-i", pattern)]
    words = ["compare", "--offline", *names, *(["--quick"] if quick else []), "--out", str(folder)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "gilometer", *words], check=False, capture_output=True, text=True
    )
    whole_s = time.perf_counter() - began
    if done.returncode not in ENDED or not (folder / "verdicts.json").exists():
        sys.exit(f"the command failed: {done.stderr[-2000:]}")
    entries = store.read(folder)
    spent = [one for one in entries if isinstance(one, Spent)]
    found = [one.wall_s for one in entries if isinstance(one, Calibration)]
    return Run(
        whole_s=whole_s,
        measured_s=sum(found) + sum(one.wall_s for one in spent),
        blocks=len(spent),
        why=next((one.why for one in entries if isinstance(one, Finished)), "interrupted"),
        decided=decided_in(folder),
    )


def decided_in(folder: Path) -> dict[str, dict[str, bool]]:
    """Read which claims of the headline are decided, for each interpreter that was measured."""
    file = msgspec.json.decode((folder / "verdicts.json").read_bytes(), type=VerdictsFile)
    found: dict[str, dict[str, bool]] = {}
    for one in file.verdicts:
        if one.claim in HEADLINE and one.verdict is not Verdict.NOT_APPLICABLE:
            is_decided = one.verdict in {Verdict.HOLDS, Verdict.REFUTED}
            found.setdefault(one.interpreter, {})[one.claim] = is_decided
    return found


def report(runs: Sequence[Run], goal: Goal) -> int:
    """Print how many runs met the goal; whether they were too few."""
    met = sum(one.meets(goal) for one in runs)
    longest_s = max(one.whole_s for one in runs)
    print(
        f"{met} of {len(runs)} runs met it; the longest took {longest_s:.0f} s\ngoal: in {goal.share:.0%} of "
        f"runs at most {goal.longest_s:g} s in all, and the headline decided for {goal.decided} interpreters"
    )
    return int(met < goal.share * len(runs))


if __name__ == "__main__":
    sys.exit(main())
