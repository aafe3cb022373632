"""The tables of a report: speedups, means, times and noise, an interpreter a row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gilometer.analysis.means import SPEED
from gilometer.model import Outcome
from gilometer.report.document import Code, Line, Section, Table, Words, detail, listing, paragraph, table
from gilometer.report.order import place
from gilometer.report.results import SERIAL, Board, Reading, Result, Spread, label_of, read
from gilometer.report.sentences.text import duration, estimate, number, span

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    import pandas as pd

    from gilometer.analysis import Analysis
    from gilometer.report.sections.same_binary import SameBinary


def same_binary_table(found: SameBinary | None) -> Section | None:
    """Set both sides of each binary beside one another."""
    if found is None:
        return None
    head = ["binary", "workload", "GIL off", "GIL on", "capacity", "one thread, off over on"]
    rows: list[list[Words]] = [
        [
            Code(binary.name),
            Code(one.work.label),
            speedup(one.off),
            speedup(one.on),
            number(one.off.capacity),
            estimate(one.overhead.value, one.overhead.low, one.overhead.high),
        ]
        for binary in found.binaries
        for one in binary.contrasts
    ]
    said = (
        f"Speedup of {found.spread.workers} threads over serial, beside what as many independent processes "
        "reached; and the time of serial with the GIL off, over that with it on. Nothing else differs, so "
        "the difference is the GIL's."
    )
    return detail("The figures", paragraph(said), table(head, rows))


def speedups(shown: Board, spread: Spread) -> Section | None:
    """Tabulate one strategy's speedups by workload."""
    return detail(f"Speedup of {spread.doers}", _by_workload(shown, spread, speedup))


def times(shown: Board) -> Section | None:
    """Tabulate the times of serial by workload."""
    return detail("Time of serial, for one pass", _by_workload(shown, SERIAL, _time))


def means(found: pd.DataFrame) -> Section | None:
    """Tabulate the geometric means; where there is none, what it would lack."""
    if found.empty:
        return None
    cells_of: dict[str, dict[str, Line]] = {}
    for row in sorted(found.to_dict("records"), key=lambda row: place(row["interpreter"], row["variant"])):
        cells_of.setdefault(label_of(row), {})[_averaged(row)] = _mean(row)
    head = list(dict.fromkeys(column for cells in cells_of.values() for column in cells))
    rows: list[list[Words]] = [
        [Code(label), *(cells.get(column, "") for column in head)] for label, cells in cells_of.items()
    ]
    said = (
        "Each workload counts alike. There is no mean where one of them has no number: the cell names which."
    )
    return detail("Geometric means over workloads", paragraph(said), table(["interpreter", *head], rows))


def noise(analysis: Analysis) -> Section | None:
    """Tabulate how much serial differs from itself."""
    pairs = analysis.noise.pairs
    if pairs.empty:
        return detail("Noise", paragraph("No cell was measured twice in a block, so the noise is unknown."))
    rows: list[list[Words]] = [
        [
            Code(label_of(row)),
            Code(row["workload"]),
            str(row["pairs"]),
            number(row["ratio"]),
            span(row["ratio_low"], row["ratio_high"]),
            f"{number(row['band'])}x",
        ]
        for row in pairs.to_dict("records")
    ]
    said = paragraph(
        "Each block measures these serial cells twice. The band is how far a cell can be from itself; "
        "a ratio nearer to 1 than its band is noise."
    )
    head = ["interpreter", "workload", "pairs", "ratio", "95% interval", "band"]
    return detail("Noise", said, table(head, rows))


def speedup(result: Result) -> str:
    """Say a speedup with its interval, or why there is none."""
    if result.outcome is not Outcome.OK:
        return result.outcome.words
    if not result.is_measured:
        return result.reason or "no serial to compare with"
    doubt = " ?" if read(result) is Reading.DOUBTFUL else ""
    return estimate(result.speedup, result.speedup_low, result.speedup_high) + doubt


def _averaged(row: Mapping[Hashable, Any]) -> str:
    if row["figure"] == SPEED:
        return f"speed of one thread, {row['workloads']} workloads"
    return f"{row['kind']}: {row['strategy']} {row['workers']}, {row['workloads']} workloads"


def _mean(row: Mapping[Hashable, Any]) -> Line:
    if row["missing"]:
        return ("without ", *listing(row["missing"].split()))
    return (estimate(row["mean"], row["mean_low"], row["mean_high"]),)


def _by_workload(shown: Board, spread: Spread, say: Callable[[Result], str]) -> Table:
    """Tabulate what every interpreter that was asked for gave, be it only a reason."""
    works = shown.works_with(spread)
    head: list[Words] = ["interpreter", *(Code(work.label) for work in works)]
    rows: list[list[Words]] = []
    for subject in shown.subjects:
        results = [shown.at(subject, work, spread) for work in works]
        rows.append([Code(subject.label), *(say(result) if result else "" for result in results)])
    return table(head, rows)


def _time(result: Result) -> str:
    if result.outcome is not Outcome.OK:
        return result.outcome.words
    return duration(result.wall_s) if not math.isnan(result.wall_s) else result.reason or "-"
