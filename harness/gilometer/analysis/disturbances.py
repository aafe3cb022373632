"""Find the blocks in which the machine was slower than usual: by neighbours, throttling or a quota.

Only controls are compared, which are always the same work on the same interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.cores import short_loads
from gilometer.analysis.grid import log_times, mean_table
from gilometer.analysis.relative import comparable
from gilometer.model import Outcome, Role
from gilometer.plan.groups import BUSY_KINDS, baseline_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gilometer.analysis.capacity import Capacities
    from gilometer.analysis.cores import WholeRounds
    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Plan

THRESHOLD = 0.9
"""Share of the typical speed under which a block is disturbed. docs/method.md has its false alarms."""
ALONE = (Role.MEASURE, Role.TWIN, Role.REFERENCE)
"""Roles in which a serial process runs alone."""
FEWEST_BLOCKS = 3
"""The fewest blocks of a workload that have a typical speed."""


def disturbances(
    plan: Plan, measurements: Measurements, measured: Grid, capacities: Capacities, whole: WholeRounds
) -> pd.DataFrame:
    """Tabulate how fast the machine was in each block, a row for each.

    Columns: block; rounds, of work alone, and left_out, how many of these were short of cores; loads,
    how many of the capacity controls in it keep all cores busy, and short, how many of these had too few in
    nearly all rounds; speed (of the baseline's serial) and capacity (of the controls), each over the run's
    median of the same workload, and the geometric mean over the workloads in the block that are work alone;
    disturbed, whether either is under ``THRESHOLD``. NaN, and not disturbed, where no such workload has
    ``FEWEST_BLOCKS`` blocks to tell what is typical.
    """
    speed = _over_typical(-_baseline_times(plan, measurements, measured))
    capacity = _over_typical(_comparable_loads(plan, capacities))
    return pd.DataFrame(
        {
            "block": measured.blocks,
            "rounds": [whole.rounds[block] for block in measured.blocks],
            "left_out": [whole.left_out[block] for block in measured.blocks],
            "loads": _kept_busy(plan, capacities).sum(axis=1),
            "short": short_loads(plan, capacities).sum(axis=1),
            "speed": speed,
            "capacity": capacity,
            "disturbed": (speed < THRESHOLD) | (capacity < THRESHOLD),
        }
    )


def _baseline_times(plan: Plan, measurements: Measurements, measured: Grid) -> pd.DataFrame:
    """Average the baseline's serial times in each block: logarithms (blocks x workloads).

    They include the A/A pair, and the references beside the groups of other interpreters.
    """
    baseline = baseline_of(plan)
    columns = [
        column
        for column in comparable(plan, measured)
        if measured.cells[column].interpreter_label == baseline.label
    ]
    rows = measurements.invocations
    alone = rows["role"].isin([role.value for role in ALONE]) & (rows["outcome"] == Outcome.OK.value)
    rows = rows[alone]
    in_block = np.searchsorted(measured.blocks, rows["block"].to_numpy())
    logs = mean_table(in_block, rows["cell"].to_numpy(), log_times(rows), measured.logs.shape)
    return pd.DataFrame(logs[:, columns])


def _comparable_loads(plan: Plan, capacities: Capacities) -> pd.DataFrame:
    return pd.DataFrame(capacities.logs[:, _are_comparable(plan, capacities)])


def _kept_busy(plan: Plan, capacities: Capacities) -> NDArray[np.bool_]:
    """Find the loads of work that never waits whose cores are known (blocks x loads)."""
    known: NDArray[np.bool_] = ~np.isnan(capacities.cores) & _are_comparable(plan, capacities)
    return known


def _are_comparable(plan: Plan, capacities: Capacities) -> NDArray[np.bool_]:
    kinds = {work.label: work.kind for work in plan.works}
    return np.asarray([kinds.get(load.group.workload) in BUSY_KINDS for load in capacities.loads], dtype=bool)


def _over_typical(logs: pd.DataFrame) -> NDArray[np.float64]:
    """Divide by each column's median, and take the geometric mean over columns with enough values."""
    known = logs.loc[:, logs.count() >= FEWEST_BLOCKS]
    ratios: NDArray[np.float64] = np.exp((known - known.median()).mean(axis=1).to_numpy(dtype=float))
    return ratios
