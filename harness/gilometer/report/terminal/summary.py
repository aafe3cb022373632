"""The summary with which a comparison ends in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gilometer.analysis.steady import SteadyState
from gilometer.commands import as_typed
from gilometer.model import Outcome
from gilometer.printing import shortened
from gilometer.report.colours import IN_TERMINAL
from gilometer.report.results.cells import Reading, read
from gilometer.report.sections import semantics
from gilometer.report.sections.disturbances import sentence as disturbed
from gilometer.report.sections.missing import go_on, not_reached
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.headlines import evidence
from gilometer.report.sentences.text import DOUBT, FEW_NAMES, glyphs, heading, with_interval
from gilometer.report.terminal.answer import print_answer
from gilometer.report.terminal.verdicts import print_verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from gilometer.model import Missing, Work
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.failures import CellFailure
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.sentences.text import Glyphs

STYLES = {
    Reading.GAIN: IN_TERMINAL["faster"],
    Reading.HARM: IN_TERMINAL["slower"],
    Reading.LEVEL: "",
    Reading.UNCLEAR: "",
    Reading.DOUBTFUL: IN_TERMINAL["caution"],
    Reading.NOTHING: "dim",
}
FAILURES = {
    Outcome.CRASHED: "X crash",
    Outcome.TIMEOUT: "X hung",
    Outcome.GARBLED: "X garble",
    Outcome.WRONG_CHECKSUM: "X wrong",
    Outcome.KILLED: "X killed",
}
MISSING = {Outcome.UNSUPPORTED: "lacks it", Outcome.UNAVAILABLE: "-", Outcome.NOT_REACHED: "-"}
LETTERS = 7
"""Letters of a speedup and its interval, without the sign between them."""
GAP = 2
"""Letters between columns."""


def print_summary(console: Console, results: Results, folder: Path) -> None:
    """Print the answer, the speedups, the claims, failures, missing interpreters, and the report's path."""
    console.print()
    if results.works:
        print_answer(console, results)
        if results.finished is None:
            console.print(Text("! This run was interrupted: all is of what it measured.", style="yellow"))
        console.print()
        _print_speedups(console, results)
        console.print()
    print_verdicts(console, results)
    _print_findings(console, results)
    _print_failures(console, results.failures)
    _print_missing(console, results.plan.missing)
    _print_not_reached(console, results, folder)
    console.print()
    console.print(Text(f"Report: {folder / 'report.html'}"), soft_wrap=True)


def _print_findings(console: Console, results: Results) -> None:
    """Print what was seen besides: of the same binary with and without its GIL, and of shared data."""
    same = evidence(results) if results.works else []
    found = [*same, *semantics.sentences(results)]
    if found:
        console.print()
    for sentence in found:
        console.print(Text(sentence))


def _print_speedups(console: Console, results: Results) -> None:
    """Print the tables of speedups, and how steady the machine was."""
    console.print(Text(f"Speedup over serial; {certainty(results)}."))
    if results.has_doubts:
        console.print(Text(f"?: {DOUBT}."))
    signs = glyphs(console.encoding)
    for works in _in_columns(results, console.width, LETTERS + len(signs.plus_minus) + GAP):
        console.print()
        console.print(_table(results, works, signs))
    console.print()
    console.print(Text(disturbed(results.conditions, results.manifest.machine)))


def _print_not_reached(console: Console, results: Results, folder: Path) -> None:
    """Print how much was not reached, and the command that resumes the run."""
    sentence = not_reached(results)
    if sentence:
        console.print()
        console.print(Text(f"{sentence}. Go on with:"))
        console.print(Text(f"    {go_on(folder)}", style="cyan"), soft_wrap=True)


def _in_columns(results: Results, width: int, column: int) -> list[Sequence[Work]]:
    """Split the workloads evenly over as few tables as fit into the width."""
    names = max(max(len(one.label), len(one.category.value)) for one in results.present)
    configurations = max((len(one.label) for one in results.configurations), default=0)
    fitting = max(1, (width - names - configurations - GAP) // column)
    tables = math.ceil(len(results.works) / fitting)
    each = math.ceil(len(results.works) / tables)
    return [results.works[start : start + each] for start in range(0, len(results.works), each)]


def _table(results: Results, works: Sequence[Work], signs: Glyphs) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for work in works:
        head = Group(*map(Text, heading(work.label)))
        table.add_column(head, justify="right", no_wrap=True, vertical="bottom")
    category = None
    for interpreter in results.present:
        if interpreter.category is not category:
            category = interpreter.category
            table.add_row(Text(category.value, style="dim italic"))
        for index, configuration in enumerate(_configurations_of(results, interpreter, works)):
            found = [results.at(interpreter, work, configuration) for work in works]
            cells = [_cell(result, signs) if result else Text("") for result in found]
            table.add_row(Text("" if index else interpreter.label), configuration.label, *cells)
    return table


def _configurations_of(
    results: Results, interpreter: ShownInterpreter, works: Sequence[Work]
) -> list[Configuration]:
    """List the configurations of which the table has a result."""
    return [
        one for one in results.configurations if any(results.at(interpreter, work, one) for work in works)
    ]


def _cell(result: CellResult, signs: Glyphs) -> Text:
    style = IN_TERMINAL["failed"] if result.outcome.is_failure else STYLES[read(result)]
    return Text(_words(result, signs), style=style)


def _words(result: CellResult, signs: Glyphs) -> str:
    """Describe a cell in about eight letters."""
    if result.outcome is not Outcome.OK:
        return (FAILURES | MISSING)[result.outcome]
    if not result.is_measured:
        return "unsteady" if result.reason == SteadyState.NONE else "no ratio"
    doubt = "?" if read(result) is Reading.DOUBTFUL else ""
    return with_interval(result.speedup.value, result.speedup.low, result.speedup.high, signs) + doubt


def _print_failures(console: Console, failures: Sequence[CellFailure]) -> None:
    """Print the failed cells, once for each reason; stderr is in the report."""
    if failures:
        console.print()
        console.print(Text("Failed (the report has their stderr):", style=IN_TERMINAL["failed"]))
    ways: dict[str, list[str]] = {}
    for one in failures:
        way = f"{one.mode.interpreter}: {one.mode.outcome.words}, {one.mode.reason}"
        ways.setdefault(way, []).append(f"{one.workload} {one.configuration.label}")
    for way, cells in ways.items():
        more = f" and {len(cells) - FEW_NAMES} more" if len(cells) > FEW_NAMES else ""
        console.print(Text(f"  X {shortened(way)}"))
        console.print(Text(f"    in {', '.join(cells[:FEW_NAMES])}{more}"))


def _print_missing(console: Console, missing: Sequence[Missing]) -> None:
    """Print the interpreters that could not run, and the command that adds each."""
    if missing:
        console.print()
        console.print(Text("Not on this machine:", style="bold"))
    for one in missing:
        console.print(Text(f"  {one.name}: {shortened(one.why)}"))
        console.print(
            Text(f"    add it with: {shortened(as_typed(one.remedy))}", style="cyan"), soft_wrap=True
        )
