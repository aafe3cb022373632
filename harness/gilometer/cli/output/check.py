"""Output of ``check``: a table for each interpreter, workload by strategy, with what is wrong below it."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from rich.console import Group
from rich.table import Table
from rich.text import Text

from gilometer.cli.output.plan import print_missing
from gilometer.commands import typed
from gilometer.model import Missing, Outcome, Record, Role, Strategy
from gilometer.printing import shortened
from gilometer.report.order import in_order
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.failures import CellFailure, FailureMode
from gilometer.report.sentences import repeating
from gilometer.report.sentences.text import FEW_NAMES
from gilometer.report.terminal.summary import FAILURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from gilometer.model import Plan
    from gilometer.run.checking import CheckedCell

HEADS = {Strategy.SUBINTERPRETERS: ("sub-", "interpreters")}
"""The lines of a column's head that is too long for one line."""
WIDE, NARROW = 100.0, 10.0
"""From so many milliseconds on a number has no decimals, and from fewer on only one."""


class CellLine(Record, frozen=True):
    """A cell in JSON."""

    workload: str
    strategy: Strategy
    workers: int
    outcome: Outcome
    reason: str
    first_s: float | None
    settled_s: float | None
    repeat: str
    """The command that repeats it by hand; empty unless it failed."""


class InterpreterLine(Record, frozen=True):
    """An interpreter in JSON."""

    interpreter: str
    summary: str
    cells: tuple[CellLine, ...]


class CheckFile(Record, frozen=True):
    """What ``--json`` prints."""

    interpreters: tuple[InterpreterLine, ...]
    missing: tuple[Missing, ...]


def print_document(console: Console, plan: Plan, checked: Sequence[CheckedCell]) -> None:
    """Print a check as JSON; what is not known is null."""
    lines = [
        InterpreterLine(label, summary(label, own), tuple(_cell_line(plan, one) for one in own))
        for label, own in _by_interpreter(plan, checked).items()
    ]
    content = CheckFile(tuple(lines), plan.missing)
    for line in msgspec.json.format(msgspec.json.encode(content), indent=1).decode().splitlines():
        console.print(Text(line), soft_wrap=True)


def _cell_line(plan: Plan, one: CheckedCell) -> CellLine:
    return CellLine(
        workload=one.cell.workload,
        strategy=one.cell.strategy,
        workers=one.cell.workers,
        outcome=one.outcome,
        reason=one.reason,
        first_s=None if math.isnan(one.first_s) else one.first_s,
        settled_s=None if math.isnan(one.settled_s) else one.settled_s,
        repeat="" if one.is_fit else repeating.command_of(plan, _failure(one)),
    )


def print_check(console: Console, plan: Plan, checked: Sequence[CheckedCell]) -> None:
    """Print the table of each interpreter with its reasons, then a line for each."""
    found = _by_interpreter(plan, checked)
    for label, own in found.items():
        reasons = list(dict.fromkeys(one.reason for one in own if one.outcome is Outcome.UNSUPPORTED))
        console.print(Text.assemble((label, "bold"), ": first iteration / settled, in ms"))
        console.print(_table(plan, own, reasons))
        for number, reason in enumerate(reasons, 1):
            console.print(Text(f"no ({number}): {shortened(reason)}"))
        _print_failures(console, plan, own)
        console.print()
    print_missing(console, plan.missing)
    for label, own in found.items():
        is_fit = all(one.is_fit for one in own)
        console.print(Text(summary(label, own), style="bold green" if is_fit else "bold red"))


def summary(label: str, own: Sequence[CheckedCell]) -> str:
    """Count the outcomes of an interpreter, and of what is unsupported the reasons, in a line."""
    of = Counter(_counted_as(one) for one in own)
    reasons = Counter(one.reason.partition(":")[0] for one in own if one.outcome is Outcome.UNSUPPORTED)
    words = [f"{reason} {count}" for reason, count in reasons.most_common(FEW_NAMES)]
    more = ", ..." if len(reasons) > FEW_NAMES else ""
    why = f" ({', '.join(words)}{more})" if words else ""
    unavailable = f", {of['unavailable']} unavailable" if of["unavailable"] else ""
    return f"{label}: {of['ok']} ok, {of['unsupported']} unsupported{why}{unavailable}, {of['failed']} failed"


def _counted_as(one: CheckedCell) -> str:
    return "failed" if one.outcome.is_failure else one.outcome.words


def _by_interpreter(plan: Plan, checked: Sequence[CheckedCell]) -> dict[str, list[CheckedCell]]:
    found: dict[str, list[CheckedCell]] = {one.label: [] for one in in_order(plan.interpreters)}
    for one in checked:
        found[one.cell.interpreter_label].append(one)
    return found


def _table(plan: Plan, own: Sequence[CheckedCell], reasons: Sequence[str]) -> Table:
    of = {(one.cell.workload, one.cell.strategy): one for one in own}
    strategies = [strategy for strategy in Strategy if any(key[1] is strategy for key in of)]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("workload", no_wrap=True, vertical="bottom")
    for strategy in strategies:
        head = Group(*map(Text, HEADS.get(strategy, (strategy.value,))))
        table.add_column(head, no_wrap=True, vertical="bottom")
    for work in plan.works:
        cells = [of.get((work.label, strategy)) for strategy in strategies]
        table.add_row(work.label, *(_words(one, reasons) if one else Text("") for one in cells))
    return table


def _words(one: CheckedCell, reasons: Sequence[str]) -> Text:
    """Describe a cell in about nine letters."""
    if one.outcome is Outcome.OK:
        return Text(f"{_ms(one.first_s)}/{_ms(one.settled_s)}")
    if one.outcome is Outcome.UNSUPPORTED:
        return Text(f"no ({reasons.index(one.reason) + 1})", style="dim")
    return Text(FAILURES.get(one.outcome, "X not run"), style="bold red")


def _ms(seconds: float) -> str:
    """Write milliseconds in three figures, or fewer."""
    value = seconds * 1e3
    if value >= WIDE:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= NARROW else f"{value:.2f}"


def _print_failures(console: Console, plan: Plan, own: Sequence[CheckedCell]) -> None:
    """Print each way in which cells failed once, with the command that repeats the first of them."""
    ways: dict[tuple[Outcome, str], list[CheckedCell]] = {}
    for one in own:
        if not one.is_fit:
            ways.setdefault((one.outcome, one.reason), []).append(one)
    for (outcome, reason), cells in ways.items():
        console.print(Text(f"X {outcome.words}: {shortened(reason)}", style="bold red"))
        names = [f"{one.cell.workload} {one.cell.strategy} {one.cell.workers}" for one in cells]
        console.print(Text(f"    in {', '.join(names)}"))
        failure = _failure(cells[0])
        before = f" (with what `{typed('serve')}` prints)" if repeating.needs_servers(plan, failure) else ""
        command = repeating.command_of(plan, failure)
        console.print(Text(f"    by hand{before}: {command}", style="cyan"), soft_wrap=True)


def _failure(one: CheckedCell) -> CellFailure:
    cell = one.cell
    mode = FailureMode(cell.interpreter_label, one.outcome, one.reason, one.stderr_tail)
    configuration = Configuration(cell.strategy, cell.workers)
    return CellFailure(mode, cell.workload, configuration, Role.MEASURE, times=1, loops=1)
