"""The same binary with its GIL on and off: the strongest evidence on the GIL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Estimate, Strategy
from gilometer.plan.pairs import pairs
from gilometer.report.results.cells import Reading, read
from gilometer.report.results.rows import estimate_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Plan, Work
    from gilometer.report.results.cells import CellResult, MeasuredCells
    from gilometer.report.results.configurations import Configuration


@dataclass(frozen=True)
class Contrast:
    """One workload with the GIL on and off."""

    work: Work
    on: CellResult
    off: CellResult
    overhead: Estimate
    """Time of serial with the GIL off, over that with it on."""

    @property
    def is_whole(self) -> bool:
        """Tell whether both sides have a speedup that can be believed."""
        return {Reading.NOTHING, Reading.DOUBTFUL}.isdisjoint({read(self.on), read(self.off)})


@dataclass(frozen=True)
class Binary:
    """One binary that took part with its GIL on and off."""

    name: str
    """Label of the interpreter with its GIL off."""
    contrasts: tuple[Contrast, ...]

    @property
    def whole(self) -> tuple[Contrast, ...]:
        """The contrasts of which both sides have a speedup that can be believed."""
        return tuple(one for one in self.contrasts if one.is_whole)


@dataclass(frozen=True)
class SameBinary:
    """All binaries of a run that were measured with their GIL on and off."""

    configuration: Configuration
    """Threads, with the most workers."""
    binaries: tuple[Binary, ...]


def same_binary(plan: Plan, measured: MeasuredCells, overheads: pd.DataFrame) -> SameBinary | None:
    """Gather the binaries that were measured with their GIL on and off; None if there is none."""
    threads = measured.widest(Strategy.THREADS)
    if threads is None:
        return None
    paid = {(row["off"], row["workload"]): estimate_of(row, "overhead") for row in rows_of(overheads)}
    binaries = []
    for pair in pairs(plan.interpreters):
        contrasts = [
            Contrast(work, on, off, paid.get((pair.off.label, work.label), Estimate()))
            for work in measured.works
            if (on := measured.cells.get((pair.on.label, work.label, threads)))
            and (off := measured.cells.get((pair.off.label, work.label, threads)))
        ]
        if any(one.on.is_measured or one.off.is_measured for one in contrasts):
            binaries.append(Binary(pair.off.label, tuple(contrasts)))
    return SameBinary(threads, tuple(binaries)) if binaries else None
