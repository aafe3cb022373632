"""Who ran when: of each interpreter the one invocation that stands for all."""

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
"""What a workload calls the share of the time in which two workers ran or more, of that in which one did."""
NOBODY = "nobody"
"""And the share in which none ran, of all: what the rest of the machine took from all of them."""
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
class _Told:
    """What one invocation told of who ran when."""

    cell: Cell
    block: int
    at_once: float
    nobody: float
    spans: tuple[Span, ...]


def timeline(entries: Iterable[Entry]) -> pd.DataFrame:
    """Lay out who ran when: a row for each span, with exactly ``COLUMNS``, by interpreter and worker.

    Of each interpreter and workload it is one invocation: of those with the fewest workers that are several
    the one whose share at once, in the last iteration, is the median (the lower one of two in the middle).
    ``at_once`` is that share, and ``nobody`` that in which none ran; ``start_s`` and ``end_s`` are seconds
    since that iteration began.
    """
    found: defaultdict[Group, list[_Told]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, Sample) and entry.line is not None and _counts(entry):
            found[entry.slot.cell.group] += _told(entry, entry.line)
    rows = [row for own in found.values() if own for row in _rows(_representative(own))]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _counts(sample: Sample) -> bool:
    is_measured = sample.slot.role is Role.MEASURE and sample.outcome is Outcome.OK
    return is_measured and sample.slot.cell.workers > 1


def _told(sample: Sample, line: Line) -> list[_Told]:
    """Take in a line; without spans, or the shares, it tells nothing."""
    last = {one.what: one.values[-1] for one in line.observations if one.values}  # noqa: PD011  no frame
    if not line.spans or not {AT_ONCE, NOBODY} <= last.keys():
        return []
    return [_Told(sample.slot.cell, sample.slot.block, last[AT_ONCE], last[NOBODY], line.spans)]


def _representative(own: Sequence[_Told]) -> _Told:
    fewest = min(one.cell.workers for one in own)
    alike = sorted((one for one in own if one.cell.workers == fewest), key=lambda one: one.at_once)
    return alike[(len(alike) - 1) // 2]


def _rows(told: _Told) -> list[dict[str, object]]:
    cell = told.cell
    same = {
        "interpreter": cell.interpreter,
        "variant": cell.variant,
        "workload": cell.workload,
        "workers": cell.workers,
        "block": told.block,
        "at_once": told.at_once,
        "nobody": told.nobody,
    }
    in_order = sorted(told.spans, key=lambda span: (span.worker, span.start_s))
    return [{**same, "worker": one.worker, "start_s": one.start_s, "end_s": one.end_s} for one in in_order]
