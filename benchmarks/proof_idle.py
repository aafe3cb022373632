"""Measure what else runs while a turn is timed, as a share of the CPU time of the processes that are timed.

Around the turns of a round, which the harness asks for at once, the CPU time is read of every process that
belongs to the run: the harness, its supervisor, what keeps a container, and all members and their children.
To tell members that have the turn from those that wait, turns are asked for one by one in every second block;
what waits is read in these, and all else in the others. It is read before and after, never during a turn.
Goal: at most 0.5% for each interpreter.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from one_group import OneGroup, failure_of, plan_of
from real import newest, surveyed

from gilometer.locations import workloads_folder
from gilometer.model import Strategy
from gilometer.plan.make import choose_baseline
from gilometer.run import group as group_module
from gilometer.run.launchers import LauncherPool
from gilometer.run.local import LocalLauncher
from gilometer.run.services import Services
from gilometer.run.supervisor import children_of, family_of
from gilometer.run.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.interpreters.survey import Survey
    from gilometer.model import Interpreter
    from gilometer.plan.lineup import Lineup, Turn
    from gilometer.run.launcher import Launcher
    from gilometer.run.turns import MemberStart

GOAL = 0.005
WORKLOAD = "fib"
PATTERNS = (
    "cpython-3.13",
    "cpython-2.7",
    "pypy-*",
    "jython-2.7",
    "graalpy-*",
    "rustpython-*",
    "micropython-*",
)
HARNESS, SUPERVISOR, CONTAINER, IDLE = (
    "the harness",
    "the supervisor",
    "the container's monitor",
    "idle members",
)


def main() -> int:
    """Print a line for each block, and one for each interpreter; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=4, help="for each interpreter, 2 or more")
    parser.add_argument("--only", default="*", metavar="GLOB", help="interpreters whose labels match")
    asked = parser.parse_args()
    found = surveyed()
    chosen = {one.label + one.image: one for one in here(found) if fnmatchcase(one.label, asked.only)}
    shares = [share for one in chosen.values() if (share := watched(one, found, asked.blocks)) is not None]
    print(f"goal: at most {GOAL:.1%} each; the most is {max(shares, default=1.0):.2%}")
    return int(max(shares, default=1.0) > GOAL)


def here(found: Survey) -> list[Interpreter]:
    """List what is measured, one of them in a container, and name what is missing."""
    chosen = []
    for pattern in PATTERNS:
        one = newest(found, pattern)
        chosen += [one] if one else []
        if one is None:
            print(f"missing: {pattern}")
    contained = [one for one in (*found.runnable, *found.also) if one.image and not one.variant]
    if not contained:
        print("missing: one in a container")
    return chosen + contained[:1]


def watched(one: Interpreter, found: Survey, blocks: int) -> float | None:
    """Measure blocks of an interpreter, with the baseline beside it; print and give the share."""
    baseline = choose_baseline(found.runnable)
    interpreters = tuple(dict.fromkeys(each.label for each in (baseline, one)))
    known = {baseline.label: baseline, one.label: one}
    plan = plan_of(
        tuple(known[label] for label in interpreters), WORKLOAD, (Strategy.THREADS, Strategy.PROCESSES)
    )
    total = Use()
    with ExitStack() as until_then:
        folder = Path(until_then.enter_context(tempfile.TemporaryDirectory()))
        launchers = until_then.enter_context(LauncherPool(folder / "scratch", workloads_folder()))
        group = OneGroup(plan, one, launchers, until_then.enter_context(Services()))
        for block in range(blocks):
            use = Use()
            kind = OneByOne if block % 2 else Watched
            with mock.patch.object(group_module, "Turns", partial(kind, use)):
                failure = failure_of(group.by_turns(block))
            if not use.turns:
                print(f"not measured: {one.label}: {failure or 'it takes no turns'}")
                return None
            total.add(use)
            print(f"  {one.label}, block {block + 1}: {use}", flush=True)
    print(f"{one.label}{' in a container' if one.image else ''}: {total}", flush=True)
    return total.share


@dataclass
class Use:
    """CPU time in turns."""

    turns: int = 0
    timed_ns: int = 0
    """CPU time of the processes that had the turns."""
    others_ns: Counter[str] = field(default_factory=Counter)
    """CPU time of other processes, by name."""
    beside_ns: Counter[str] = field(default_factory=Counter)
    """CPU time of the processes that had the turns while another was read, by the name of that."""

    def add(self, other: Use) -> None:
        """Add more turns."""
        self.turns += other.turns
        self.timed_ns += other.timed_ns
        self.others_ns.update(other.others_ns)
        self.beside_ns.update(other.beside_ns)

    def note(self, who: str, used_ns: int, timed_ns: int) -> None:
        """Add what others used while those that had the turns used as much."""
        self.others_ns[who] += used_ns
        self.beside_ns[who] += timed_ns

    @property
    def shares(self) -> dict[str, float]:
        """Return the CPU time of each other process over that of the processes that had the turns."""
        return {who: used / max(self.beside_ns[who], 1) for who, used in self.others_ns.most_common()}

    @property
    def share(self) -> float:
        """Return the share of all others together."""
        return sum(self.shares.values())

    def __str__(self) -> str:
        """Name the share, and whose it is."""
        parts = ", ".join(f"{who} {share:.2%}" for who, share in self.shares.items())
        a_turn_ms = self.timed_ns / max(self.turns, 1) / 1e6
        return f"{self.share:.2%} of {self.turns} turns of {a_turn_ms:.0f} ms CPU ({parts})"


class Watched(Turns):
    """Turns during which it is seen what the harness uses, its supervisor, and what keeps a container."""

    def __init__(self, use: Use, lineup: Lineup, starts: Sequence[MemberStart]) -> None:
        """``use`` is added to."""
        super().__init__(lineup, starts)
        self._use = use
        self._starters = [start.launcher for start in starts]
        self._families: list[list[int]] = []
        """Processes of each member."""
        self._others: dict[int, str] = {}
        """All other processes of the run, and what they are."""

    def give(self, turns: Sequence[Turn], timeout_s: float, within_s: float) -> bool:
        """Read what all have used, give the turns, and read it again."""
        if not self._families:
            self._find()
        timed = {pid for turn in turns for place in turn.members for pid in self._families[place]}
        whose = self._watched(timed)
        before = used_ns([*timed, *whose])
        own = time.process_time_ns()  # last before, and first after: so reading the others is not in it
        are_all = super().give(turns, timeout_s, within_s)
        own = time.process_time_ns() - own
        after = used_ns([*timed, *whose])
        timed_ns = sum(after[pid] - before[pid] for pid in timed)
        self._use.turns += len(turns)
        self._use.timed_ns += timed_ns
        self._note_own(own, timed_ns)
        for who in dict.fromkeys(whose.values()):
            used = sum(after[pid] - before[pid] for pid, owner in whose.items() if owner == who)
            self._use.note(who, used, timed_ns)
        return are_all

    def _watched(self, _timed: set[int]) -> dict[int, str]:
        """Return the processes that are read beside those that have the turn, and their names."""
        return self._others

    def _note_own(self, used_ns: int, timed_ns: int) -> None:
        self._use.note(HARNESS, used_ns, timed_ns)

    def _find(self) -> None:
        """Find the processes of each member, which a supervisor started in their order, and all others."""
        started = {id(launcher): iter(children_of(supervisor_of(launcher))) for launcher in self._starters}
        self._families = [
            family_of(next(started[id(launcher)])) if is_alive else []
            for launcher, is_alive in zip(self._starters, self._is_alive, strict=True)
        ]
        members = {pid for family in self._families for pid in family}
        supervisors = {supervisor_of(launcher) for launcher in self._starters}
        for pid in (*family_of(os.getpid())[1:], *in_containers()):
            if pid not in members:
                self._others[pid] = SUPERVISOR if pid in supervisors else CONTAINER


class OneByOne(Watched):
    """Turns, asked for one by one, during which it is seen what those use that wait."""

    def give(self, turns: Sequence[Turn], timeout_s: float, within_s: float) -> bool:
        """Give each turn by a request of its own."""
        return all(super(OneByOne, self).give([turn], timeout_s, within_s) for turn in turns)

    def _watched(self, timed: set[int]) -> dict[int, str]:
        waiting = {pid for family in self._families for pid in family} - timed
        return dict.fromkeys(waiting, IDLE)

    def _note_own(self, used_ns: int, timed_ns: int) -> None:
        """Leave it out: it is that of asking one by one."""


def supervisor_of(launcher: Launcher) -> int:
    """Return the process that starts a launcher's members."""
    rivals = children_of(os.getpid()) if isinstance(launcher, LocalLauncher) else in_containers()
    return next(
        pid for pid in rivals if "supervisor.py" in command_of(pid) and "conmon" not in command_of(pid)
    )


def in_containers() -> list[int]:
    """List what keeps the containers of this process, and what runs in them, whoever its parent is."""
    mark = f"-{os.getpid()}-"
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    keepers = [pid for pid in pids if "gilometer-" in (words := command_of(pid)) and mark in words]
    return list(dict.fromkeys(pid for keeper in keepers for pid in family_of(keeper)))


def command_of(pid: int) -> str:
    """Return the command of a process; empty if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    return ""


def used_ns(pids: Iterable[int]) -> Counter[int]:
    """Nanoseconds of CPU time that all threads of each process have used so far."""
    found: Counter[int] = Counter()
    for pid in pids:
        with suppress(OSError):
            for task in os.scandir(f"/proc/{pid}/task"):
                with suppress(OSError):
                    found[pid] += int(Path(task.path, "schedstat").read_bytes().split()[0])
    return found


if __name__ == "__main__":
    sys.exit(main())
