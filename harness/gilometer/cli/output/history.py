"""Output of ``history``: a line for each run, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from gilometer.report.draw import draw_history
from gilometer.report.sentences.text import doers, glyphs, one_line, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from gilometer.report.sentences.text import Glyphs
    from gilometer.runs.history import History, Past, TrackedSpeedup

HEADINGS = ("run", "started", "by", "effort", "blocks", "ended", "speedup")
SHORTEST = 8
"""The letters of a run's name that are shown in a narrow terminal."""


def show(console: Console, folder: Path, history: History, figure: TrackedSpeedup) -> None:
    """Print the runs and the figure in each, plot it into their folder, and name what could not be read.

    Raises:
        RunFolderError: The folder can't take the plot.

    """
    console.print(Text(f"{title(figure)}."))
    console.print(Text("Blocks x interpreters; by: Gilometer's version; times are UTC.", style="dim"))
    lines = [HEADINGS, *(_line(one, figure, glyphs(console.encoding)) for one in history.runs)]
    for line in _aligned(lines, console.width):
        console.print(Text(line), soft_wrap=True)
    for sentence in history.unread:
        console.print(Text(f"Left out: {one_line(sentence)}"), soft_wrap=True)
    drawn = draw_history(folder, history, figure)
    plot = f"Plot: {folder / 'history.png'}" if drawn else "No plot: no report of these runs has the figure."
    console.print(Text(plot), soft_wrap=True)


def title(figure: TrackedSpeedup) -> str:
    """Name the figure in words."""
    who = doers(figure.strategy, figure.workers)
    return one_line(f"Speedup of {who} over serial, {figure.workload} on {figure.interpreter}")


def _line(one: Past, figure: TrackedSpeedup, signs: Glyphs) -> Sequence[str]:
    manifest = one.manifest
    return (
        one_line(one.name),
        one_line(manifest.started)[:16].replace("T", " "),
        one_line(manifest.harness),
        manifest.plan.effort.name,
        f"{one.blocks}x{len(manifest.plan.interpreters)}",
        one.ending.value,
        _said(one, figure, signs),
    )


def _said(one: Past, figure: TrackedSpeedup, signs: Glyphs) -> str:
    if one.points is None:
        return "no report yet"
    point = one.point(figure)
    return with_interval(point.speedup, point.speedup_low, point.speedup_high, signs) if point else "-"


def _aligned(lines: Sequence[Sequence[str]], width: int) -> list[str]:
    """Put words in columns; where the terminal is too narrow for all, names of runs are cut."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    too_wide = max(0, sum(widths) + len(widths) - 1 - width)
    widths[0] = max(SHORTEST, widths[0] - too_wide)
    return [" ".join(map(_cut, line, widths)).rstrip() for line in lines]


def _cut(word: str, size: int) -> str:
    return word.ljust(size) if len(word) <= size else f"{word[: size - 2]}.."
