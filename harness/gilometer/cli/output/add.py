"""Output of ``add``: the interpreter that was added, its file, and the commands that check and measure it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilometer.commands import typed
from gilometer.report.sentences.text import listed, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from gilometer.interpreters.adding import Added
    from gilometer.model import Build, Facts


def print_added(console: Console, added: Added) -> None:
    """Print the facts, a line each, and the commands that check and measure the interpreter."""
    own, facts = added.own, added.facts
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for head, words in (
        ("command", " ".join(own.command)),
        ("GIL", _gil(facts)),
        ("JIT", facts.jit),
        ("build", _build(facts.build)),
        ("can start", _workers(facts)),
        ("file", own.file),
    ):
        table.add_row(head, Text(one_line(words)))
    console.print(Text.assemble("Added ", (own.name, "bold"), f", which is {_identity(facts)}"))
    console.print(Padding(table, (0, 0, 0, 2)))
    check, measure = typed("check", "-i", own.name), typed("compare", "-i", own.name)
    console.print(Text(f"See whether it is fit to be measured: {check}", style="cyan"))
    console.print(Text(f"Measure it: {measure}", style="cyan"))


def _identity(facts: Facts) -> str:
    """Name what answered, with the language's version where the implementation has one of its own."""
    own = f"{facts.implementation} {facts.implementation_version}"
    alike = facts.version == facts.implementation_version
    return one_line(own if alike else f"{own}, Python {facts.version}")


def _gil(facts: Facts) -> str:
    if not facts.gil:
        return "no"
    return "yes, in a build that can run without one" if facts.free_threaded else "yes"


def _build(build: Build) -> str:
    """Say how it was compiled, as far as it tells."""
    options = (("PGO", build.pgo), ("LTO", build.lto))
    told = [name if is_so else f"no {name}" for name, is_so in options if is_so is not None]
    words = (build.compiler or "", *told, "debug" if build.debug else "")
    return ", ".join(word for word in words if word) or "it does not tell"


def _workers(facts: Facts) -> str:
    kinds = {"threading": "threads", "_thread": "threads", "multiprocessing": "processes"}
    able = [kinds[name] for name in facts.capabilities if name in kinds]
    return listed(sorted(set(able), reverse=True)) or "neither threads nor processes"
