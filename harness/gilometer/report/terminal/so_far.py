"""The ratios that a run knows so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Outcome, Strategy
from gilometer.plan.precision import percent
from gilometer.report.order import place
from gilometer.report.sentences.text import doers, plural
from gilometer.report.terminal.places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Cell, Known


class SoFar:
    """The ratios of a run as they become known, and among them the speedups of one configuration.

    It is the one with the most workers: of threads, if the run has them.
    """

    def __init__(self) -> None:
        """Begin without ratios."""
        self.doers = ""
        """The configuration of the speedups: ``2 threads``; empty if there are none."""
        self.interpreters = Places(())
        self.workloads = Places(())
        self._ratios: dict[tuple[Cell, Cell], Known] = {}
        self._speedups: dict[tuple[str, str], Known] = {}
        self._precision = 0.0

    def learn(self, known: Sequence[Known], precision: float) -> None:
        """Note ratios: at first all of the run, later those of which more is known."""
        if not self._ratios:
            self._begin([one for one in known if _is_speedup(one)])
        self._precision = precision
        for one in known:
            self._ratios[one.over, one.under] = one
            if _is_speedup(one) and _doers(one.under) == self.doers:
                self._take(one.under.interpreter_label, one.under.workload, one)

    def speedup(self, interpreter: str, workload: str) -> Known | None:
        """Look up one speedup; None if the run has no such speedup."""
        return self._speedups.get((interpreter, workload))

    @property
    def count(self) -> str:
        """The number of ratios that are known precisely, of all that can be, in words; empty for none."""
        possible = [one for one in self._ratios.values() if one.outcome in {None, Outcome.OK}]
        precise = sum(one.is_precise for one in possible)
        aim = percent(self._precision)
        return f"{precise} of {plural(len(possible), 'ratio')} known to {aim}" if possible else ""

    def _begin(self, speedups: Sequence[Known]) -> None:
        """Choose the configuration that is shown, and sort interpreters and workloads."""
        cells = [one.under for one in speedups]
        if cells:
            self.doers = _doers(
                max(cells, key=lambda cell: (cell.strategy is Strategy.THREADS, cell.workers))
            )
        shown = [cell for cell in cells if _doers(cell) == self.doers]
        self.workloads = Places(cell.workload for cell in shown)
        shown.sort(key=lambda cell: place(cell.interpreter, cell.variant))
        self.interpreters = Places(cell.interpreter_label for cell in shown)

    def _take(self, interpreter: str, workload: str, one: Known) -> None:
        self._speedups[interpreter, workload] = one
        if one.outcome is not None:
            self.interpreters.note(interpreter)
            self.workloads.note(workload)


def _is_speedup(one: Known) -> bool:
    """Tell whether both of its cells are of one interpreter."""
    return one.over.interpreter_label == one.under.interpreter_label


def _doers(cell: Cell) -> str:
    return doers(cell.strategy, cell.workers)
