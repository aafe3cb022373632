"""What interpreters take for work that never waits, against one thread of the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Estimate, Strategy
from gilometer.plan.groups import baseline_of
from gilometer.report.results.cells import Reading, read
from gilometer.report.results.configurations import SERIAL
from gilometer.report.results.rows import cell_key_of, estimate_of, rows_of
from gilometer.stats.break_even import workers_needed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from gilometer.model import Interpreter, Plan, Work
    from gilometer.report.results.cells import CellResult, MeasuredCells
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.rows import CellKey


@dataclass(frozen=True)
class Cost:
    """The time of one cell, and its ratio to the time of one thread of the baseline."""

    cell: CellResult
    ratio: Estimate
    """Above 1: it takes longer."""


@dataclass(frozen=True)
class InterpreterCosts:
    """What an interpreter takes for a workload: with one thread, with several, and with processes."""

    interpreter: Interpreter
    work: Work
    serial: Cost
    threads: Cost | None
    processes: Cost | None
    threads_needed: Estimate | None
    """Number of threads that are as fast as one of the baseline; None: its threads show no gain."""


@dataclass(frozen=True)
class Costs:
    """The costs of all interpreters."""

    baseline: Interpreter
    threads: Configuration | None
    """The configuration of ``InterpreterCosts.threads``; None: threads were not measured."""
    processes: Configuration | None
    of: tuple[InterpreterCosts, ...]
    """By workload, then in the order of interpreters."""

    @property
    def works(self) -> tuple[Work, ...]:
        """The workloads, each once."""
        return tuple({one.work.label: one.work for one in self.of}.values())

    def of_work(self, work: Work) -> tuple[InterpreterCosts, ...]:
        """List the costs of one workload."""
        return tuple(one for one in self.of if one.work == work)


def costs(plan: Plan, measured: MeasuredCells, found: pd.DataFrame) -> Costs | None:
    """Read ``analysis.costs``; None if no interpreter was compared with the baseline."""
    baseline = baseline_of(plan)
    ratios = {cell_key_of(row): estimate_of(row, "cost") for row in rows_of(found)}
    threads, processes = measured.widest(Strategy.THREADS), measured.widest(Strategy.PROCESSES)
    interpreters = {one.label: one for one in plan.interpreters}
    shown = [interpreters[one.label] for one in measured.present]
    of = [
        InterpreterCosts(
            interpreter=one,
            work=work,
            serial=serial,
            threads=spread,
            processes=_cost(measured, ratios, (one.label, work.label, processes)),
            threads_needed=_threads_needed(serial, spread),
        )
        for work in measured.works
        for one in shown
        if (serial := _cost(measured, ratios, (one.label, work.label, SERIAL)))
        for spread in [_cost(measured, ratios, (one.label, work.label, threads))]
    ]
    if {one.interpreter.label for one in of} <= {baseline.label}:
        return None
    return Costs(baseline, threads, processes, tuple(of))


def _cost(
    measured: MeasuredCells,
    ratios: Mapping[CellKey, Estimate],
    key: tuple[str, str, Configuration | None],
) -> Cost | None:
    label, workload, configuration = key
    if configuration is None:
        return None
    cell = measured.cells.get((label, workload, configuration))
    ratio = ratios.get((label, workload, configuration))
    return Cost(cell, ratio) if cell and ratio else None


def _threads_needed(serial: Cost, threads: Cost | None) -> Estimate | None:
    if threads is None or read(threads.cell) is not Reading.GAIN:
        return None
    return workers_needed(serial.ratio, threads.cell.speedup, threads.cell.workers)


def free_of_gil(of: Sequence[InterpreterCosts]) -> tuple[InterpreterCosts, ...]:
    """List the costs of interpreters without a GIL."""
    return tuple(one for one in of if not one.interpreter.facts.gil)
