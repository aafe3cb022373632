"""The times at which threads ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import MOST_SPANS, Span, Strategy
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.interpreters import Category
from gilometer.report.results.rows import label_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gilometer.model import Plan
    from gilometer.report.results.cells import MeasuredCells
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.rows import FrameRow

SPLINTER_S = 2e-4
"""A shorter pause is not drawn: it is an interrupt, for example, and not a turn of another thread."""


@dataclass(frozen=True)
class Lanes:
    """The times at which each thread ran on one interpreter."""

    interpreter: ShownInterpreter
    at_once: float
    """Share of the time in which at least two threads ran, of that in which at least one did."""
    nobody: float
    """Share of all time in which no thread ran."""
    spans: tuple[Span, ...]

    @property
    def bars(self) -> list[Span]:
        """The spans as they are drawn: joined over a short pause in which no other worker began."""
        found: list[Span] = []
        for span in sorted(self.spans, key=lambda span: span.start_s):
            is_joined = (
                found and found[-1].worker == span.worker and span.start_s - found[-1].end_s < SPLINTER_S
            )
            found.append(Span(span.worker, found.pop().start_s, span.end_s) if is_joined else span)
        return found

    @property
    def known_s(self) -> float:
        """Seconds from the beginning for which all spans are known."""
        is_whole = len(self.spans) < MOST_SPANS
        return max(span.end_s if is_whole else span.start_s for span in self.spans)


@dataclass(frozen=True)
class Timeline:
    """The times at which threads ran, for all interpreters on which they were recorded."""

    configuration: Configuration
    lanes: tuple[Lanes, ...]


def timeline(plan: Plan, measured: MeasuredCells, frame: pd.DataFrame) -> Timeline | None:
    """Read the first workload with recorded spans, interpreters with a GIL first; None if there is none."""
    rows = rows_of(frame)
    told = {row["workload"] for row in rows}
    first = next((work.label for work in plan.works if work.label in told), None)
    if first is None:
        return None
    own: dict[str, list[FrameRow]] = {}
    for row in rows:
        if row["workload"] == first:
            own.setdefault(label_of(row), []).append(row)
    workers = next(iter(own.values()))[0]["workers"]
    lanes = tuple(
        _lanes(one, own[one.label]) for one in pairs_side_by_side(measured.present, plan) if one.label in own
    )
    return Timeline(Configuration(Strategy.THREADS, workers), lanes)


def _lanes(interpreter: ShownInterpreter, rows: Sequence[FrameRow]) -> Lanes:
    spans = tuple(Span(row["worker"], row["start_s"], row["end_s"]) for row in rows)
    return Lanes(interpreter, rows[0]["at_once"], rows[0]["nobody"], spans)


def pairs_side_by_side(interpreters: Sequence[ShownInterpreter], plan: Plan) -> list[ShownInterpreter]:
    """Sort by category, so that binaries that ran with and without a GIL are where the categories meet."""
    names = {one.label: one.name for one in plan.interpreters}
    known = {(names[one.label], one.category) for one in interpreters}

    def place(interpreter: ShownInterpreter) -> tuple[bool, bool]:
        is_free = interpreter.category is Category.NO_GIL
        own = {(names[interpreter.label], category) for category in (Category.GIL, Category.NO_GIL)}
        return is_free, (own <= known) != is_free

    return sorted(interpreters, key=place)
