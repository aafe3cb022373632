"""Output of ``diff``: what else differs, which figures changed, and which can't be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilometer.analysis.comparison import Change, Quantity
from gilometer.analysis.diff import OTHER_LOOPS
from gilometer.commands import typed
from gilometer.report.order import place
from gilometer.report.results.rows import label_of
from gilometer.report.sentences.text import duration, listed, number, one_line, plural, span
from gilometer.stats.equivalence import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from gilometer.analysis.diff import Diff


Row = dict[Hashable, Any]
"""A row of a frame, by the names of its columns."""


CAUTION = "Of another machine or another hour, too, and not only of the interpreter."
"""Printed with differences of times."""


@dataclass(frozen=True)
class Folders:
    """The folders of the two runs."""

    a: Path
    b: Path


def nothing_compares(found: Diff, folders: Folders) -> str:
    """Say in one sentence why two runs can't be compared."""
    counts = found.refused["reason"].value_counts()
    why = listed([f"{reason} ({plural(count, 'cell')})" for reason, count in counts.items()])
    remedy = f"; {_remedy(folders)}" if OTHER_LOOPS in counts else ""
    return f"nothing in {folders.a} and {folders.b} compares: {why or 'no cell was measured'}{remedy}"


def _remedy(folders: Folders) -> str:
    return f"measure B again with the loops of A: {typed('compare', '--like', folders.a)}"


def print_diff(console: Console, found: Diff, folders: Folders) -> None:
    """Print the differences, the surest figures first."""
    for name, folder in (("A", folders.a), ("B", folders.b)):
        console.print(Text(f"{name}: {folder}"), soft_wrap=True)
    _print_around(console, found)
    _print_counts(console, found)
    for figure in Quantity:
        _print_figure(console, found, figure)
    _print_refused(console, found, folders)


def _print_around(console: Console, found: Diff) -> None:
    console.print()
    console.print(Text("What else differs", style="bold"))
    if not found.environment:
        console.print("  nothing that the runs know of")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    for name in ("", "", "A", "B"):
        table.add_column(name, overflow="fold")
    subject = ""
    for one in found.environment:
        first = "" if one.subject == subject else one.subject
        subject = one.subject
        table.add_row(*(Text(one_line(word)) for word in (first, one.fact, one.before, one.after)))
    if found.environment:
        console.print(Padding(table, (0, 0, 0, 2)))


# --- the figures ------------------------------------------------------------------------------


def _print_counts(console: Console, found: Diff) -> None:
    """Count what changed, what did not, and what the data does not tell, of each figure."""
    console.print()
    console.print(Text("How many changed", style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column()
    for name in ("changed", f"within {MARGIN - 1:.0%}", "not established"):
        table.add_column(name, justify="right")
    for figure in Quantity:
        changes = found.figures.loc[found.figures["figure"] == figure, "change"]
        if len(changes):
            counts = [int((changes == change).sum()) for change in Change]
            table.add_row(_title(figure, found.reference), *map(str, counts))
    console.print(Padding(table, (0, 0, 0, 2)))


def _print_figure(console: Console, found: Diff, figure: Quantity) -> None:
    """Print a table of what changed of one figure, an interpreter after the other."""
    rows = found.figures[(found.figures["figure"] == figure) & (found.figures["change"] == Change.CHANGED)]
    if rows.empty:
        return
    console.print()
    console.print(Text(_title(figure, found.reference), style="bold"))
    if figure is Quantity.TIME:
        console.print(Text(CAUTION))
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    for name in ("A", "B", "B/A", "95%"):
        table.add_column(name, justify="right", no_wrap=True)
    label = ""
    for row in sorted(rows.to_dict("records"), key=_order):
        if label_of(row) != label:
            label = label_of(row)
            table.add_row(Text(label, style="cyan"))
        table.add_row(*_words(row, figure))
    console.print(Padding(table, (0, 0, 0, 2)))


def _title(figure: Quantity, reference: str) -> str:
    if figure is Quantity.TIME:
        return "Time of a pass"
    if figure is Quantity.SPEED:
        return f"Single thread over {reference}"
    return "Speedup over serial"


def _order(row: Row) -> tuple[object, ...]:
    return (*place(row["interpreter"], row["variant"]), row["workload"], row["strategy"], row["workers"])


def _words(row: Row, figure: Quantity) -> Iterator[Text]:
    """Put a figure into a row of cells."""
    say = duration if figure is Quantity.TIME else number
    better = (row["ratio"] < 1) == (figure is Quantity.TIME)
    yield Text(f"  {one_line(str(row['workload']))}")
    yield Text(f"{row['strategy']} {row['workers']}")
    yield Text(say(row["before"]))
    yield Text(say(row["after"]))
    yield Text(number(row["ratio"]), style="bold green" if better else "bold red")
    yield Text(span(row["ratio_low"], row["ratio_high"]))


# --- what does not compare --------------------------------------------------------------------


def _print_refused(console: Console, found: Diff, folders: Folders) -> None:
    """Name what was not compared: by reason, and then once for all interpreters of which it is the same."""
    if found.refused.empty:
        return
    console.print()
    console.print(Text("Not compared", style="bold"))
    sizes = _sizes(found)
    for reason, cells in found.refused.groupby("reason", sort=True):
        console.print(Text(f"  {reason}: {plural(len(cells), 'cell')}"))
        for names, labels in _alike(cells, sizes).items():
            console.print(Padding(Text(one_line(f"{listed(labels)}: {names}")), (0, 0, 0, 4)))
        if reason == OTHER_LOOPS:
            console.print(Padding(Text(_remedy(folders), style="cyan"), (0, 0, 0, 4)))


def _sizes(found: Diff) -> Mapping[tuple[str, str], int]:
    """Count the cells of each workload on each interpreter; the keys are both labels."""
    times = found.figures[found.figures["figure"] == Quantity.TIME]
    rows = [*times.to_dict("records"), *found.refused.to_dict("records")]
    return Counter((label_of(row), row["workload"]) for row in rows)


def _alike(cells: pd.DataFrame, sizes: Mapping[tuple[str, str], int]) -> dict[str, list[str]]:
    """Group the labels of interpreters by what was not compared of them."""
    alike: dict[str, list[str]] = {}
    for _, own in cells.groupby(["interpreter", "variant"], sort=False):
        rows = own.to_dict("records")
        alike.setdefault(_names(rows, sizes), []).append(label_of(rows[0]))
    return alike


def _names(rows: Sequence[Row], sizes: Mapping[tuple[str, str], int]) -> str:
    """Name one interpreter's refused cells; where they are all of a workload, or all there are, by that."""
    label = label_of(rows[0])
    if len(rows) == sum(size for (owner, _), size in sizes.items() if owner == label):
        return "all"
    here = Counter(row["workload"] for row in rows)
    whole = {workload for workload, count in here.items() if count == sizes[label, workload]}
    return listed(
        list(
            dict.fromkeys(
                row["workload"]
                if row["workload"] in whole
                else f"{row['workload']} {row['strategy']} {row['workers']}"
                for row in rows
            )
        )
    )
