"""Start-up, warm-up and steady state in words, and as a section of the report."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.analysis.steady import FEWEST_ITERATIONS, SteadyState
from gilometer.model import Strategy
from gilometer.report.document import Code, Line, Section, Words, detail, paragraph, table
from gilometer.report.results import SERIAL, Spread, label_of
from gilometer.report.sentences.text import counted, duration, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gilometer.report.results import Board

AT_ONCE = "at once"


@dataclass(frozen=True)
class Settling:
    """How a cell came to its steady state."""

    label: str
    """Of its interpreter."""
    workload: str
    spread: Spread
    startup_s: float
    warmup_s: float
    """NaN where nothing tells, or there is no steady state."""
    state: SteadyState

    @property
    def when(self) -> str:
        """When its steady state begins, as a clause of few letters; empty if nothing tells."""
        if self.state in {SteadyState.UNKNOWN, SteadyState.NONE}:
            return self.state.value
        after = after_words(self.warmup_s)
        return after if self.state in {SteadyState.FLAT, SteadyState.WARMUP} else f"{after}, {self.state}"


def settlings(summary: pd.DataFrame) -> list[Settling]:
    """Read them from the summary, a cell each."""
    return [
        Settling(
            label_of(row),
            row["workload"],
            Spread(Strategy(row["strategy"]), row["workers"]),
            row["startup_s"],
            row["warmup_s"],
            SteadyState(row["steady_state"]),
        )
        for row in summary.to_dict("records")
    ]


def after_words(warmup_s: float) -> str:
    """Say how long a warm-up is."""
    return duration(warmup_s) if warmup_s > 0 else AT_ONCE


def finding(found: Sequence[Settling]) -> str:
    """Say when the steady state of these cells begins on each interpreter, at the latest, if it does."""
    latest: dict[str, float] = {}
    never: dict[str, list[str]] = {}
    for one in found:
        if one.state is SteadyState.NONE:
            never.setdefault(one.label, []).append(one.workload)
        else:
            latest[one.label] = max(latest.get(one.label, 0.0), one.warmup_s)
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


def section(summary: pd.DataFrame, shown: Board) -> Section | None:
    """Tabulate start-up and steady state of serial cells, and list all cells without a steady state."""
    found = settlings(summary)
    serial = [one for one in found if one.spread == SERIAL]
    told = {one.workload for one in serial if one.state is not SteadyState.UNKNOWN}
    works = [work.label for work in shown.works if work.label in told]
    rows: list[list[Words]] = []
    for subject in shown.present:
        own = {one.workload: one for one in serial if one.label == subject.label}
        when = [own[work].when or "-" if work in own else "" for work in works]
        rows.append([Code(subject.label), _start_up(list(own.values())), *when])
    said = (
        "Start-up is of the process, until its script begins. Beside it: how many seconds of iterations are "
        f"over when serial work is steady, where invocations have the {FEWEST_ITERATIONS} iterations that it "
        "takes to tell. Inconsistent: the invocations differ. Slowdown: it had been faster before."
    )
    head: list[Words] = ["interpreter", "start-up", *map(Code, works)]
    never = [one for one in found if one.state is SteadyState.NONE]
    return detail(
        "Start-up, warm-up and steady state",
        paragraph(said),
        table(head, rows),
        paragraph(*_unsteady(never)) if never else None,
    )


def _unsteady(never: Sequence[Settling]) -> Line:
    """Name the cells that have no steady state."""
    line: Line = ("No steady state, and so no number: ",)
    for index, one in enumerate(never):
        line += ("; " if index else "", Code(one.label), " ", Code(one.workload), f" {one.spread.label}")
    return (*line, ".")


def _start_up(own: Sequence[Settling]) -> str:
    """The median over the workloads."""
    seconds = [one.startup_s for one in own if not math.isnan(one.startup_s)]
    return duration(statistics.median(seconds)) if seconds else "-"
