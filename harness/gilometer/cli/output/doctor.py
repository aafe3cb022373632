"""Output of ``doctor``: what can run here, what can't and how to add it, and warnings about the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilometer.commands import as_typed
from gilometer.locations import home_folder
from gilometer.report.order import in_order, place
from gilometer.report.sentences.text import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from gilometer.interpreters.survey import Broken, Survey
    from gilometer.model import Build, Interpreter, Machine, MachineWarning, Missing

INDENT = (0, 0, 0, 2)
"""Below a heading: top, right, bottom, left."""
MOST_PATHS = 3
"""The most paths that are listed of one interpreter."""


def print_doctor(
    console: Console,
    survey: Survey,
    machine: Machine,
    warnings: Sequence[MachineWarning],
    notes: Sequence[str] = (),
) -> None:
    """Print the whole view; readable from 80 columns on.

    ``notes`` are sentences about what is to be mended: an image that is stale, an engine that can't start.
    """
    console.print(_machine_line(machine))
    _print_runnable(console, survey)
    _print_missing(console, survey.missing)
    _print_broken(console, survey.broken)
    _print_sentences(console, "To be mended", notes)
    _print_sentences(console, "What bends the figures here", [warning.sentence for warning in warnings])


def _machine_line(machine: Machine) -> Text:
    gibibytes = machine.memory_bytes / 2**30
    usable = "" if machine.usable_cores == machine.cores else f" ({machine.usable_cores:g} usable)"
    words = f"{machine.cpu}, {machine.cores} cores{usable}, {gibibytes:.0f} GiB, {machine.system}"
    return Text(f"{words}; measured from {machine.host_python}", style="dim")


def _heading(console: Console, words: str, style: str) -> None:
    console.print()
    console.print(Text(words, style=f"bold {style}"))


def _print_runnable(console: Console, survey: Survey) -> None:
    _heading(console, f"Can run: {len(survey.runnable)}", "green")
    if survey.runnable:
        table = _table("interpreter", "version", "GIL", "JIT", "build", "tick", "from")
        for interpreter in in_order(survey.runnable):
            table.add_row(*_cells(interpreter))
        console.print(Padding(table, INDENT))
        console.print()
        console.print(Padding(_commands(survey), INDENT))
    if survey.on_request:
        console.print(Padding(Text(f"On request (-i NAME): {', '.join(survey.on_request)}"), INDENT))


def _cells(interpreter: Interpreter) -> tuple[str | Text, ...]:
    facts = interpreter.facts
    gil = Text("yes") if facts.gil else Text("no", style="green")
    label = Text(interpreter.label, style="bold")
    tick = duration(facts.clock.tick_s)
    return label, facts.implementation_version, gil, facts.jit, _build(facts.build), tick, interpreter.source


def _build(build: Build) -> Text:
    """Say how it was compiled, in the words of those who compile."""
    if build.debug:
        return Text("debug", style="yellow")
    if build.pgo is None:
        return Text("")
    if not build.pgo:
        return Text("no PGO", style="yellow")
    return Text("PGO+LTO" if build.lto else "PGO")


def _commands(survey: Survey) -> Table:
    """List the command of each, where else it was found, and those that lost their name to it."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for interpreter in in_order(survey.runnable):
        table.add_row(interpreter.label, _started_by(interpreter))
        if paths := survey.also_at.get(interpreter.fingerprint):
            table.add_row("", _also_at(paths))
        for other in survey.also:
            if other.name == interpreter.label:
                version = Text(f" ({other.facts.implementation_version})")
                table.add_row("", Text("also found: ") + _started_by(other) + version)
    return table


def _also_at(paths: Sequence[str]) -> Text:
    """List where else the same interpreter was found, in one line."""
    shown = Text(", ").join(_command([path]) for path in paths[:MOST_PATHS])
    rest = len(paths) - MOST_PATHS
    return Text("also found at: ") + shown + Text(f" and {rest} more" if rest > 0 else "")


def _started_by(interpreter: Interpreter) -> Text:
    """Say what starts it; a variant is the command of its base with more in the environment."""
    if interpreter.variant:
        added = " ".join(f"{name}={value}" for name, value in interpreter.env.items())
        return Text(f"the same with {added}")
    where = f"{interpreter.source}: " if interpreter.image else ""
    return Text(where) + _command(interpreter.command)


def _command(command: Sequence[str]) -> Text:
    """Write a command as a person would type it, with ``~`` for the home folder."""
    home = str(home_folder())
    return Text(
        " ".join(f"~{word[len(home) :]}" if word.startswith(f"{home}/") else word for word in command)
    )


def _print_missing(console: Console, missing: Sequence[Missing]) -> None:
    for why in dict.fromkeys(each.why for each in missing):
        alike = [each for each in missing if each.why == why]
        _heading(console, f"Can't run ({why}): {len(alike)}", "yellow")
        table = _table("interpreter", "what adds it")
        for each in sorted(alike, key=lambda one: place(one.name)):
            table.add_row(Text(each.name, style="bold"), Text(as_typed(each.remedy), style="cyan"))
        console.print(Padding(table, INDENT))


def _print_broken(console: Console, broken: Sequence[Broken]) -> None:
    if not broken:
        return
    _heading(console, f"Broken: {len(broken)}", "red")
    for each in broken:
        console.print(Padding(_command(each.command), INDENT))
        console.print(Padding(Text(f"{each.why} (found by {each.source})", style="red"), (0, 0, 0, 4)))


def _print_sentences(console: Console, heading: str, sentences: Sequence[str]) -> None:
    if not sentences:
        return
    _heading(console, heading, "yellow")
    table = Table.grid(padding=(0, 1))
    for sentence in sentences:
        table.add_row(Text("!", style="bold yellow"), Text(sentence))
    console.print(Padding(table, INDENT))


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column, overflow="fold")
    return table
