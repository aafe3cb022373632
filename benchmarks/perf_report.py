"""The whole of `gilometer report`, of the sample and of made up runs at two sizes.

Goals: the sample in 8 s; 100,000 invocations of 1,000 cells in 25 s and 1 GB, linearly.
"""

from __future__ import annotations

import itertools
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from harness.model import (
    CONTRACT,
    SCHEMA,
    Build,
    Cell,
    Clock,
    Effort,
    Facts,
    Gil,
    Header,
    Interpreter,
    Iteration,
    Line,
    Machine,
    Manifest,
    Outcome,
    Plan,
    Role,
    Sample,
    Slot,
    Strategy,
    Work,
)
from harness.run import folder as run_folder

SAMPLE = Path(__file__).parents[1] / "reports" / "sample"
INTERPRETERS = 10
WORKLOADS = 50
ITERATIONS = 10
JIT_ITERATIONS = 20
"""With as many, each invocation is looked at for its steady state."""
STRATEGIES = (Strategy.SERIAL, Strategy.THREADS)
WORKERS = 2
CLOCK = Clock(name="perf_counter", tick_s=1e-7)
SPREAD = 0.02
"""Standard deviation of the logarithm of a time."""
DRAW = random.Random(1)  # noqa: S311  for noise, not for secrets


def main() -> None:
    """Report on the sample, and on a half and on a whole run, each in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(SAMPLE, Path(name) / "sample")
        print(f"the sample: {report_s(folder):.1f} s, start-up included (goal: at most 8 s)")
    seconds = [measured(invocations) for invocations in (50_000, 100_000)]
    print(f"twice the invocations take {seconds[1] / seconds[0]:.2f} times as long (linear: at most 2)")


def measured(invocations: int) -> float:
    """Print what one size takes; its seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        folder.mkdir()
        plan = a_plan()
        count = write_run(folder, plan, round(invocations / len(slots(plan))))
        seconds = report_s(folder)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{count:,} invocations of {len(plan.cells):,} cells: {seconds:.1f} s, {peak_mb:.0f} MB, start-up "
        "included (goal for 100,000: at most 25 s and 1,000 MB)"
    )
    return seconds


def report_s(folder: Path) -> float:
    """Seconds that the command takes, and all that it draws."""
    before = time.perf_counter()
    command = [sys.executable, "-m", "harness", "report", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - before


def a_plan() -> Plan:
    """Everything on every interpreter, two of them with a JIT, and the usual controls."""
    names = [f"cpython-3.{number}" for number in range(INTERPRETERS - 2)] + ["pypy-3.10", "pypy-3.11"]
    interpreters = tuple(interpreter(name) for name in names)
    works = tuple(
        Work(f"w{number}", f"w{number}", "cpu", {}, {}, STRATEGIES, "c0ffee") for number in range(WORKLOADS)
    )
    cells = tuple(
        Cell(one.name, "", work.label, strategy, 1 if strategy is Strategy.SERIAL else WORKERS)
        for one, work, strategy in itertools.product(interpreters, works, STRATEGIES)
    )
    baseline = [cell for cell in cells if cell.interpreter == names[0] and cell.workers == 1]
    controls = tuple(
        slot
        for cell in baseline
        for slot in (Slot(0, cell, Role.TWIN), Slot(0, cell, Role.CAPACITY, WORKERS))
    )
    effort = Effort("default", 0.1, ITERATIONS, 0.0, 100, 1e9, 60.0)
    return Plan(1, effort, interpreters, (), works, cells, controls, names[0], "digest")


def slots(plan: Plan) -> list[tuple[Slot, int]]:
    """What a block holds, and which copy of it."""
    each = [*(Slot(0, cell) for cell in plan.cells), *plan.controls]
    return [(slot, copy) for slot in each for copy in range(slot.copies)]


def write_run(folder: Path, plan: Plan, blocks: int) -> int:
    """Make up a run of so many blocks; how many invocations that are."""
    machine = Machine("made up", 2, 2.0, 1 << 34, "made up", "3.11")
    run_folder.create(folder, Manifest(SCHEMA, "0", "run", (), "2026-01-01T00:00:00Z", machine, (), plan))
    held = slots(plan)
    with (folder / run_folder.SAMPLES).open("wb") as file:
        file.write(msgspec.json.encode(Header(SCHEMA, "run", run_folder.digest(plan))) + b"\n")
        for block in range(blocks):
            for slot, copy in held:
                placed = msgspec.structs.replace(slot, block=block)
                entry = msgspec.structs.replace(sample(block, slot.cell), slot=placed, copy=copy)
                file.write(msgspec.json.encode(entry) + b"\n")
    return blocks * len(held)


def interpreter(name: str) -> Interpreter:
    """One that never was."""
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
    """An invocation that went well; on a JIT, its first iterations are slow."""
    wall_s = 0.1 / cell.workers
    warm_up = (3.0, 1.5) if cell.interpreter.startswith("pypy") else ()
    more = (JIT_ITERATIONS if warm_up else ITERATIONS) - len(warm_up)
    walls = [wall_s * factor * DRAW.lognormvariate(0, SPREAD) for factor in (*warm_up, *[1.0] * more)]
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
    )
    return Sample(Slot(block, cell), 0, Outcome.OK, "", 1.2, 1.1, 20 << 20, "", line)


if __name__ == "__main__":
    main()
