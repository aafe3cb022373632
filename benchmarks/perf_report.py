"""Measure the whole of `gilometer report`, for the sample and for made-up runs of two sizes.

Goals: the sample in 8 s; 100,000 invocations of 1,000 cells, by turns, in 25 s and 1 GB, linearly.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from gilometer.model import (
    CONTRACT,
    SCHEMA,
    Build,
    Cell,
    Choice,
    Clock,
    Effort,
    Entry,
    Facts,
    Gil,
    Group,
    Header,
    Interpreter,
    Iteration,
    Line,
    Machine,
    Manifest,
    Outcome,
    Plan,
    Record,
    Sample,
    Slot,
    Spent,
    Strategy,
    Work,
)
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import slots_of
from gilometer.plan.make import controls
from gilometer.runs import folder as run_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLE = Path(__file__).parents[1] / "reports" / "sample"
INTERPRETERS = 10
WORKLOADS = 50
ROUNDS = 8
WARM_UP = (3.0, 1.5, *[1.0] * 12)
"""Warm-up of a JIT before its first turn, in turns: enough to look for a steady state."""
STRATEGIES = (Strategy.SERIAL, Strategy.THREADS)
WORKERS = 2
CLOCK = Clock(name="perf_counter", tick_s=1e-7)
SPREAD = 0.02
"""Standard deviation of the logarithm of a time."""
DRAW = random.Random(1)  # noqa: S311  for noise, not for secrets
LONGEST_S, SAMPLE_S, MOST_MB, SIZE = 25.0, 8.0, 1000.0, 100_000
STEEPEST = 2.2
"""Times as long for twice as much: linear, but for noise."""


def main() -> int:
    """Report on the sample, and on a half and on a whole run; whether a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invocations", type=int, default=SIZE, help="of the larger run")
    invocations = parser.parse_args().invocations
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(SAMPLE, Path(name) / "sample")
        sample_s = report_s(folder)
        print(f"the sample: {sample_s:.1f} s, start-up included (goal: at most {SAMPLE_S:g} s)", flush=True)
    half, whole = measured(invocations // 2), measured(invocations)
    ratio = whole.seconds / half.seconds
    print(f"twice the invocations take {ratio:.2f} times as long (goal, linear: at most {STEEPEST:g})")
    is_met = whole.seconds <= LONGEST_S and whole.peak_mb <= MOST_MB and ratio <= STEEPEST
    return int(not is_met or sample_s > SAMPLE_S)


class Took(Record, frozen=True):
    """The cost of a report."""

    seconds: float
    peak_mb: float


def measured(invocations: int) -> Took:
    """Print what one size takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        folder.mkdir()
        plan = a_plan()
        count = write_run(folder, plan, max(1, round(invocations / in_a_block(plan))))
        seconds = report_s(folder)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{count:,} invocations of {len(plan.cells):,} cells: {seconds:.1f} s, {peak_mb:.0f} MB, start-up "
        f"included (goal for {SIZE:,}: at most {LONGEST_S:g} s and {MOST_MB:,.0f} MB)",
        flush=True,
    )
    return Took(seconds, peak_mb)


def report_s(folder: Path) -> float:
    """Seconds that the command takes, and all that it draws."""
    before = time.perf_counter()
    command = [sys.executable, "-m", "gilometer", "report", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - before


def a_plan() -> Plan:
    """Plan everything on every interpreter, two of them with a JIT, and the usual controls."""
    names = [f"cpython-3.{number}" for number in range(INTERPRETERS - 2)] + ["pypy-3.10", "pypy-3.11"]
    interpreters = tuple(interpreter(name) for name in names)
    works = tuple(
        Work(f"w{number}", f"w{number}", "cpu", {}, {}, STRATEGIES, "c0ffee") for number in range(WORKLOADS)
    )
    cells = tuple(
        Cell(one.name, "", work.label, strategy, 1 if strategy is Strategy.SERIAL else WORKERS)
        for one, work, strategy in itertools.product(interpreters, works, STRATEGIES)
    )
    effort = Effort("default", 0.1, ROUNDS, 0.0, 100, 1e9, 60.0)
    own = tuple(controls(interpreters, works, cells))
    return Plan(1, effort, interpreters, (), works, cells, own, names[0], "digest")


def in_a_block(plan: Plan) -> int:
    """Count the invocations of a block of all groups."""
    return sum(
        slot.copies for group, cells in groups_of(plan).items() for slot in slots_of(plan, group, cells, 0)
    )


def write_run(folder: Path, plan: Plan, blocks: int) -> int:
    """Make up a run of so many blocks; how many invocations that are."""
    machine = Machine("made up", 2, 2.0, 1 << 34, "made up", "3.11")
    run_folder.create(folder, Manifest(SCHEMA, "0", "run", (), "2026-01-01T00:00:00Z", machine, (), plan))
    groups = groups_of(plan)
    held = [(group, slots_of(plan, group, cells, 0)) for group, cells in groups.items()]
    with (folder / run_folder.SAMPLES).open("wb") as file:
        write(file, Header(SCHEMA, "run", run_folder.digest(plan)))
        for block in range(blocks):
            write(file, Choice(block, tuple(groups), "made up"))
            for group, slots in held:
                for entry in by_turns(group, slots, block):
                    write(file, entry)
    return blocks * in_a_block(plan)


def write(file: BinaryIO, entry: Entry) -> None:
    """Add a line."""
    file.write(msgspec.json.encode(entry) + b"\n")


def by_turns(group: Group, slots: Sequence[Slot], block: int) -> Iterator[Entry]:
    """Make up what a group gives in a block."""
    for slot in slots:
        placed = msgspec.structs.replace(slot, block=block)
        for copy in range(slot.copies):
            yield msgspec.structs.replace(sample(block, slot.cell), slot=placed, copy=copy)
    yield Spent(block, group, len(slots), 0.3, 1.0, ROUNDS)


def interpreter(name: str) -> Interpreter:
    """Make up one that never was."""
    facts = Facts(
        implementation="cpython",
        version="3.13.0",
        implementation_version="3.13.0",
        executable="python",
        free_threaded=False,
        gil=True,
        jit="on" if name.startswith("pypy") else "none",
        gc="refcount",
        build=Build(),
        clock=CLOCK,
        capabilities=("threading",),
    )
    return Interpreter(name, "cpython", (name,), facts, "PATH", name)


def sample(block: int, cell: Cell) -> Sample:
    """Make up an invocation that took turns and went well; on a JIT, its first iterations are slow."""
    wall_s = 0.1 / cell.workers
    warm_up = WARM_UP if cell.interpreter.startswith("pypy") else ()
    walls = [wall_s * factor * DRAW.lognormvariate(0, SPREAD) for factor in (*warm_up, *[1.0] * ROUNDS)]
    line = Line(
        contract=CONTRACT,
        workload=cell.workload,
        strategy=cell.strategy.value,
        workers=cell.workers,
        units=24,
        loops=10,
        passes=10,
        parameters={},
        checksum="c0ffee",
        clock=CLOCK,
        pool_start_s=0.001,
        script_s=1.1,
        iterations=tuple(Iteration(wall, wall) for wall in walls),
        gil=Gil(before=True, after=True),
        implementation="cpython",
        version="3.13.0",
        jit="none",
        outcome=Outcome.OK,
        reason="",
        turns_from=len(warm_up),
    )
    return Sample(Slot(block, cell), 0, Outcome.OK, "", 1.2, 1.1, 20 << 20, "", line)


if __name__ == "__main__":
    sys.exit(main())
