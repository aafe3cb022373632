"""What a comparison ends with in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from gilometer.analysis.steady import SteadyState
from gilometer.model import Outcome
from gilometer.report.results import DOUBT, Reading, board, label_of, read
from gilometer.report.sections import semantics
from gilometer.report.sections.disturbances import sentence as disturbed
from gilometer.report.sections.missing import go_on, not_reached
from gilometer.report.sentences.headlines import headlines
from gilometer.report.sentences.text import FEW_NAMES, certainty, glyphs, heading, one_line, with_interval
from gilometer.report.verdicts import print_verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from gilometer.analysis import Analysis
    from gilometer.model import Manifest, Work
    from gilometer.report.results import Board, Result, Spread, Subject
    from gilometer.report.sentences.text import Glyphs

STYLES = {
    Reading.GAIN: "bold green",
    Reading.HARM: "bold red",
    Reading.LEVEL: "",
    Reading.DOUBTFUL: "yellow",
    Reading.NOTHING: "dim",
}
FAILURES = {
    Outcome.CRASHED: "X crash",
    Outcome.TIMEOUT: "X hung",
    Outcome.GARBLED: "X garble",
    Outcome.WRONG_CHECKSUM: "X wrong",
    Outcome.KILLED: "X killed",
}
ABSENCES = {Outcome.UNSUPPORTED: "lacks it", Outcome.UNAVAILABLE: "-", Outcome.NOT_REACHED: "-"}
LETTERS = 7
"""Of a speedup and its interval, without the sign between them."""
GAP = 2
"""Between columns."""


def print_summary(console: Console, manifest: Manifest, analysis: Analysis, folder: Path) -> None:
    """Print verdicts, speedups, what failed, what could not run and what adds it, and the report's path."""
    shown = board(analysis)
    console.print()
    print_verdicts(console, analysis)
    console.print()
    if shown.works:
        _print_speedups(console, analysis, shown)
    for sentence in semantics.sentences(analysis, shown):
        console.print(Text(sentence))
    _print_failures(console, analysis)
    _print_missing(console, manifest)
    if analysis.finished is None:
        console.print(Text("\nThis run was interrupted; the figures are of what it measured."))
    if shown.works:
        _print_answers(console, analysis, shown)
    _print_not_reached(console, analysis, folder)
    console.print(Text(f"\nReport: {folder / 'report.html'}"), soft_wrap=True)


def _print_speedups(console: Console, analysis: Analysis, shown: Board) -> None:
    """Print their tables, and how steady the machine was meanwhile."""
    console.print(Text(f"Speedup over serial; {certainty(analysis)}."))
    if shown.has_doubts:
        console.print(Text(f"?: {DOUBT}."))
    signs = glyphs(console.encoding)
    for works in _in_columns(shown, console.width, LETTERS + len(signs.plus_minus) + GAP):
        console.print()
        console.print(_table(shown, works, signs))
    console.print(Text(f"\n{disturbed(analysis.disturbances)}"))


def _print_answers(console: Console, analysis: Analysis, shown: Board) -> None:
    """Print last what is wanted first."""
    console.print()
    for sentence in headlines(analysis, shown):
        console.print(Text(sentence, style="bold"))


def _print_not_reached(console: Console, analysis: Analysis, folder: Path) -> None:
    """Say how much was not reached, and the one command that goes on with it."""
    sentence = not_reached(analysis)
    if sentence:
        console.print(Text(f"\n{sentence}. Go on with:"))
        console.print(Text(f"    {go_on(folder)}", style="cyan"), soft_wrap=True)


def _in_columns(shown: Board, width: int, column: int) -> list[Sequence[Work]]:
    """As many workloads beside one another as fit, evenly spread over the tables."""
    names = max(max(len(one.label), len(one.group.value)) for one in shown.present)
    spreads = max((len(spread.label) for spread in shown.spreads), default=0)
    fitting = max(1, (width - names - spreads - GAP) // column)
    tables = math.ceil(len(shown.works) / fitting)
    each = math.ceil(len(shown.works) / tables)
    return [shown.works[start : start + each] for start in range(0, len(shown.works), each)]


def _table(shown: Board, works: Sequence[Work], signs: Glyphs) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for work in works:
        table.add_column(Text(heading(work.label)), justify="right", no_wrap=True, vertical="bottom")
    group = None
    for subject in shown.present:
        if subject.group is not group:
            group = subject.group
            table.add_row(Text(group.value, style="dim italic"))
        for index, spread in enumerate(_spreads_of(shown, subject, works)):
            cells = [_cell(shown, (subject, work, spread), signs) for work in works]
            table.add_row(Text("" if index else subject.label), spread.label, *cells)
    return table


def _spreads_of(shown: Board, subject: Subject, works: Sequence[Work]) -> list[Spread]:
    """Those of which the table has something to show."""
    return [one for one in shown.spreads if any(shown.at(subject, work, one) for work in works)]


def _cell(shown: Board, place: tuple[Subject, Work, Spread], signs: Glyphs) -> Text:
    result = shown.at(*place)
    if result is None:
        return Text("")
    return Text(_words(result, signs), style=_style(result, shown.reading(*place)))


def _style(result: Result, reading: Reading) -> str:
    return "bold yellow" if result.outcome.is_failure else STYLES[reading]


def _words(result: Result, signs: Glyphs) -> str:
    """Describe a cell in about eight letters."""
    if result.outcome is not Outcome.OK:
        return (FAILURES | ABSENCES)[result.outcome]
    if not result.is_measured:
        return "unsteady" if result.reason == SteadyState.NONE else "no ratio"
    doubt = "?" if read(result) is Reading.DOUBTFUL else ""
    return with_interval(result.speedup, result.speedup_low, result.speedup_high, signs) + doubt


def _print_failures(console: Console, analysis: Analysis) -> None:
    """Name the failed cells with their reason, once for each reason; stderr is in the report."""
    if not analysis.failures.empty:
        console.print(Text("\nFailed (the report has their stderr):", style="bold yellow"))
    ways: dict[str, list[str]] = {}
    for row in analysis.failures.to_dict("records"):
        way = f"{label_of(row)}: {row['outcome'].replace('_', ' ')}, {row['reason']}"
        ways.setdefault(way, []).append(f"{row['workload']} {row['strategy']} {row['workers']}")
    for way, cells in ways.items():
        more = f" and {len(cells) - FEW_NAMES} more" if len(cells) > FEW_NAMES else ""
        console.print(Text(f"  X {one_line(way)}"))
        console.print(Text(f"    in {', '.join(cells[:FEW_NAMES])}{more}"))


def _print_missing(console: Console, manifest: Manifest) -> None:
    """Say what could not run, and the one command that adds each."""
    missing = manifest.plan.missing
    if missing:
        console.print(Text("\nNot on this machine:", style="bold"))
    for one in missing:
        console.print(Text(f"  {one_line(one.name)}: {one_line(one.why)}"))
        console.print(Text(f"    add it with: {one_line(one.remedy)}", style="cyan"), soft_wrap=True)
