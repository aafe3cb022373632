"""Comparisons of interpreters: their speed relative to the baseline, and means over workloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.report.order import place
from gilometer.report.results.rows import configuration_of, estimate_of, label_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Estimate
    from gilometer.report.results.configurations import Configuration


@dataclass(frozen=True)
class RelativeSpeed:
    """The speed of one thread of an interpreter on a workload, relative to the baseline."""

    interpreter: str
    """Label of the interpreter."""
    workload: str
    speed: Estimate
    """The baseline's own speed is 1, without an interval."""


@dataclass(frozen=True)
class MeanOverWorkloads:
    """A geometric mean over workloads, all with the same weight."""

    interpreter: str
    """Label of the interpreter."""
    figure: str
    """``SPEED`` or ``SPEEDUP`` of ``analysis.means``."""
    kind: str
    """Kind of the workloads; empty for a speed."""
    configuration: Configuration
    workloads: int
    """Number of the workloads."""
    mean: Estimate
    missing: tuple[str, ...]
    """Labels of the workloads that have no number; if there are any, there is no mean."""


def relative_speeds(relative: pd.DataFrame) -> tuple[RelativeSpeed, ...]:
    """Read the speeds of interpreters relative to the baseline."""
    return tuple(
        RelativeSpeed(label_of(row), row["workload"], estimate_of(row, "speed")) for row in rows_of(relative)
    )


def means_over_workloads(means: pd.DataFrame) -> tuple[MeanOverWorkloads, ...]:
    """Read the means, in the order of interpreters."""
    return tuple(
        MeanOverWorkloads(
            interpreter=label_of(row),
            figure=row["figure"],
            kind=row["kind"],
            configuration=configuration_of(row),
            workloads=row["workloads"],
            mean=estimate_of(row, "mean"),
            missing=tuple(row["missing"].split()),
        )
        for row in sorted(rows_of(means), key=lambda row: place(row["interpreter"], row["variant"]))
    )
