"""Summarise a run: a row for each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.analysis.frames import cell_columns
from gilometer.analysis.grid import ok_rows
from gilometer.analysis.outcomes import cell_outcomes
from gilometer.analysis.steady import SteadyState
from gilometer.model import Role, Strategy
from gilometer.stats.intervals import typical_ratios
from gilometer.stats.significance import p_differs, q_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gilometer.analysis.capacity import Capacities
    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Cell, Plan

COLUMNS = (
    "interpreter",
    "variant",
    "workload",
    "kind",
    "strategy",
    "workers",
    "outcome",
    "reason",
    "invocations",
    "wall_s",
    "wall_s_low",
    "wall_s_high",
    "speedup",
    "speedup_low",
    "speedup_high",
    "speedup_q",
    "capacity",
    "capacity_low",
    "capacity_high",
    "efficiency",
    "efficiency_low",
    "efficiency_high",
    "concurrency",
    "concurrency_low",
    "concurrency_high",
    "effective_cores",
    "cpu_s",
    "services_cpu_s",
    "peak_rss_mb",
    "startup_s",
    "warmup_s",
    "pool_start_s",
    "steady_state",
    "checksum",
)

_MEGABYTE = 1e6


def summarise(
    plan: Plan,
    measurements: Measurements,
    measured: Grid,
    capacities: Capacities,
    at_once: NDArray[np.float64],
) -> pd.DataFrame:
    """Summarise each cell of the plan in a row, with exactly ``COLUMNS``.

    Seconds are for one pass; ``invocations`` counts all that were measured, and the figures are of those that
    were ok. ``at_once`` has the logarithms of each cell's cores over those of serial (``concurrency``).
    """
    count = len(plan.cells)
    parts = [
        _identity(plan, measurements),
        _walls(measured, count),
        _speedups(measured, count),
        _efficiencies(measured, capacities, count),
        _concurrency(at_once[:, :count], measured.cells[:count]),
        _medians(measurements, count),
    ]
    summary = pd.concat(parts, axis=1)
    summary["invocations"] = _invocations(measurements, count)
    summary["checksum"] = _checksums(measurements, count)
    summary["steady_state"] = [state.value for state in measurements.steady_states[:count]]
    unsteady = (summary["steady_state"] == SteadyState.NONE) & (summary["reason"] == "")
    summary["reason"] = summary["reason"].mask(unsteady, SteadyState.NONE.value)
    return summary[list(COLUMNS)]


def _identity(plan: Plan, measurements: Measurements) -> pd.DataFrame:
    kinds = {work.label: work.kind for work in plan.works}
    ends = cell_outcomes(plan, measurements)
    names = cell_columns(plan.cells, range(len(plan.cells))).drop(columns="cell")
    return names.assign(
        kind=[kinds.get(cell.workload, "") for cell in plan.cells],
        outcome=[end.outcome.value for end in ends],
        reason=[" ".join(end.reason.split()) for end in ends],
    )


def _walls(measured: Grid, count: int) -> pd.DataFrame:
    found = typical_ratios(measured.logs[:, :count])
    return pd.DataFrame({"wall_s": found.mean, "wall_s_low": found.low, "wall_s_high": found.high})


def _speedups(measured: Grid, count: int) -> pd.DataFrame:
    """Divide the serial time by each cell's, within blocks. Serial is 1 by definition, without interval or q.

    ``speedup_q`` is the false discovery rate of "differs from 1", over the table.
    """
    logs = (measured.serial_logs() - measured.logs)[:, :count]
    found = typical_ratios(logs)
    serial = np.asarray([cell.strategy is Strategy.SERIAL for cell in measured.cells[:count]], dtype=bool)
    return pd.DataFrame(
        {
            "speedup": found.mean,
            "speedup_low": np.where(serial, np.nan, found.low),
            "speedup_high": np.where(serial, np.nan, found.high),
            "speedup_q": q_values(np.where(serial, np.nan, p_differs(logs, 1.0))),
        }
    )


def _efficiencies(measured: Grid, capacities: Capacities, count: int) -> pd.DataFrame:
    """Compute the capacity and the efficiency of each cell, the latter within blocks that have both.

    Those of serial are 1 by definition, without an interval.
    """
    cells = measured.cells[:count]
    places = capacities.places(cells)
    capacity = typical_ratios(capacities.columns)
    speedups = (measured.serial_logs() - measured.logs)[:, :count]
    efficiency = typical_ratios(speedups - capacities.of(cells))
    serial = np.asarray([cell.strategy is Strategy.SERIAL for cell in cells], dtype=bool)
    return pd.DataFrame(
        {
            "capacity": capacity.mean[places],
            "capacity_low": np.where(serial, np.nan, capacity.low[places]),
            "capacity_high": np.where(serial, np.nan, capacity.high[places]),
            "efficiency": efficiency.mean,
            "efficiency_low": np.where(serial, np.nan, efficiency.low),
            "efficiency_high": np.where(serial, np.nan, efficiency.high),
        }
    )


def _concurrency(logs: NDArray[np.float64], cells: Sequence[Cell]) -> pd.DataFrame:
    """Estimate the cores of each cell over those of serial, whose own have no interval."""
    found = typical_ratios(logs)
    serial = np.asarray([cell.strategy is Strategy.SERIAL for cell in cells], dtype=bool)
    return pd.DataFrame(
        {
            "concurrency": found.mean,
            "concurrency_low": np.where(serial, np.nan, found.low),
            "concurrency_high": np.where(serial, np.nan, found.high),
        }
    )


def _medians(measurements: Measurements, count: int) -> pd.DataFrame:
    """Take the medians over each cell's invocations that were ok."""
    columns = ["effective_cores", "cpu_s", "services_cpu_s", "peak_rss"]
    columns += ["startup_s", "warmup_s", "pool_start_s"]
    rows = ok_rows(measurements.invocations, Role.MEASURE)
    medians = rows.groupby("cell")[columns].median().reindex(range(count))
    return medians.assign(peak_rss_mb=medians["peak_rss"] / _MEGABYTE).drop(columns="peak_rss")


def _invocations(measurements: Measurements, count: int) -> pd.Series[int]:
    rows = measurements.invocations
    measured = rows.loc[rows["role"] == Role.MEASURE.value, "cell"]
    return measured.value_counts().reindex(range(count), fill_value=0)


def _checksums(measurements: Measurements, count: int) -> pd.Series[str]:
    """Take the first checksum of each cell; where they differ, the outcome says so."""
    rows = measurements.invocations
    rows = rows[(rows["role"] == Role.MEASURE.value) & (rows["checksum"] != "")]
    firsts = rows.drop_duplicates("cell").set_index("cell")["checksum"]
    return firsts.reindex(range(count), fill_value="")
