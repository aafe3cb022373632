"""Speedups over the number of workers, and the law that was fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.analysis.scaling import Terms
from gilometer.model import Strategy
from gilometer.report.results.cells import Reading
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.rows import estimate_of, label_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Estimate, Work
    from gilometer.report.results.cells import CellResult, MeasuredCells
    from gilometer.report.results.interpreters import ShownInterpreter

FEWEST_LEVELS = 3
"""The fewest counts of workers, serial among them, that make a curve."""
WELL = 1.1
"""The largest misfit with which the law is said to fit."""


@dataclass(frozen=True)
class FittedLaw:
    """The Universal Scalability Law as it was fitted to a curve."""

    interpreter: str
    """Label of the interpreter."""
    workload: str
    """Label of the workload."""
    strategy: Strategy
    levels: int
    """Number of counts of workers, serial among them."""
    workers: int
    """The largest count of workers."""
    contention: Estimate
    coherence: Estimate
    peak: float
    """Number of workers with which the law is greatest; NaN: it has no maximum."""
    misfit: float
    """The greatest ratio, above 1, between a measured speedup and the law."""

    @property
    def fits(self) -> bool:
        """Tell whether it describes the curve."""
        return self.misfit <= WELL

    @property
    def terms(self) -> Terms:
        """The terms of the law, without their intervals."""
        return Terms(self.contention.value, self.coherence.value)


@dataclass(frozen=True)
class ScalingCurve:
    """The speedups of one strategy of a workload on an interpreter, by rising workers."""

    interpreter: ShownInterpreter
    work: Work
    strategy: Strategy
    results: tuple[CellResult, ...]
    """The results with more than one worker whose speedups were measured and can be believed."""
    law: FittedLaw | None
    """None: there were too few levels to fit it."""


def fitted_laws(scaling: pd.DataFrame) -> tuple[FittedLaw, ...]:
    """Read the laws that were fitted."""
    return tuple(
        FittedLaw(
            interpreter=label_of(row),
            workload=row["workload"],
            strategy=Strategy(row["strategy"]),
            levels=row["levels"],
            workers=row["workers"],
            contention=estimate_of(row, "contention"),
            coherence=estimate_of(row, "coherence"),
            peak=row["peak"],
            misfit=row["misfit"],
        )
        for row in rows_of(scaling)
    )


def scaling_curves(measured: MeasuredCells, laws: tuple[FittedLaw, ...]) -> tuple[ScalingCurve, ...]:
    """List the curves with enough counts of workers, in the order of works, strategies and interpreters."""
    fitted = {(law.interpreter, law.workload, law.strategy): law for law in laws}
    found = (
        ScalingCurve(
            interpreter=interpreter,
            work=work,
            strategy=strategy,
            results=_levels(measured, interpreter, work, strategy),
            law=fitted.get((interpreter.label, work.label, strategy)),
        )
        for work in measured.works
        for strategy in dict.fromkeys(one.strategy for one in measured.configurations)
        for interpreter in measured.present
    )
    return tuple(one for one in found if len(one.results) + 1 >= FEWEST_LEVELS)


def _levels(
    measured: MeasuredCells, interpreter: ShownInterpreter, work: Work, strategy: Strategy
) -> tuple[CellResult, ...]:
    workers = sorted({one.workers for one in measured.configurations if one.strategy is strategy} - {1})
    return tuple(
        result
        for configuration in (Configuration(strategy, count) for count in workers)
        if measured.reading(interpreter, work, configuration) not in {Reading.NOTHING, Reading.DOUBTFUL}
        and (result := measured.at(interpreter, work, configuration))
    )
