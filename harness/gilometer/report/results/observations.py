"""The observations of workloads: values that are no times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Estimate, Outcome
from gilometer.plan.groups import OBSERVED_KINDS
from gilometer.report.results.configurations import configurations_of
from gilometer.report.results.rows import cell_key_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gilometer.model import Plan, Work
    from gilometer.report.results.cells import MeasuredCells
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.rows import CellKey, FrameRow


@dataclass(frozen=True)
class ObservedValue:
    """One observation of a cell."""

    what: str
    unit: str
    estimate: Estimate
    invocations: int

    @property
    def value(self) -> float:
        """Mean over its invocations."""
        return self.estimate.value


@dataclass(frozen=True)
class Observations:
    """The workloads of a run that make observations, and the observations of cells that ended well."""

    works: tuple[Work, ...]
    configurations: Mapping[str, tuple[Configuration, ...]]
    """Configurations by the label of the workload: serial alone, or all others."""
    by_cell: Mapping[CellKey, Mapping[str, ObservedValue]]
    """Observations of each cell by their name, in the order in which the workload prints them."""

    def of_script(self, script: str) -> tuple[Work, ...]:
        """List the points of a workload, or the workload itself."""
        return tuple(work for work in self.works if work.script == script)

    def names(self, work: Work) -> tuple[str, ...]:
        """List the names of all observations of a workload, on any interpreter."""
        own = (found for (_, label, _), found in self.by_cell.items() if label == work.label)
        return tuple(dict.fromkeys(what for found in own for what in found))

    def at(
        self, interpreter: ShownInterpreter, work: Work, configuration: Configuration
    ) -> Mapping[str, ObservedValue]:
        """Find the observations of that cell; none if it did not end well."""
        return self.by_cell.get((interpreter.label, work.label, configuration), {})


def observations_that_count(rows: pd.DataFrame, measured: MeasuredCells) -> pd.DataFrame:
    """Leave out the rows of cells that failed, even if only sometimes."""
    return rows[[_is_ok(row, measured) for row in rows_of(rows)]]


def _is_ok(row: FrameRow, measured: MeasuredCells) -> bool:
    result = measured.cells.get(cell_key_of(row))
    return result is not None and result.outcome is Outcome.OK


def observations(plan: Plan, counting: pd.DataFrame) -> Observations:
    """Make the records of the rows that count."""
    works = tuple(work for work in plan.works if work.kind in OBSERVED_KINDS)
    values: dict[CellKey, dict[str, ObservedValue]] = {}
    for row in rows_of(counting):
        estimate = Estimate(row["value"], row["low"], row["high"])
        found = ObservedValue(row["what"], row["unit"], estimate, row["invocations"])
        values.setdefault(cell_key_of(row), {})[found.what] = found
    configurations = {work.label: configurations_of(plan, [work]) for work in works}
    return Observations(works, {label: own[1:] or own for label, own in configurations.items()}, values)
