"""Blocks in which the machine itself gave less than in the rest of the run: neighbours, throttling, a quota.

Told from the controls alone, which are always the same work on the same interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.cores import short_loads
from gilometer.analysis.grid import log_times, mean_table
from gilometer.analysis.relative import comparable
from gilometer.model import Outcome, Role
from gilometer.plan.groups import COMPARABLE_KINDS, baseline_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gilometer.analysis.capacity import Capacities
    from gilometer.analysis.cores import WholeRounds
    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan

THRESHOLD = 0.9
"""Share of the typical under which a block is marked. docs/method.md says what it marks on quiet machines."""
ALONE = (Role.MEASURE, Role.TWIN, Role.REFERENCE)
"""Roles in which serial has the machine to itself."""
FEWEST_BLOCKS = 3
"""Blocks of a workload that say what is typical of it."""


def disturbances(
    plan: Plan, evidence: Measurements, measured: Grid, found: Capacities, whole: WholeRounds
) -> pd.DataFrame:
    """A row a block, with how fast the machine was in it.

    Columns: block; rounds, of work alone, and left_out, how many of these were short of cores; loads,
    how many of the capacity controls in it keep all cores busy, and short, how many of these had too few in
    nearly all rounds; speed (of the baseline's serial) and capacity (of the controls), each over the run's
    median of the same workload, and the geometric mean over the workloads in the block that are work alone;
    disturbed, whether either is under ``THRESHOLD``. NaN, and not disturbed, where no such workload has
    ``FEWEST_BLOCKS`` blocks to tell what is typical.
    """
    speed = _over_typical(-_baseline_times(plan, evidence, measured))
    capacity = _over_typical(_comparable_loads(plan, found))
    return pd.DataFrame(
        {
            "block": measured.blocks,
            "rounds": [whole.rounds[block] for block in measured.blocks],
            "left_out": [whole.left_out[block] for block in measured.blocks],
            "loads": _kept_busy(plan, found).sum(axis=1),
            "short": short_loads(plan, found).sum(axis=1),
            "speed": speed,
            "capacity": capacity,
            "disturbed": (speed < THRESHOLD) | (capacity < THRESHOLD),
        }
    )


def _baseline_times(plan: Plan, evidence: Measurements, measured: Grid) -> pd.DataFrame:
    """Logarithms (blocks x workloads) of the baseline's serial time: the mean of all in a block.

    They are those of the A/A pair, and those that were taken beside the groups of other interpreters.
    """
    baseline = baseline_of(plan)
    columns = [
        column
        for column in comparable(plan, measured)
        if measured.cells[column].interpreter_label == baseline.label
    ]
    rows = evidence.invocations
    alone = rows["role"].isin([role.value for role in ALONE]) & (rows["outcome"] == Outcome.OK.value)
    rows = rows[alone]
    in_block = np.searchsorted(measured.blocks, rows["block"].to_numpy())
    logs = mean_table(in_block, rows["cell"].to_numpy(), log_times(rows), measured.logs.shape)
    return pd.DataFrame(logs[:, columns])


def _comparable_loads(plan: Plan, found: Capacities) -> pd.DataFrame:
    return pd.DataFrame(found.logs[:, _are_comparable(plan, found)])


def _kept_busy(plan: Plan, found: Capacities) -> NDArray[np.bool_]:
    """Tell where it is known how many cores a load of work alone had."""
    known: NDArray[np.bool_] = ~np.isnan(found.cores) & _are_comparable(plan, found)
    return known


def _are_comparable(plan: Plan, found: Capacities) -> NDArray[np.bool_]:
    kinds = {work.label: work.kind for work in plan.works}
    return np.asarray([kinds.get(load.workload) in COMPARABLE_KINDS for load in found.loads], dtype=bool)


def _over_typical(logs: pd.DataFrame) -> NDArray[np.float64]:
    """Geometric mean of each row over the columns' medians, of those columns that have enough values."""
    known = logs.loc[:, logs.count() >= FEWEST_BLOCKS]
    ratios: NDArray[np.float64] = np.exp((known - known.median()).mean(axis=1).to_numpy(dtype=float))
    return ratios
