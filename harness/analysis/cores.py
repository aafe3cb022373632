"""Sets aside the rounds and blocks in which the machine gave several workers fewer cores than they need.

The rules are those of ``plan.cores``, which the planner follows while a run goes on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from harness.model import Sample
from harness.plan.cores import ENOUGH, without_short_rounds
from harness.plan.decisions import FEWEST
from harness.plan.groups import COMPARABLE_KINDS
from harness.plan.ratios import measured_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from harness.analysis.capacity import Capacities
    from harness.analysis.grid import Grid
    from harness.model import Entry, Group, Plan


def with_whole_rounds(plan: Plan, entries: Iterable[Entry]) -> list[Entry]:
    """Leave out the short rounds of all samples of work that never waits."""
    alone = {work.label for work in plan.works if work.kind in COMPARABLE_KINDS}
    found = list(entries)
    together: defaultdict[tuple[int, Group], dict[int, Sample]] = defaultdict(dict)
    for place, entry in enumerate(found):
        if isinstance(entry, Sample) and entry.slot.cell.workload in alone:
            together[entry.slot.block, measured_for(entry)][place] = entry
    for samples in together.values():
        whole = without_short_rounds(list(samples.values()))
        for place, sample in zip(samples, whole, strict=True):
            found[place] = sample
    return found


def short_loads(plan: Plan, found: Capacities) -> NDArray[np.bool_]:
    """Find the capacity controls (blocks x loads) that had too few cores; work that waits needs none."""
    kinds = {work.label: work.kind for work in plan.works}
    needed = np.asarray(
        [load.copies if kinds.get(load.workload) in COMPARABLE_KINDS else 0 for load in found.loads]
    )
    with np.errstate(invalid="ignore"):
        short: NDArray[np.bool_] = found.cores < ENOUGH * needed
    return short


def with_enough_cores(plan: Plan, measured: Grid, found: Capacities) -> tuple[Grid, Capacities]:
    """Leave out the times and capacities of short blocks, where ``FEWEST`` others have some.

    Serial needs one core, and keeps all of its blocks.
    """
    short = short_loads(plan, found)
    of_cells = np.pad(short, ((0, 0), (0, 2)))[:, found.places(measured.cells)]
    return (
        replace(measured, logs=_without(measured.logs, of_cells)),
        replace(found, logs=_without(found.logs, short)),
    )


def _without(logs: NDArray[np.float64], short: NDArray[np.bool_]) -> NDArray[np.float64]:
    others = (~np.isnan(logs) & ~short).sum(axis=0)
    return np.where(short & (others >= FEWEST), np.nan, logs)
