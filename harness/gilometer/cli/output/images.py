"""Output of ``images``: what can be built, what is built, and the progress of a build."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Self

from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from gilometer.commands import typed
from gilometer.interpreters.containers.recipes import stale
from gilometer.printing import quoted
from gilometer.report.terminal.console import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from gilometer.interpreters.containers.building import BuildOrder, BuildResult
    from gilometer.interpreters.containers.engine import Image
    from gilometer.interpreters.containers.recipes import Recipe

_STEP = re.compile(
    r"^(?:(?:\[\d+/\d+\] )?step \d+/\d+ ?: |#\d+ \[[^\]]*\d+/\d+\] )(?:FROM|COPY|RUN) ", re.IGNORECASE
)
"""The start of the line of a step by podman, docker's builder and BuildKit, for steps that take time."""


def print_images(console: Console, recipes: Sequence[Recipe], images: Sequence[Image]) -> None:
    """Print every recipe, with the image that was built from it."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for column in ("name", "size", "built", "begins with", "what"):
        table.add_column(column, justify="right" if column == "size" else "left", overflow="fold")
    built = {image.name: image for image in images}
    for recipe in recipes:
        table.add_row(Text(recipe.name, style="bold"), *_cells(built.get(recipe.name), recipe))
    console.print(table)
    console.print()
    console.print(Text(f"Build some: {typed('images', 'jython', 'debian-sid')}", style="cyan"))
    console.print("No image registry in reach: add --bootstrap.")


def _cells(image: Image | None, recipe: Recipe) -> tuple[Text, ...]:
    if image is None:
        return Text(""), Text("no", style="dim"), Text(_short(recipe.base)), Text(recipe.title)
    state = Text("stale", style="yellow") if stale(image) else Text("yes", style="green")
    return (
        Text(f"{image.size / 1e6:.0f} MB"),
        Text.assemble(state, f", {_when(image.created)}"),
        Text(_short(image.base)),
        Text(recipe.title),
    )


def _short(base: str) -> str:
    """Remove what an engine would add to a name by itself."""
    return base.removeprefix("docker.io/library/").removeprefix("localhost/")


def _when(created: str) -> str:
    """Format a time as a day in this machine's time zone."""
    moment = dt.datetime.fromisoformat(created)
    return f"{moment.astimezone():%Y-%m-%d}"


class Steps:
    """A view of builds on standard error: the current step and the last line, and how each build ended."""

    def __init__(self, console: Console | None = None) -> None:
        """``console`` is standard error unless given."""
        self._console = console or Terminal(stderr=True)
        self._line = Progress(
            TextColumn("{task.fields[name]}", style="cyan", markup=False),
            TimeElapsedColumn(),
            TextColumn(
                "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")
            ),
            console=self._console,
            transient=True,
        )

    def begin(self, order: BuildOrder) -> Callable[[str], None]:
        """Begin with one image; what is returned gets each line that the engine prints."""
        name = order.recipe.name
        self._say(Text.assemble((name, "bold"), f": {order.recipe.title}; begins with {order.base}"))
        for task in self._line.task_ids:
            self._line.remove_task(task)
        task = self._line.add_task("", total=None, name=name)

        def hear(line: str) -> None:
            words = quoted(line)
            self._line.update(task, description=words)
            if _STEP.search(words):
                self._say(Text(f"  {words}", style="dim", no_wrap=True, overflow="ellipsis"))

        return hear

    def ended(self, ending: BuildResult) -> None:
        """Say how one went."""
        if ending.image is None:
            how = Text(ending.error, style="red")
        else:
            size = f"{ending.image.size / 1e6:.0f} MB"
            how = Text(f"ready, in {ending.seconds:.0f} s, {size}", style="green")
        self._say(Text.assemble((ending.name, "bold"), ": ", how))

    def _say(self, words: Text) -> None:
        self._console.print(words, soft_wrap=not self._console.is_terminal)

    def __enter__(self) -> Self:
        self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()
