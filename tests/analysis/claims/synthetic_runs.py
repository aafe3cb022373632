"""Synthetic runs to test claims on: from a world to verdicts, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gilometer.analysis.capacity import capacities
from gilometer.analysis.claims.evaluate import evaluate
from gilometer.analysis.claims.run_data import RunData
from gilometer.analysis.concurrency import concurrency
from gilometer.analysis.frames import gather
from gilometer.analysis.grid import grid
from gilometer.analysis.noise import noise
from gilometer.analysis.observations import observed_by_cell, untimed
from gilometer.analysis.summary import summarise
from gilometer.claims.reading import claims, parse
from gilometer.model import Iteration, Role, Sample, Strategy
from tests.records import World, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.claims.claim import Claim
    from gilometer.model import Entry, Plan

BLOCKS = 8


def run_data(plan: Plan, entries: Iterable[Entry]) -> RunData:
    """Arrange a run as the analysis does."""
    entries = tuple(entries)
    observed = observed_by_cell(entries)
    evidence = untimed(plan, gather(plan.cells, entries))
    measured = grid(evidence, Role.MEASURE)
    possible = capacities(plan, evidence, measured)
    at_once = concurrency(plan, evidence, measured, possible)
    summary = summarise(plan, evidence, measured, possible, at_once)
    noises = noise(plan, evidence, measured)
    return RunData(plan, evidence, summary, measured, possible, at_once, noises, observed)


def verdict(claim: str, plan: Plan, entries: Iterable[Entry], label: str = "") -> ClaimResult:
    """Test a claim that comes with Gilometer on a run; give the result on one interpreter."""
    (own,) = (one for one in claims() if one.id == claim)
    return verdict_on(own, plan, entries, label)


def verdict_on(claim: Claim, plan: Plan, entries: Iterable[Entry], label: str = "") -> ClaimResult:
    """Test any claim on a run."""
    wanted = label or plan.interpreters[0].label
    found = evaluate([claim], run_data(plan, entries))
    return next(one for one in found if one.interpreter == wanted)


def claim(test: str, concerns: str = "") -> Claim:
    """Make a claim with one rule."""
    return parse("C99.toml", f'sentence = "so it is"\n{concerns}\n[[tests]]\n{test}')


def world(plan: Plan, blocks: int = BLOCKS, **truth: Any) -> list[Entry]:
    """Make the entries of a run in a quiet world where this is true."""
    return list(run(plan, World(**{"spread": 0.01, **truth}), blocks))


def slowed(entries: Iterable[Entry], role: Role, factors: tuple[float, ...]) -> Iterator[Entry]:
    """Multiply the times of one role by these factors, block by block."""
    for entry in entries:
        if isinstance(entry, Sample) and entry.slot.role is role and entry.line:
            factor = factors[entry.slot.block % len(factors)]
            longer = tuple(Iteration(one.wall_s * factor, one.cpu_s) for one in entry.line.iterations)
            yield replace(entry, line=replace(entry.line, iterations=longer))
        else:
            yield entry


def on_cores(entries: Iterable[Entry], cores: float) -> Iterator[Entry]:
    """Give what is not serial so many cores, whatever it gained."""
    for entry in entries:
        if isinstance(entry, Sample) and entry.slot.cell.strategy is not Strategy.SERIAL and entry.line:
            had = tuple(Iteration(one.wall_s, one.wall_s * cores) for one in entry.line.iterations)
            yield replace(entry, line=replace(entry.line, iterations=had))
        else:
            yield entry


def without(entries: Iterable[Entry], role: Role) -> list[Entry]:
    """Leave out the samples of one role."""
    return [one for one in entries if not (isinstance(one, Sample) and one.slot.role is role)]
