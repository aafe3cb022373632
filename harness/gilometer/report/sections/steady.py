"""Start-up, warm-up and steady state in words, and as a section of the report."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from gilometer.analysis.steady import FEWEST_ITERATIONS, SteadyState
from gilometer.report.document import Code, Line, Section, Words, detail, paragraph, table
from gilometer.report.results.configurations import SERIAL
from gilometer.report.sentences.text import counted, duration, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult

AT_ONCE = "at once"


def when(result: CellResult) -> str:
    """Say in a few words when the steady state of a cell begins; empty if that is unknown."""
    state = result.steady_state
    if state in {SteadyState.UNKNOWN, SteadyState.NONE}:
        return state.value
    after = after_words(result.warmup_s)
    return after if state in {SteadyState.FLAT, SteadyState.WARMUP} else f"{after}, {state}"


def after_words(warmup_s: float) -> str:
    """Say how long a warm-up is."""
    return duration(warmup_s) if warmup_s > 0 else AT_ONCE


def finding(found: Iterable[CellResult]) -> str:
    """Say the latest time at which these cells become steady on each interpreter, or that they do not."""
    latest: dict[str, float] = {}
    never: dict[str, list[str]] = {}
    for one in found:
        label = one.interpreter
        if one.steady_state is SteadyState.NONE:
            never.setdefault(label, []).append(one.workload)
        else:
            latest[label] = max(latest.get(label, 0.0), one.warmup_s)
    together: dict[str, list[str]] = {}
    for label in sorted(latest, key=lambda label: latest[label]):
        together.setdefault(after_words(latest[label]), []).append(label)
    times = [
        f"{after if after == AT_ONCE else f'within {after}'} on {counted(labels)}"
        for after, labels in together.items()
    ]
    clauses = [f"Serial work is steady {listed(times)}"] if times else []
    clauses += [f"{label} finds no steady state in {listed(works)}" for label, works in never.items()]
    return "; ".join(clauses) or "Too few iterations tell when serial work is steady"


def section(results: Results) -> Section | None:
    """Tabulate start-up and steady state of serial cells, and list all cells without a steady state."""
    serial = [one for one in results.cells.values() if one.configuration == SERIAL]
    told = {one.workload for one in serial if one.steady_state is not SteadyState.UNKNOWN}
    works = [work.label for work in results.works if work.label in told]
    rows: list[list[Words]] = []
    for interpreter in results.present:
        own = {one.workload: one for one in serial if one.interpreter == interpreter.label}
        begins = [when(own[work]) or "-" if work in own else "" for work in works]
        rows.append([Code(interpreter.label), _start_up(list(own.values())), *begins])
    said = (
        "Start-up is of the process, until its script begins. Beside it: how many seconds of iterations are "
        f"over when serial work is steady, where invocations have the {FEWEST_ITERATIONS} iterations that it "
        "takes to tell. Inconsistent: the invocations differ. Slowdown: it had been faster before."
    )
    head: list[Words] = ["interpreter", "start-up", *map(Code, works)]
    never = [one for one in results.cells.values() if one.steady_state is SteadyState.NONE]
    return detail(
        "Start-up, warm-up and steady state",
        paragraph(said),
        table(head, rows),
        paragraph(*_unsteady(never)) if never else None,
    )


def _unsteady(never: Sequence[CellResult]) -> Line:
    """Name the cells that have no steady state."""
    line: Line = ("No steady state, and so no number: ",)
    for index, one in enumerate(never):
        cell = (Code(one.interpreter), " ", Code(one.workload), f" {one.configuration.label}")
        line += ("; " if index else "", *cell)
    return (*line, ".")


def _start_up(own: Sequence[CellResult]) -> str:
    """Write the median of the start-up times over the workloads."""
    seconds = [one.startup_s for one in own if not math.isnan(one.startup_s)]
    return duration(statistics.median(seconds)) if seconds else "-"
