"""From samples.jsonl to summary.csv, at two sizes. Goal: 100,000 invocations in 10 s and 1 GB, linearly."""

from __future__ import annotations

import itertools
import resource
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
    Sample,
    Slot,
    Strategy,
    Work,
)
from harness.run import folder as run_folder

CELLS = 1000
ITERATIONS = 10
STRATEGIES = (Strategy.SERIAL, Strategy.THREADS)
CLOCK = Clock(name="perf_counter", tick_s=1e-7)


def main() -> None:
    """Summarise a half and a whole run, each in a process of its own."""
    seconds = [measured(invocations) for invocations in (50_000, 100_000)]
    print(f"twice the invocations take {seconds[1] / seconds[0]:.2f} times as long (linear: 2)")


def measured(invocations: int) -> float:
    """Print what one size takes; its seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_run(folder, invocations // CELLS)
        before = time.perf_counter()
        subprocess.run([sys.executable, __file__, name], check=True)
        seconds = time.perf_counter() - before
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{invocations:,} invocations ({invocations * ITERATIONS:,} iterations): {seconds:.1f} s, "
        f"{peak_mb:.0f} MB, start-up included (goal for 100,000: at most 10 s and 1,000 MB)"
    )
    return seconds


def summarise(folder: Path) -> None:
    """Do what the stages after the run do, up to summary.csv."""
    from harness.analysis import analyse  # noqa: PLC0415  only the process that is measured needs pandas
    from harness.report.draw import write_summary  # noqa: PLC0415
    from harness.run import store  # noqa: PLC0415

    write_summary(folder, analyse(run_folder.load(folder), store.read(folder)))


def write_run(folder: Path, blocks: int) -> None:
    """Make up a run of so many blocks of all cells."""
    interpreters = tuple(interpreter(f"cpython-3.{number}") for number in range(10))
    works = tuple(
        Work(f"w{number}", f"w{number}", "cpu", {}, {}, STRATEGIES, "c0ffee") for number in range(CELLS // 20)
    )
    cells = tuple(
        Cell(one.name, "", work.label, strategy, 1 if strategy is Strategy.SERIAL else 2)
        for one, work, strategy in itertools.product(interpreters, works, STRATEGIES)
    )
    effort = Effort("default", 0.1, ITERATIONS, 0.0, blocks, 1e9, 60.0)
    plan = Plan(1, effort, interpreters, (), works, cells, (), interpreters[0].name, "digest")
    machine = Machine("made up", 2, 2.0, 1 << 34, "made up", "3.11")
    run_folder.create(folder, Manifest(SCHEMA, "0", "run", (), "2026-01-01T00:00:00Z", machine, (), plan))
    with (folder / run_folder.SAMPLES).open("wb") as file:
        file.write(msgspec.json.encode(Header(SCHEMA, "run", run_folder.digest(plan))) + b"\n")
        for block in range(blocks):
            file.write(b"".join(msgspec.json.encode(sample(block, cell)) + b"\n" for cell in cells))


def interpreter(name: str) -> Interpreter:
    """One that never was."""
    facts = Facts(
        implementation="cpython",
        version="3.13.0",
        implementation_version="3.13.0",
        executable="python",
        free_threaded=False,
        gil=True,
        jit="none",
        gc="refcount",
        build=Build(),
        clock=CLOCK,
        capabilities=("threading",),
    )
    return Interpreter(name, "cpython", (name,), facts, "PATH", name)


def sample(block: int, cell: Cell) -> Sample:
    """An invocation that went well, its times a little different in each block."""
    wall_s = 0.1 * (1 + (block * 7919 % 101) / 1000) / cell.workers
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
        iterations=tuple(Iteration(wall_s, wall_s) for _ in range(ITERATIONS)),
        gil=Gil(before=True, after=True),
        implementation="cpython",
        version="3.13.0",
        jit="none",
        outcome=Outcome.OK,
        reason="",
    )
    return Sample(Slot(block, cell), 0, Outcome.OK, "", 1.2, 1.1, 20 << 20, "", line)


if __name__ == "__main__":
    summarise(Path(sys.argv[1])) if sys.argv[1:] else main()
