"""The first iterations of interpreters with a JIT, until their steady state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.plan.groups import COMPARABLE_KINDS
from gilometer.report.results.configurations import SERIAL
from gilometer.report.results.rows import cell_key_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gilometer.model import Plan
    from gilometer.report.results.cells import CellResult, MeasuredCells
    from gilometer.report.results.rows import CellKey

HALF = 0.5


@dataclass(frozen=True)
class WarmUpPoint:
    """One iteration of a cell's invocations, by its number."""

    iteration: int
    """Number of the iteration, from 1."""
    relative: float
    """Time of the iteration over that of the steady state: the median over invocations."""
    lower_quartile: float
    upper_quartile: float
    steady: float
    """Share of the invocations that are steady by this iteration."""


@dataclass(frozen=True)
class WarmUpCurve:
    """The first iterations of a cell."""

    result: CellResult
    points: tuple[WarmUpPoint, ...]

    @property
    def begin(self) -> int:
        """Index of the first point by which half of the invocations are steady; if none, behind the last."""
        return sum(point.steady < HALF for point in self.points)


def warm_up_rows(plan: Plan, measured: MeasuredCells, rows: pd.DataFrame) -> Mapping[CellKey, pd.DataFrame]:
    """Choose the rows of ``Analysis.first_iterations`` that are shown, by cell.

    They are of interpreters with a JIT and of work that does not wait, by serial and by each strategy with
    the most workers; those of one interpreter and workload stand together.
    """
    jits = {one.label for one in plan.interpreters if one.facts.jit == "on"}
    alone = {work.label for work in measured.works if work.kind in COMPARABLE_KINDS}
    strategies = dict.fromkeys(one.strategy for one in measured.configurations)
    shown = {SERIAL, *map(measured.widest, strategies)}
    found = _by_cell(rows)
    keys = [
        key
        for key in measured.cells
        if key in found and key[0] in jits and key[1] in alone and key[2] in shown
    ]
    places = {place: number for number, place in enumerate(dict.fromkeys(key[:2] for key in keys))}
    return {key: found[key] for key in sorted(keys, key=lambda key: places[key[:2]])}


def _by_cell(rows: pd.DataFrame) -> Mapping[CellKey, pd.DataFrame]:
    groups = rows.groupby(["interpreter", "variant", "workload", "strategy", "workers"], sort=False)
    return {cell_key_of(own.iloc[0].to_dict()): own for _, own in groups}


def warm_up_curves(measured: MeasuredCells, shown: Mapping[CellKey, pd.DataFrame]) -> tuple[WarmUpCurve, ...]:
    """Read the curves of the cells that are shown."""
    return tuple(WarmUpCurve(measured.cells[key], _points(rows)) for key, rows in shown.items())


def _points(rows: pd.DataFrame) -> tuple[WarmUpPoint, ...]:
    return tuple(
        WarmUpPoint(
            iteration=row["iteration"],
            relative=row["relative"],
            lower_quartile=row["relative_low"],
            upper_quartile=row["relative_high"],
            steady=row["steady"],
        )
        for row in rows_of(rows)
    )
