"""Made up runs of a function of the user's own."""

from __future__ import annotations

from msgspec.structs import replace

from gilometer.analysis.analyse import Analysis, analyse
from gilometer.model import Entry, Lack, Manifest, Outcome, Sample, Strategy
from tests.records import World, interpreter, manifest, own_work, plan, run

ORDINARY, FREE = interpreter("cpython-3.13"), interpreter("cpython-3.13t", gil=False)
JYTHON = interpreter("jython-2.7", gil=False, jit="on")
USUAL = World(
    speed={"cpython-3.13t": 0.7},
    threads={("", "work"): 1.0, ("cpython-3.13t", "work"): 1.9},
    endings={("jython-2.7", "work", Strategy.PROCESSES): (Outcome.CRASHED, "exit status 1: boom")},
)


def tried(world: World = USUAL, blocks: int = 8, **checksums: str) -> tuple[Manifest, Analysis]:
    """A run on three interpreters; ``checksums`` are those of strategies, of the free-threaded build."""
    of = plan([ORDINARY, FREE, JYTHON], [own_work()])
    of = replace(of, lacks=(Lack("jython-2.7", "", Strategy.THREADS, "can't compile mine.py: line 3"),))
    return analysed(manifest(of), world, blocks, checksums)


def analysed(of: Manifest, world: World, blocks: int, checksums: dict[str, str]) -> tuple[Manifest, Analysis]:
    lacking = {(one.interpreter, one.strategy) for one in of.plan.lacks}
    entries = [
        returning(entry, checksums)
        for entry in run(of.plan, world, blocks)
        if not isinstance(entry, Sample)
        or (entry.slot.cell.interpreter, entry.slot.cell.strategy) not in lacking
    ]
    return of, analyse(of, entries)


def returning(entry: Entry, checksums: dict[str, str]) -> Entry:
    if not isinstance(entry, Sample) or entry.line is None or entry.slot.cell.interpreter != FREE.name:
        return entry
    checksum = checksums.get(entry.slot.cell.strategy.value, entry.line.checksum)
    return replace(entry, line=replace(entry.line, checksum=checksum))
