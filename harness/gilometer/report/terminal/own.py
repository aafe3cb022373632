"""The screen that a trial of the user's own function ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gilometer.commands import typed
from gilometer.model import Estimate, Outcome
from gilometer.plan.groups import baseline_of
from gilometer.printing import printable_lines, shortened
from gilometer.report.results.cells import Reading, read
from gilometer.report.results.configurations import SERIAL
from gilometer.report.results.rows import cell_key_of, estimate_of, rows_of
from gilometer.report.sections.disturbances import sentence as disturbed
from gilometer.report.sections.missing import not_reached
from gilometer.report.sentences import repeating
from gilometer.report.sentences.own import own_answer
from gilometer.report.sentences.text import duration, number, plural, span
from gilometer.report.terminal.summary import FAILURES, STYLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from gilometer.model import Work
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.failures import CellFailure
    from gilometer.report.results.rows import CellKey

TAIL = 4
"""Lines of a traceback that are shown."""


def print_own(console: Console, results: Results, folder: Path) -> None:
    """Print the figures of each interpreter, what failed, the answer, and the report's path."""
    for work in results.works:
        console.print()
        console.print(Text(_title(results, work)))
        console.print()
        console.print(_table(results, work))
    _print_unsupported(console, results)
    _print_failures(console, results)
    console.print()
    console.print(Text(disturbed(results.conditions, results.manifest.machine)))
    console.print()
    for sentence in own_answer(results):
        console.print(Text(sentence, style="bold"))
    if sentence := not_reached(results):
        console.print()
        console.print(Text(f"{sentence}. Go on with:"))
        again = typed("compare", "--resume", folder, "--budget", "2m")
        console.print(Text(f"    {again}", style="cyan"), soft_wrap=True)
    console.print()
    console.print(Text(f"Report: {folder / 'report.html'}"), soft_wrap=True)


def _title(results: Results, work: Work) -> str:
    own = results.plan.own
    units = plural(own.units, "call") if own else ""
    return f"`{work.label}` of {work.parameters['function'].rpartition(':')[0]}: {units} in each figure"


def _table(results: Results, work: Work) -> Table:
    """Tabulate each way to run it: its time, its speedup, and its speed over one thread of the baseline."""
    speeds = speeds_of(results)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True, vertical="bottom")
    table.add_column("speedup", no_wrap=True, vertical="bottom")
    over = Group(Text("over one thread"), Text(f"of {baseline_of(results.plan).label}"))
    table.add_column(over, no_wrap=True)
    for interpreter in results.present:
        for configuration in (SERIAL, *results.configurations):
            cell = results.at(interpreter, work, configuration)
            if cell is None or cell.outcome is Outcome.UNSUPPORTED:
                continue
            is_first = configuration == SERIAL
            name = f"{interpreter.label}, one thread" if is_first else f"  {configuration.doers}"
            speed = speeds.get((interpreter.label, work.label, configuration), Estimate())
            style = STYLES[Reading.LEVEL if is_first else read(cell)]
            table.add_row(Text(name), *(Text(words, style) for words in _words(cell, speed)))
    return table


def _words(cell: CellResult, speed: Estimate) -> tuple[str, str, str]:
    if cell.outcome is not Outcome.OK:
        return FAILURES.get(cell.outcome, cell.why_missing), "", ""
    speedup = "" if cell.configuration == SERIAL else _ratio(cell.speedup)
    return duration(cell.wall_s.value), speedup, _ratio(speed)


def _ratio(of: Estimate) -> str:
    return f"{number(of.value)} {span(of.low, of.high)}".strip()


def speeds_of(results: Results) -> Mapping[CellKey, Estimate]:
    """Find how many times as fast each cell is as one thread of the baseline."""
    costs = {cell_key_of(row): estimate_of(row, "cost") for row in rows_of(results.frames.costs)}
    return {key: Estimate(1 / cost.value, 1 / cost.high, 1 / cost.low) for key, cost in costs.items()}


def _print_unsupported(console: Console, results: Results) -> None:
    """Print the reasons why some ways are not in the table, a line for each."""
    reasons: dict[str, list[str]] = {}
    for result in results.cells.values():
        if result.outcome is Outcome.UNSUPPORTED:
            labels = reasons.setdefault(result.reason, [])
            if result.interpreter not in labels:
                labels.append(result.interpreter)
    if reasons:
        console.print()
    for reason, labels in reasons.items():
        console.print(Text(f"{', '.join(labels)}: {shortened(reason)}", style="dim"))


def _print_failures(console: Console, results: Results) -> None:
    """Print each way in which it failed: the end of its traceback, and the command that repeats it."""
    alike: dict[object, CellFailure] = {}
    for one in results.failures:
        alike.setdefault((one.mode.interpreter, one.mode.outcome, one.mode.reason), one)
    for one in alike.values():
        mode = one.mode
        console.print()
        said = f"X {mode.interpreter}, {one.configuration.doers}: {mode.outcome.words}, {mode.reason}"
        console.print(Text(shortened(said), style="bold yellow"))
        for line in printable_lines(mode.stderr_tail).strip().splitlines()[-TAIL:]:
            console.print(Text(f"    {line}"), soft_wrap=True)
        if command := repeating.command_of(results.plan, one):
            console.print(Text(f"  Repeat it by hand with: {command}", style="cyan"), soft_wrap=True)
