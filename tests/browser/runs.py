"""Runs whose pages are looked at, each as the folder that a real run leaves, drawn by the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gilometer.model import SCHEMA, Finished, Header, MachineWarning, Outcome, Sample, Slot, Strategy
from gilometer.runs import folder as run_folder
from gilometer.runs.store import samples_file
from tests.records import (
    PROCESSES,
    SERIAL,
    THREADS,
    World,
    failed,
    interpreter,
    manifest,
    missing,
    plan,
    run,
    sample,
    work,
)
from tests.report.worlds import GAINS, SEMANTICS, WORKS, seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gilometer.model import Entry, Manifest, Plan

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "reports" / "sample"


@dataclass(frozen=True)
class Recorded:
    """What a run leaves on disk."""

    manifest: Manifest
    entries: Iterable[Entry]


def record(of: Plan, world: World, blocks: int) -> Recorded:
    """A run that went through, in that world."""
    return Recorded(manifest(of), run(of, world, blocks))


def whole() -> Recorded:
    """Something of everything that a report can tell."""
    interpreters = [
        interpreter("cpython-3.13"),
        interpreter("cpython-2.7"),
        interpreter("cpython-3.13t", gil=False),
        interpreter("cpython-3.13t", "+gil"),
        interpreter("jython-2.7", gil=False, jit="on"),
        interpreter("pypy-3.11", jit="on"),
    ]
    of = plan(interpreters, (*WORKS, *SEMANTICS), [missing("graalpy-3.12")], workers=(2, 4, 8))
    endings: dict[tuple[str, str, Strategy], tuple[Outcome, str]] = {
        ("jython-2.7", one.script, PROCESSES): (Outcome.UNSUPPORTED, "no multiprocessing") for one in WORKS
    }
    endings["cpython-2.7", "sha256", THREADS] = (Outcome.CRASHED, "died of SIGSEGV")
    gains = GAINS | {("cpython-3.13t", "fib"): 1.9, ("cpython-2.7", "fib"): 0.6}
    world = World({"jython-2.7": 0.4, "cpython-2.7": 0.7}, gains, endings=endings, observed=seen)
    jits = {one.label for one in interpreters if one.facts.jit == "on"}
    return Recorded(manifest(of), (warming_up(entry, jits) for entry in run(of, world, 6)))


def warming_up(entry: Entry, jits: set[str]) -> Entry:
    """With a JIT, an invocation of enough iterations to see it work."""
    if not isinstance(entry, Sample) or entry.line is None or entry.line.observations:
        return entry
    cell = entry.slot.cell
    if cell.interpreter_label not in jits:
        return entry
    settled = entry.line.iterations[-1].wall_s
    gil = msgspec.to_builtins(entry.line.gil)
    return sample(entry.slot, [settled * 4] * 5 + [settled] * 20, entry.copy, gil=gil)


def ruins() -> Recorded:
    """Nothing went well, and the run did not end."""
    of = manifest(plan([interpreter("cpython-3.13")], WORKS))
    reason, tail = "exit status 3", "Traceback (most recent call last):\n  boom"
    return Recorded(of, [failed(Slot(0, cell), Outcome.CRASHED, reason, tail) for cell in of.plan.cells])


def one_interpreter() -> Recorded:
    """Nothing to compare with but itself."""
    return record(plan([interpreter("cpython-3.13")], WORKS), World(threads=GAINS), 6)


def one_workload() -> Recorded:
    """One column."""
    interpreters = [interpreter("cpython-3.13"), interpreter("cpython-3.13t", gil=False)]
    world = World(threads={("cpython-3.13t", "fib"): 1.9})
    return record(plan(interpreters, WORKS[:1]), world, 6)


def crowd() -> Recorded:
    """Forty interpreters."""
    names = [f"{family}-3.{minor}" for family in ("cpython", "pypy") for minor in range(20)]
    return record(plan([interpreter(name) for name in names], WORKS), World(threads=GAINS), 3)


def in_progress() -> Recorded:
    """One block, half of another, and no end."""
    interpreters = [interpreter("cpython-3.13"), interpreter("jython-2.7", gil=False)]
    done = record(plan(interpreters, WORKS), World(threads=GAINS), 2)
    entries = [entry for entry in done.entries if not isinstance(entry, Finished)]
    return Recorded(done.manifest, entries[: len(entries) * 3 // 4])


SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
COLOURED = "\x1b[31mred\x1b[0m \x07\x00 $x_1$ </script>{{7*7}}{%s} \u202egnp.exe\u202c -->"
STDERR = (
    f"</pre></script>{IMAGE}\x1b]0;title\x07\n{{{{7*7}}}}\n" + "| & \" ' < > ` * \u202e \ud7ff é 😀\n" * 160
)
"""4 KB and more."""


def hostile() -> Recorded:
    """Text from elsewhere that would be markup, code or a command where it is not taken for text."""
    interpreters = [
        interpreter("cpython-3.13"),
        interpreter(SCRIPT, gil=False),
        interpreter("a|b`c`", "+\"'&"),
    ]
    works = (work("fib"), work(COLOURED, "io"), work(IMAGE, f"</style>{IMAGE}", (SERIAL, THREADS)))
    endings = {
        (SCRIPT, "fib", THREADS): (Outcome.CRASHED, COLOURED),
        (SCRIPT, "fib", PROCESSES): (Outcome.UNSUPPORTED, f"no {IMAGE}"),
    }
    of = manifest(
        plan(interpreters, works, [missing(f"rust-{IMAGE}")]),
        [MachineWarning(f"<b>{COLOURED}", f"A warning {IMAGE} {COLOURED}.")],
    )
    command = ("compare", "-w", 'it\'s "quoted"', "--out", f"reports/{IMAGE}", "$(reboot)", COLOURED)
    entries = [
        msgspec.structs.replace(entry, stderr_tail=STDERR)
        if isinstance(entry, Sample) and entry.outcome.is_failure
        else entry
        for entry in run(of.plan, World(endings=endings), 6)
    ]
    return Recorded(msgspec.structs.replace(of, command=command), entries)


MADE_UP: dict[str, Callable[[], Recorded]] = {
    "whole": whole,
    "ruins": ruins,
    "one interpreter": one_interpreter,
    "one workload": one_workload,
    "crowd": crowd,
    "in progress": in_progress,
    "hostile &\"'<b>": hostile,
}
"""By the name of the run, and of its folder."""
HOSTILE = "hostile &\"'<b>"
NAMES = ("sample", *MADE_UP)


def write(name: str, folder: Path) -> None:
    """Leave in a folder what a run of that name leaves before its report is drawn."""
    if name == "sample":
        folder.mkdir()
        for file in (SAMPLE / run_folder.MANIFEST, samples_file(SAMPLE)):
            shutil.copy(file, folder)
        return
    recorded = MADE_UP[name]()
    of = msgspec.structs.replace(recorded.manifest, run=name)
    run_folder.create(folder, of)
    header = Header(schema=SCHEMA, run=name, plan=run_folder.digest(of.plan))
    entries = (entry for entry in recorded.entries if not isinstance(entry, Header))
    lines = (msgspec.json.encode(entry) + b"\n" for entry in (header, *entries))
    (folder / run_folder.SAMPLES).write_bytes(b"".join(lines))


def drawn(name: str, place: Path) -> Path:
    """Write the run of that name and its report below a folder; give the page."""
    write(name, place / name)
    draw(place / name)
    return place / name / "report.html"


def draw(folder: Path) -> None:
    """Have the command draw the report of a run; its status is 1 where a cell failed."""
    ended = subprocess.run(
        [sys.executable, "-m", "gilometer", "report", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "harness")},
    )
    assert ended.returncode in {0, 1}, ended.stderr
