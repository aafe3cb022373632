"""Output of ``provision``: what can be fetched, and the progress of downloads."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column, Table
from rich.text import Text

from gilometer.commands import typed
from gilometer.interpreters.provision import failures
from gilometer.report.terminal.console import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.progress import Task

    from gilometer.interpreters.provision.provisioner import DownloadProgress as Steps
    from gilometer.interpreters.provision.provisioner import Provisioner
    from gilometer.interpreters.provision.several import FetchResult


def print_provisioners(console: Console, provisioners: Sequence[Provisioner]) -> None:
    """Print what can be fetched, how much that is, from where, and what is here already."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for column in ("name", "what", "from", "size", ""):
        table.add_column(column, justify="right" if column == "size" else "left")
    for each in provisioners:
        about = each.description
        name, size = Text(each.name, style="bold"), f"{about.megabytes} MB"
        table.add_row(name, Text(about.title), Text(about.source), size, _state(each))
    console.print(table)
    console.print()
    console.print(Text(f"Fetch some: {typed('provision', 'jython', '3.14t')}", style="cyan"))
    console.print("Any other that uv knows can be named too, such as 3.12 or pypy3.10.")


def _state(provisioner: Provisioner) -> Text:
    if provisioner.fetched():
        return Text("here", style="green")
    failure = failures.latest(provisioner.name)
    return Text(f"unreached {failures.when(failure)}", style="yellow") if failure else Text("")


class Bars:
    """A view of downloads on standard error: a bar for each, and above them how each ended."""

    def __init__(self, console: Console | None = None) -> None:
        """``console`` is standard error unless given."""
        self._console = console or Terminal(stderr=True)
        self._bars = Progress(
            TextColumn("{task.fields[name]}", style="cyan", markup=False),
            TextColumn(
                "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")
            ),
            BarColumn(bar_width=20),
            _Size(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )

    def announce(self, provisioners: Sequence[Provisioner]) -> None:
        """Say what will be fetched, and how much that is."""
        for each in provisioners:
            about = each.description
            size = f"about {about.megabytes} MB from {about.source}"
            words = "is here; its files are checked" if each.fetched() else f"{about.title}; {size}"
            self._say(Text.assemble((each.name, "bold"), f": {words}"))

    def progress(self, name: str) -> Steps:
        """Return what draws the steps of one of them."""

        def step(doing: str, total: int, /) -> AbstractContextManager[Callable[[int], None]]:
            return self._step(name, doing, total)

        return step

    @contextmanager
    def _step(self, name: str, doing: str, total: int) -> Iterator[Callable[[int], None]]:
        task = self._bars.add_task(doing, total=total or None, name=name)
        try:
            yield lambda size: self._bars.advance(task, size)
        finally:
            self._bars.remove_task(task)

    def ended(self, ending: FetchResult) -> None:
        """Say how one of them went."""
        if ending.error:
            self._say(Text.assemble((ending.name, "bold"), ": ", (ending.error, "red")))
        else:
            self._say(
                Text.assemble((ending.name, "bold"), ": ", (f"ready, in {ending.seconds:.1f} s", "green"))
            )

    def _say(self, words: Text) -> None:
        self._console.print(words, soft_wrap=not self._console.is_terminal)

    def refresh(self) -> None:
        """Draw them now, not with the next tenth of a second."""
        self._bars.refresh()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()


class _Size(ProgressColumn):
    """A column with the bytes of a download; empty for a step of unknown size."""

    _sizes = DownloadColumn()

    def render(self, task: Task) -> Text:
        return self._sizes.render(task) if task.total else Text("")
