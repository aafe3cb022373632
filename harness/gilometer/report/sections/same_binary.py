"""The same binary with its GIL on and off, arranged for reading: the strongest evidence that there is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.plan.pairs import pairs
from gilometer.report.results import Reading, read
from gilometer.report.sentences.text import listed, noun, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.analysis import Analysis
    from gilometer.model import Work
    from gilometer.report.results import Board, Result, Spread


@dataclass(frozen=True)
class Ratio:
    """A ratio and its interval; NaN where there is none."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def ends(self) -> tuple[float, float]:
        """Its interval, or itself twice."""
        return (self.value, self.value) if math.isnan(self.low) else (self.low, self.high)


@dataclass(frozen=True)
class Contrast:
    """One workload with the GIL on and off."""

    work: Work
    on: Result
    off: Result
    overhead: Ratio
    """Time of serial with the GIL off, over that with it on."""

    @property
    def is_whole(self) -> bool:
        """Whether both sides have a speedup that can be one."""
        return {Reading.NOTHING, Reading.DOUBTFUL}.isdisjoint({read(self.on), read(self.off)})


@dataclass(frozen=True)
class Binary:
    """One binary that took part with its GIL on and off."""

    name: str
    """The label of the one with its GIL off."""
    contrasts: tuple[Contrast, ...]

    def whole(self) -> list[Contrast]:
        """List those of which both sides were measured."""
        return [one for one in self.contrasts if one.is_whole]


@dataclass(frozen=True)
class SameBinary:
    """All such binaries of a run."""

    spread: Spread
    """Threads, with the most workers."""
    binaries: tuple[Binary, ...]
    caveat: str


def same_binary(analysis: Analysis, shown: Board) -> SameBinary | None:
    """Gather the binaries that were measured with their GIL on and off; None if there is none."""
    spread = shown.widest(Strategy.THREADS)
    if spread is None:
        return None
    overheads = _overheads(analysis)
    binaries = []
    for pair in pairs(analysis.plan.interpreters):
        contrasts = [
            Contrast(work, on, off, overheads.get((pair.off.label, work.label), Ratio()))
            for work in shown.works
            if (on := shown.results.get((pair.on.label, work.label, spread)))
            and (off := shown.results.get((pair.off.label, work.label, spread)))
        ]
        if any(one.on.is_measured or one.off.is_measured for one in contrasts):
            binaries.append(Binary(pair.off.label, tuple(contrasts)))
    return SameBinary(spread, tuple(binaries), shown.caveat) if binaries else None


def _overheads(analysis: Analysis) -> dict[tuple[str, str], Ratio]:
    """By the label of the one with its GIL off, and the workload's."""
    return {
        (row["off"], row["workload"]): Ratio(row["overhead"], row["overhead_low"], row["overhead_high"])
        for row in analysis.overheads.to_dict("records")
    }


def finding(of: SameBinary) -> str:
    """Say what the GIL alone makes of the first kind of work that ran both ways: CPU-bound, if any did.

    Ranges go from the least to the greatest end of the intervals of its workloads.
    """
    kind = next((one.work.kind for binary in of.binaries for one in binary.whole()), None)
    if kind is None:
        return "No workload ran both with and without the GIL of the same binary"
    known = [
        (binary.name, own)
        for binary in of.binaries
        if (own := [one for one in binary.whole() if one.work.kind == kind])
    ]
    clauses = [f"{_against(own)} ({name})" for name, own in known]
    everything = [one for _, own in known for one in own]
    capacity = _range(Ratio(one.off.capacity) for one in everything)
    overhead = _range(one.overhead for one in everything)
    return (
        f"Same binary, GIL off against on: {of.spread.workers} threads give {noun(kind)} {listed(clauses)}"
        f"{capacity and f', where independent processes reach {capacity}'}"
        f"{overhead and f'; without the GIL, one thread takes {overhead} as long'}{of.caveat}"
    )


def _against(contrasts: list[Contrast]) -> str:
    off = _range(_speedup(one.off) for one in contrasts)
    on = _range(_speedup(one.on) for one in contrasts)
    return f"{off} against {on}"


def _speedup(result: Result) -> Ratio:
    return Ratio(result.speedup, result.speedup_low, result.speedup_high)


def _range(ratios: Iterable[Ratio]) -> str:
    """From the least end to the greatest; empty where nothing is known."""
    ends = [end for ratio in ratios for end in ratio.ends if not math.isnan(end)]
    if not ends:
        return ""
    numbers = dict.fromkeys(number(end) for end in (min(ends), max(ends)))
    return f"{'-'.join(numbers)}x"
