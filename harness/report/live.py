"""What moves in the terminal while a comparison goes on. Nothing is drawn while an invocation runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Live:
    """A progress bar with the time left, on standard error; sentences stay above it."""

    def __init__(self, console: Console | None = None) -> None:
        """``console`` is standard error unless given."""
        self._console = console or Console(stderr=True)
        self._bar = Progress(
            TextColumn("[cyan]{task.fields[left]}[/cyan]", justify="right"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis")),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, left="")

    def say(self, sentence: str) -> None:
        """Print a line that stays."""
        self._console.print(sentence, markup=False, highlight=False)

    def show(self, doing: str, done_s: float, left_s: float) -> None:
        """Say what comes next, the seconds done and the estimate of those to come."""
        if not self._console.is_terminal:
            return
        self._bar.start()  # does nothing the second time
        total_s = max(done_s + left_s, 1e-9)
        self._bar.update(
            self._task, description=doing, completed=done_s, total=total_s, left=f"{minutes(left_s)} left"
        )
        self._bar.refresh()

    @contextmanager
    def download(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """Open a bar of ``total`` bytes (0: unknown); what it gives is told the bytes of each chunk."""
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(escape(name), total=total or None)
            yield lambda size: bar.advance(task, size)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar.live.is_started:
            self._bar.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def minutes(seconds: float) -> str:
    """``4:07``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
