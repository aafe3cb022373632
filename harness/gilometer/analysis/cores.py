"""Leave out the rounds and blocks in which the machine gave several workers fewer cores than they need.

The rules are those of ``plan.cores``, which the planner uses during a run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gilometer.model import Sample
from gilometer.plan.cores import ENOUGH, without_short_rounds
from gilometer.plan.decisions import FEWEST_TO_DECIDE
from gilometer.plan.groups import BUSY_KINDS
from gilometer.plan.ratios import measured_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.capacity import Capacities
    from gilometer.analysis.grid import Grid
    from gilometer.model import Cell, Entry, Group, Plan


@dataclass(frozen=True)
class WholeRounds:
    """The entries of a run without the rounds that were short of cores, and the number of these."""

    entries: Sequence[Entry]
    rounds: Counter[int]
    """The number of rounds in each block, of work that never waits and that took turns."""
    left_out: Counter[int]
    """The number of these that were left out."""


def with_whole_rounds(plan: Plan, entries: Iterable[Entry]) -> WholeRounds:
    """Leave out the rounds that were short of cores, of all samples of work that never waits."""
    alone = {work.label for work in plan.works if work.kind in BUSY_KINDS}
    found = list(entries)
    together: defaultdict[tuple[int, Group], dict[int, Sample]] = defaultdict(dict)
    for place, entry in enumerate(found):
        if isinstance(entry, Sample) and entry.slot.cell.workload in alone:
            together[entry.slot.block, measured_for(entry)][place] = entry
    rounds: Counter[int] = Counter()
    left_out: Counter[int] = Counter()
    for (block, _), samples in together.items():
        whole = without_short_rounds(list(samples.values()))
        rounds[block] += _rounds(samples.values())
        left_out[block] += _rounds(samples.values()) - _rounds(whole)
        for place, sample in zip(samples, whole, strict=True):
            found[place] = sample
    return WholeRounds(found, rounds, left_out)


def _rounds(samples: Iterable[Sample]) -> int:
    """Count the rounds in which processes took turns."""
    lines = (one.line for one in samples if one.line is not None)
    return max(
        (len(one.iterations) - one.turns_from for one in lines if one.turns_from is not None), default=0
    )


def short_loads(plan: Plan, capacities: Capacities) -> NDArray[np.bool_]:
    """Find the capacity controls that had too few cores (blocks x loads); work that waits needs none."""
    kinds = {work.label: work.kind for work in plan.works}
    needed = np.asarray(
        [load.copies if kinds.get(load.group.workload) in BUSY_KINDS else 0 for load in capacities.loads]
    )
    with np.errstate(invalid="ignore"):
        short: NDArray[np.bool_] = capacities.cores < ENOUGH * needed
    return short


def with_enough_cores(plan: Plan, measured: Grid, capacities: Capacities) -> tuple[Grid, Capacities]:
    """Leave out the times and capacities of blocks with too few cores.

    They stay where fewer than ``FEWEST_TO_DECIDE`` other blocks have some. Serial needs one core, and keeps
    all of its blocks.
    """
    of_cells = short_cells(plan, measured.cells, capacities)
    return (
        replace(measured, logs=_without(measured.logs, of_cells)),
        replace(capacities, logs=_without(capacities.logs, short_loads(plan, capacities))),
    )


def short_cells(plan: Plan, cells: Sequence[Cell], capacities: Capacities) -> NDArray[np.bool_]:
    """Find the cells whose workers had too few cores (blocks x cells); those without a control had enough."""
    short = np.pad(short_loads(plan, capacities), ((0, 0), (0, 2)))
    return short[:, capacities.places(cells)]


def _without(logs: NDArray[np.float64], short: NDArray[np.bool_]) -> NDArray[np.float64]:
    others = (~np.isnan(logs) & ~short).sum(axis=0)
    return np.where(short & (others >= FEWEST_TO_DECIDE), np.nan, logs)
