"""Measure the cost of a turn beyond the member's own work. Goal: at most 0.3 ms.

A member times its own work, from when it has read a command until it has its answer; the harness times from
when it asks until that answer is here. Members take turns one after the other, as in a run. Between them the
same is asked over a bare pair of pipes, which is what this machine takes to wake two processes, and of a
process that is started for it, which is what turns spare. In a container the same is measured, without a
goal, as most of that is the engine's; it needs podman or docker, and an image (`nox -s images`).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from perf_container import interpreter

from gilometer.environment import clean_environment
from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import find_engine
from gilometer.locations import workloads_folder
from gilometer.run.launcher import Invocation, MemberCommand
from gilometer.run.launchers import LauncherPool

if TYPE_CHECKING:
    from gilometer.model import Interpreter
    from gilometer.run.launcher import Launcher

ROUNDS = 100
MEMBERS = 3
TIMEOUT_S = 60.0
ARGUMENTS = ("-I", "-S", "-c")
GOAL_MS = 0.3
WORK = """
import sys, time
def work():
    before = time.perf_counter()
    until = before + 0.005
    while time.perf_counter() < until: pass
    print(time.perf_counter() - before, flush=True)
"""
ONCE = f"{WORK}\nwork()"
TURNS = f"{WORK}\nprint('ready', flush=True)\nfor _ in sys.stdin: work()"


class Costs:
    """Seconds beyond the work itself."""

    def __init__(self) -> None:
        """Nothing is measured yet."""
        self.turns: list[float] = []
        self.bare: list[float] = []
        self.invocations: list[float] = []

    def tell(self, where: str, goal: str) -> None:
        """Print the medians."""
        turn_ms, bare_ms, invocation_ms = (
            statistics.median(one) * 1000 for one in (self.turns, self.bare, self.invocations)
        )
        print(
            f"{where}: a turn costs {turn_ms:.2f} ms beyond the work{goal}, over bare pipes here "
            f"{bare_ms:.2f} ms, an invocation {invocation_ms:.1f} ms (medians of {len(self.turns)} rounds of "
            f"{MEMBERS} turns, {len(self.bare)} bare turns and {len(self.invocations)} invocations)"
        )


def main() -> None:
    """Measure here, and in a container if there can be one."""
    here = measured(interpreter(""), (sys.executable,))
    here.tell("on this machine", f" (goal: at most {GOAL_MS} ms)")
    try:
        images = find_engine().images()
    except EngineError as error:
        print(f"in a container: not measured: {error}")
        return
    for image in images[:1]:
        measured(interpreter(image.id), image.supervisor).tell(f"in the image {image.name}", "")
    if not images:
        print("in a container: not measured: no image is built; nox -s images -- jython")


def measured(place: Interpreter, python: tuple[str, ...]) -> Costs:
    """Interleave turns and invocations, each with a launcher of its own, as one has either."""
    with tempfile.TemporaryDirectory() as name:
        folder, scripts = Path(name), workloads_folder()
        with (
            LauncherPool(folder / "turns", scripts) as turning,
            LauncherPool(folder / "invocations", scripts) as invoking,
        ):
            return interleaved(turning.of(place), invoking.of(place), python)


def interleaved(turning: Launcher, invoking: Launcher, python: tuple[str, ...]) -> Costs:
    """Give each member a turn, do the work in the two other ways, and repeat."""
    once = Invocation((*python, *ARGUMENTS, ONCE), clean_environment({}), TIMEOUT_S)
    member = MemberCommand((*python, *ARGUMENTS, TURNS), clean_environment({}))
    bare_argv = (sys.executable, *ARGUMENTS, TURNS)
    costs = Costs()
    turning.begin([member] * MEMBERS, TIMEOUT_S)
    with subprocess.Popen(bare_argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as bare:
        read_line(bare)
        for _ in range(ROUNDS):
            costs.turns.append(turn_cost(turning))
            costs.bare += [bare_cost(bare) for _ in range(MEMBERS)]
            costs.invocations.append(invocation_cost(invoking, once))
    turning.end(TIMEOUT_S)
    return costs


def turn_cost(launcher: Launcher) -> float:
    """Seconds that each turn of a round takes beyond what it says of itself."""
    before = time.perf_counter()
    answers = launcher.turns([[place] for place in range(MEMBERS)], "turn", TIMEOUT_S, TIMEOUT_S)
    whole_s = time.perf_counter() - before
    return (whole_s - sum(float(one.answer) for (one,) in answers)) / MEMBERS


def bare_cost(process: subprocess.Popen[bytes]) -> float:
    """Seconds that an answer over bare pipes takes beyond what it says of itself."""
    before = time.perf_counter()
    assert process.stdin  # noqa: S101  it is a pipe
    process.stdin.write(b"turn\n")
    answer = read_line(process)
    return time.perf_counter() - before - float(answer)


def read_line(process: subprocess.Popen[bytes]) -> bytes:
    """Read one line, which comes whole."""
    assert process.stdout  # noqa: S101  it is a pipe
    return os.read(process.stdout.fileno(), 1 << 10)


def invocation_cost(launcher: Launcher, invocation: Invocation) -> float:
    """Seconds that an invocation takes beyond what it says of itself."""
    before = time.perf_counter()
    (exited,) = launcher.launch(invocation)
    return time.perf_counter() - before - float(exited.stdout)


if __name__ == "__main__":
    main()
