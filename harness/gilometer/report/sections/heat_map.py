"""The map of where threads help, as a table of the page: it can be read on any width, and aloud."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING

from gilometer.model import Outcome, Strategy
from gilometer.report.colours import step_of
from gilometer.report.document import HeatMap, MapCell, MapHead, MapRow
from gilometer.report.results.cells import Reading, reach_of, read
from gilometer.report.sentences.text import number, span
from gilometer.report.sentences.works import in_words

if TYPE_CHECKING:
    from gilometer.model import Work
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.configurations import Configuration

MISSING = {Outcome.UNAVAILABLE: "-", Outcome.NOT_REACHED: "-", Outcome.UNSUPPORTED: "n/a", Outcome.OK: "~"}
"""What is written for a cell without a ratio; all others failed."""


def heat_map(results: Results) -> HeatMap | None:
    """Make the map of threads with the most workers; None if nothing was measured with them."""
    threads = results.widest(Strategy.THREADS)
    if threads is None:
        return None
    works = [work for work in results.works_with(threads) if _is_told(results, work, threads)]
    if not works:
        return None
    reach = reach_of(results.cells.values(), threads)
    rows: list[MapRow] = []
    for category, members in groupby(results.interpreters, key=lambda one: one.category):
        rows.append(MapRow(category.value))
        for interpreter in members:
            found = [results.at(interpreter, work, threads) for work in works]
            rows.append(MapRow(interpreter.label, tuple(_cell(one, reach) if one else None for one in found)))
    heads = tuple(MapHead(in_words(work), work.label) for work in works)
    return HeatMap(f"Speedup of {threads.doers} over one", heads, tuple(rows))


def left_out(results: Results) -> list[str]:
    """Name the workloads that the map has no column for, as no interpreter has anything to tell of them."""
    threads = results.widest(Strategy.THREADS)
    works = results.works_with(threads) if threads else ()
    return [work.label for work in works if threads and not _is_told(results, work, threads)]


def _is_told(results: Results, work: Work, threads: Configuration) -> bool:
    """Tell whether any interpreter has a ratio for a workload, or failed."""
    found = [results.at(one, work, threads) for one in results.interpreters]
    return any(one and (one.is_measured or one.outcome.is_failure) for one in found)


def _cell(result: CellResult, reach: float) -> MapCell:
    if not result.is_measured:
        is_failure = result.outcome.is_failure
        word = MISSING.get(result.outcome, "X")
        return MapCell(
            word, "", is_shown=False, look="failed" if is_failure else "none", means=result.why_missing
        )
    reading = read(result)
    ratio = number(result.speedup.value)
    interval = span(result.speedup.low, result.speedup.high)
    is_unclear = reading in {Reading.UNCLEAR, Reading.DOUBTFUL}
    return MapCell(ratio, interval, is_unclear, _look(result, reading, reach), reading.value)


def _look(result: CellResult, reading: Reading, reach: float) -> str:
    """Return the class of a ratio's fill."""
    if reading is Reading.UNCLEAR:
        return "unclear"
    if reading is Reading.DOUBTFUL:
        return "doubtful"
    share = math.log2(result.speedup.value) / reach
    step = step_of(share)
    return f"{'faster' if share > 0 else 'slower'}-{step}" if step else "level"
