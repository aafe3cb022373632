"""Tabulate when each worker ran, of one representative invocation for each interpreter and workload."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gilometer.model import Outcome, Role, Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Cell, Entry, Group, Line, Span

AT_ONCE = "at once"
"""The observation of the share of the time in which two or more workers ran, of that in which any did."""
NOBODY = "nobody"
"""The observation of the share of all time in which no worker ran: the rest of the machine took it."""
COLUMNS = (
    "interpreter",
    "variant",
    "workload",
    "workers",
    "block",
    "at_once",
    "nobody",
    "worker",
    "start_s",
    "end_s",
)


@dataclass(frozen=True)
class _WorkerSpans:
    """The spans of one invocation in which its workers ran, and the shares that it observed."""

    cell: Cell
    block: int
    at_once: float
    nobody: float
    spans: tuple[Span, ...]


def timeline(entries: Iterable[Entry]) -> pd.DataFrame:
    """Tabulate when workers ran: a row for each span, with exactly ``COLUMNS``, by interpreter and worker.

    Each interpreter and workload has one invocation. Of those with the fewest workers above 1, it is the one
    whose share ``at_once`` in the last iteration is the median (the lower one of two in the middle).
    ``nobody`` is the share in which none ran; ``start_s`` and ``end_s`` are seconds since that iteration
    began.
    """
    found: defaultdict[Group, list[_WorkerSpans]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, Sample) and entry.line is not None and _counts(entry):
            found[entry.slot.cell.group] += _worker_spans(entry, entry.line)
    rows = [row for own in found.values() if own for row in _rows(_representative(own))]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _counts(sample: Sample) -> bool:
    is_measured = sample.slot.role is Role.MEASURE and sample.outcome is Outcome.OK
    return is_measured and sample.slot.cell.workers > 1


def _worker_spans(sample: Sample, line: Line) -> list[_WorkerSpans]:
    """Read the last iteration of a line; the list is empty without spans or the shares."""
    last = {one.what: one.values[-1] for one in line.observations if one.values}  # noqa: PD011  no frame
    if not line.spans or not {AT_ONCE, NOBODY} <= last.keys():
        return []
    return [_WorkerSpans(sample.slot.cell, sample.slot.block, last[AT_ONCE], last[NOBODY], line.spans)]


def _representative(own: Sequence[_WorkerSpans]) -> _WorkerSpans:
    fewest = min(one.cell.workers for one in own)
    alike = sorted((one for one in own if one.cell.workers == fewest), key=lambda one: one.at_once)
    return alike[(len(alike) - 1) // 2]


def _rows(invocation: _WorkerSpans) -> list[dict[str, object]]:
    cell = invocation.cell
    same = {
        "interpreter": cell.interpreter,
        "variant": cell.variant,
        "workload": cell.workload,
        "workers": cell.workers,
        "block": invocation.block,
        "at_once": invocation.at_once,
        "nobody": invocation.nobody,
    }
    in_order = sorted(invocation.spans, key=lambda span: (span.worker, span.start_s))
    return [{**same, "worker": one.worker, "start_s": one.start_s, "end_s": one.end_s} for one in in_order]
