"""The tables of a report: speedups, means, times and noise, a row for each interpreter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.analysis.means import SPEED
from gilometer.model import Outcome
from gilometer.report.document import Code, Line, Section, Table, Words, detail, listing, paragraph, table
from gilometer.report.results.cells import CellResult, Reading, read
from gilometer.report.results.configurations import SERIAL, Configuration
from gilometer.report.sentences.text import duration, estimate, number, span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.report.results import Results
    from gilometer.report.results.comparisons import MeanOverWorkloads
    from gilometer.report.results.machine import NoisePair
    from gilometer.report.results.same_binary import SameBinary


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
            number(one.off.capacity.value),
            estimate(one.overhead),
        ]
        for binary in found.binaries
        for one in binary.contrasts
    ]
    said = (
        f"Speedup of {found.configuration.workers} threads over serial, beside what as many independent "
        "processes reached; and the time of serial with the GIL off, over that with it on. Nothing else "
        "differs, so the difference is the GIL's."
    )
    return detail("The figures", paragraph(said), table(head, rows))


def speedups(results: Results, configuration: Configuration) -> Section | None:
    """Tabulate one strategy's speedups by workload."""
    return detail(f"Speedup of {configuration.doers}", _by_workload(results, configuration, speedup))


def times(results: Results) -> Section | None:
    """Tabulate the times of serial by workload."""
    return detail("Time of serial, for one pass", _by_workload(results, SERIAL, _time))


def means(found: Sequence[MeanOverWorkloads]) -> Section | None:
    """Tabulate the geometric means; where one is missing, name the workloads without a number."""
    if not found:
        return None
    cells_of: dict[str, dict[str, Line]] = {}
    for one in found:
        cells_of.setdefault(one.interpreter, {})[_averaged(one)] = _mean(one)
    head = list(dict.fromkeys(column for cells in cells_of.values() for column in cells))
    rows: list[list[Words]] = [
        [Code(label), *(cells.get(column, "") for column in head)] for label, cells in cells_of.items()
    ]
    said = (
        "Each workload counts alike. There is no mean where one of them has no number: the cell names which."
    )
    return detail("Geometric means over workloads", paragraph(said), table(["interpreter", *head], rows))


def noise(pairs: Sequence[NoisePair]) -> Section | None:
    """Tabulate the noise: the difference of serial cells from themselves."""
    if not pairs:
        return detail("Noise", paragraph("No cell was measured twice in a block, so the noise is unknown."))
    rows: list[list[Words]] = [
        [
            Code(one.interpreter),
            Code(one.workload),
            str(one.pairs),
            number(one.ratio.value),
            span(one.ratio.low, one.ratio.high),
            f"{number(one.band)}x",
        ]
        for one in pairs
    ]
    said = paragraph(
        "Each block measures these serial cells twice. The band is how far a cell can be from itself; "
        "a ratio nearer to 1 than its band is noise."
    )
    head = ["interpreter", "workload", "pairs", "ratio", "95% interval", "band"]
    return detail("Noise", said, table(head, rows))


def speedup(result: CellResult) -> str:
    """Say a speedup with its interval, or why there is none."""
    if result.outcome is not Outcome.OK:
        return result.outcome.words
    if not result.is_measured:
        return result.reason or "no serial to compare with"
    doubt = " ?" if read(result) is Reading.DOUBTFUL else ""
    return estimate(result.speedup) + doubt


def _averaged(one: MeanOverWorkloads) -> str:
    if one.figure == SPEED:
        return f"speed of one thread, {one.workloads} workloads"
    return f"{one.kind}: {one.configuration.label}, {one.workloads} workloads"


def _mean(one: MeanOverWorkloads) -> Line:
    return ("without ", *listing(one.missing)) if one.missing else (estimate(one.mean),)


def _by_workload(results: Results, configuration: Configuration, say: Callable[[CellResult], str]) -> Table:
    """Tabulate the results of all interpreters by workload, also of those that could not run."""
    works = results.works_with(configuration)
    head: list[Words] = ["interpreter", *(Code(work.label) for work in works)]
    rows: list[list[Words]] = []
    for one in results.interpreters:
        found = [results.at(one, work, configuration) for work in works]
        rows.append([Code(one.label), *(say(result) if result else "" for result in found)])
    return table(head, rows)


def _time(result: CellResult) -> str:
    if result.outcome is not Outcome.OK:
        return result.outcome.words
    return result.reason or "-" if math.isnan(result.wall_s.value) else duration(result.wall_s.value)
