"""The table of all cells of a run, to be sorted and searched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gilometer.model import Strategy
from gilometer.report.document import Amount, Everything
from gilometer.report.results import Spread, label_of
from gilometer.report.sections.tables import speedup
from gilometer.report.sentences.text import duration, estimate, number

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from gilometer.analysis import Analysis
    from gilometer.report.results import Board

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
"""Where what has no number is sorted."""


def everything(analysis: Analysis, shown: Board) -> Everything:
    """List all cells, in the order of the board."""
    groups = {subject.label: (place, subject.group) for place, subject in enumerate(shown.subjects)}
    rows = analysis.summary.to_dict("records")
    rows.sort(key=lambda row: groups[label_of(row)][0])
    return Everything(HEAD, tuple(_row(row, shown, groups[label_of(row)][1].value) for row in rows))


def _row(row: Mapping[Hashable, Any], shown: Board, gil: str) -> tuple[Amount, ...]:
    strategy = Strategy(row["strategy"])
    result = shown.results[label_of(row), row["workload"], Spread(strategy, row["workers"])]
    is_serial = strategy is Strategy.SERIAL
    return (
        _name(label_of(row)),
        _name(gil.partition(" ")[0]),
        _name(row["workload"]),
        _name(row["kind"]),
        _name(strategy.value),
        Amount(str(row["workers"]), row["workers"]),
        _name(result.outcome.words + (f": {row['reason']}" if row["reason"] else "")),
        _amount(result.speedup, "-" if is_serial or not result.is_measured else speedup(result)),
        _amount(row["capacity"], "-" if is_serial else number(row["capacity"])),
        _amount(row["efficiency"], "-" if is_serial else _efficiency(row)),
        _amount(row["wall_s"], duration(row["wall_s"])),
        _amount(row["effective_cores"], number(row["effective_cores"])),
        _amount(row["peak_rss_mb"], _or_none(row["peak_rss_mb"], "{:.3g} MB")),
        _amount(row["startup_s"], duration(row["startup_s"])),
        Amount(str(row["invocations"]), row["invocations"]),
    )


def _efficiency(row: Mapping[Hashable, Any]) -> str:
    return estimate(row["efficiency"], row["efficiency_low"], row["efficiency_high"])


def _name(words: str) -> Amount:
    return Amount(words, words)


def _amount(value: float, said: str) -> Amount:
    return Amount(said, LAST if math.isnan(value) or said == "-" else value)


def _or_none(value: float, form: str) -> str:
    return "-" if math.isnan(value) else form.format(value)
