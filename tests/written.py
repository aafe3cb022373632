"""Synthetic runs on the disk, as a comparison leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gilometer.analysis import analyse
from gilometer.model import Cell, Manifest, Outcome
from gilometer.report.draw import write_tables
from gilometer.report.results import results_of
from gilometer.runs import folder as run_folder
from gilometer.runs.store import Store
from tests.records import SERIAL, THREADS, World, interpreter, manifest, missing, plan, run, work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gilometer.model import Entry


def seen(cell: Cell) -> Mapping[tuple[str, str], float]:
    """What the one workload that has no time observes."""
    return {("counter lost", "share"): 0.25} if cell.workload == "lost_updates" else {}


WORKS = (work("fib"), work("sleep", "io"), work("lost_updates", "semantics", (SERIAL, THREADS)))
WORLD = World(
    threads={("", "sleep"): 1.9, ("cpython-3.13t", "fib"): 1.8},
    endings={("cpython-3.13t", "sleep", THREADS): (Outcome.CRASHED, "exit status 3")},
    observed=seen,
)


def small() -> Manifest:
    """Three workloads on one binary with its GIL on and off, and an interpreter that is missing."""
    interpreters = [interpreter("cpython-3.13t", "+gil"), interpreter("cpython-3.13t", gil=False)]
    return manifest(plan(interpreters, WORKS, [missing("jython-2.7")]))


def entries(of: Manifest, world: World = WORLD, blocks: int = 4) -> Sequence[Entry]:
    """What its samples would be."""
    return list(run(of.plan, world, blocks))


def write(folder: Path, of: Manifest, found: Sequence[Entry]) -> Path:
    """Write a run that has no report yet."""
    run_folder.create(folder, of)
    with Store(folder, of.run, run_folder.digest(of.plan)) as store:
        store.append(found[1:])
    return folder


def report(folder: Path, of: Manifest, found: Sequence[Entry]) -> Path:
    """Write a run with the tables of its report."""
    write(folder, of, found)
    write_tables(folder, results_of(of, analyse(of, found)))
    return folder


def started(of: Manifest, when: str, **changes: object) -> Manifest:
    """The same run at another time, with ``changes`` of its machine."""
    machine = msgspec.structs.replace(of.machine, **changes)
    return msgspec.structs.replace(of, started=when, run=when[:10], machine=machine)
