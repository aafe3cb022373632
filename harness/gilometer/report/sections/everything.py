"""The table of all cells of a run, which readers can sort and search."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.report.document import Amount, Everything
from gilometer.report.sections.tables import speedup
from gilometer.report.sentences.text import duration, estimate, number

if TYPE_CHECKING:
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.interpreters import Category

HEAD = (
    "interpreter",
    "GIL",
    "workload",
    "kind",
    "strategy",
    "workers",
    "outcome",
    "speedup",
    "capacity",
    "efficiency",
    "one pass",
    "cores used",
    "memory",
    "start-up",
    "blocks",
)
LAST = math.inf
"""The sort key of a cell without a number: it comes last."""


def everything(results: Results) -> Everything:
    """List all cells, in the order of interpreters."""
    places = {one.label: place for place, one in enumerate(results.interpreters)}
    categories = {one.label: one.category for one in results.interpreters}
    cells = sorted(results.cells.values(), key=lambda cell: places[cell.interpreter])
    return Everything(HEAD, tuple(_row(cell, categories[cell.interpreter]) for cell in cells))


def _row(cell: CellResult, category: Category) -> tuple[Amount, ...]:
    is_serial = cell.configuration.strategy is Strategy.SERIAL
    return (
        _name(cell.interpreter),
        _name(category.value.partition(" ")[0]),
        _name(cell.workload),
        _name(cell.kind),
        _name(cell.configuration.strategy.value),
        Amount(str(cell.workers), cell.workers),
        _name(cell.outcome.words + (f": {cell.reason}" if cell.reason else "")),
        _amount(cell.speedup.value, "-" if is_serial or not cell.is_measured else speedup(cell)),
        _amount(cell.capacity.value, "-" if is_serial else number(cell.capacity.value)),
        _amount(cell.efficiency.value, "-" if is_serial else estimate(cell.efficiency)),
        _amount(cell.wall_s.value, duration(cell.wall_s.value)),
        _amount(cell.effective_cores, number(cell.effective_cores)),
        _amount(cell.peak_rss_mb, _or_none(cell.peak_rss_mb, "{:.3g} MB")),
        _amount(cell.startup_s, duration(cell.startup_s)),
        Amount(str(cell.invocations), cell.invocations),
    )


def _name(words: str) -> Amount:
    return Amount(words, words)


def _amount(value: float, said: str) -> Amount:
    return Amount(said, LAST if math.isnan(value) or said == "-" else value)


def _or_none(value: float, form: str) -> str:
    return "-" if math.isnan(value) else form.format(value)
