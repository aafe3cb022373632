"""The output in the terminal during a comparison. Nothing is drawn while an invocation runs."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, Self

from rich.console import Group
from rich.live import Live as Drawn
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from gilometer.claims.reading import claims
from gilometer.model import Strategy
from gilometer.report.sentences.text import doers, glyphs, one_line, with_interval
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.so_far import SoFar
from gilometer.report.terminal.so_far_table import GAP, Room, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from gilometer.model import Decided, Known, Step
    from gilometer.report.sentences.text import Glyphs

NARROW = 60
"""In a terminal with fewer columns, only one line is shown: words and the time left."""
WIDEST = 100
"""The most columns of the line above the table."""
BAR = 12
CUT = ".."
ECHO = "^C"
"""Terminals write it at the end of a line after Ctrl-C, so every line leaves room for it."""
LINE_BELOW = 1
"""Lines that stay free at the bottom, so that nothing scrolls away when the others are removed."""
LINES = 20
"""About the number of lines that are written to a pipe in a whole run."""


class Live:
    """The progress on standard error: a few lines that are redrawn, or in a pipe a new line now and then."""

    def __init__(self, console: Console | None = None) -> None:
        """``console`` is standard error unless given."""
        self._console = console or Terminal(stderr=True)
        self._so_far = SoFar()
        kind = _Region if can_be_drawn_over(self._console) else _Lines
        self._shown: _Shown = kind(self._console, self._so_far)

    def say(self, sentence: str) -> None:
        """Print a line that stays."""
        self._console.print(Text(sentence))

    def know(self, known: Sequence[Known], precision: float) -> None:
        """Note ratios, and the half-width at which they count as known."""
        self._so_far.learn(known, precision)

    def decide(self, decided: Decided) -> None:
        """Print a line that stays: the decision on a claim for an interpreter."""
        self._console.print(_decision(decided, glyphs(self._console.encoding)), soft_wrap=True)

    def show(self, step: Step) -> None:
        """Say what comes next, what is known so far, and the time left."""
        self._shown.show(step)

    @contextmanager
    def download(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """Show a bar of ``total`` bytes (0: unknown); yield a function that takes the bytes of each chunk."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(name, total=total or None)
            yield lambda size: bar.advance(task, size)

    def close(self) -> None:
        """Remove the lines that are redrawn."""
        self._shown.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _decision(one: Decided, signs: Glyphs) -> Text:
    """Write a decision in a line: the interpreter, the claim, and the ratio that decided."""
    ratio = with_interval(one.ratio, one.low, one.high, signs)
    if not math.isnan(one.concurrency):
        ratio += f", {one.concurrency:.2f}x the cores"
    who = doers(one.cell.strategy, one.cell.workers)
    if one.claim in set(Strategy):  # a question on a function of the user's own
        does = "faster" if one.holds else "no faster"
        return Text(f"{one.interpreter}: {who} {does} than one thread: {ratio}")
    sentence = next(claim.sentence for claim in claims() if claim.id == one.claim)
    return Text(
        f'{one.interpreter}: "{sentence}" {"holds" if one.holds else "is refuted"} '
        f"({one.cell.workload}, {who}: {ratio}; {one.claim})"
    )


def can_be_drawn_over(console: Console) -> bool:
    """Tell whether it is a terminal that can move its cursor; a pipe that was asked for colours is none."""
    return console.file.isatty() and console.is_terminal and not console.is_dumb_terminal


class _Shown(Protocol):
    """One way to show a step."""

    def show(self, step: Step) -> None: ...

    def close(self) -> None: ...


class _Lines:
    """A new line when a stage begins, unless the last line is too recent."""

    def __init__(self, console: Console, so_far: SoFar) -> None:
        self._console = console
        self._so_far = so_far
        self._stage = ""
        self._next_s = 0.0
        """Seconds measured before which no line is due."""

    def show(self, step: Step) -> None:
        if step.stage == self._stage or step.done_s < self._next_s:
            return
        self._stage = step.stage
        self._next_s = step.done_s + (step.done_s + step.left_s) / LINES
        words = ", ".join(filter(None, (self._so_far.count, f"{minutes(step.left_s)} left")))
        self._console.print(Text(f"{step.stage}: {words}"), soft_wrap=True)

    def close(self) -> None:
        pass


class _Region:
    """The lowest lines of a terminal, which are redrawn, and removed in the end."""

    def __init__(self, console: Console, so_far: SoFar) -> None:
        self._console = console
        self._so_far = so_far
        self._glyphs = glyphs(console.encoding)
        self._drawn = Drawn(console=console, auto_refresh=False, transient=True)

    def show(self, step: Step) -> None:
        self._drawn.start()  # does nothing the second time
        width, height = self._console.size
        columns = max(1, width - len(ECHO))
        shown = [_head(step, columns, self._glyphs)]
        if columns >= NARROW:
            shown += lines(self._so_far, Room(columns, height - LINE_BELOW - len(shown)), self._glyphs)
        self._drawn.update(Group(*shown), refresh=True)

    def close(self) -> None:
        if self._drawn.is_started:
            self._drawn.stop()


def _head(step: Step, width: int, signs: Glyphs) -> Text:
    """Write a line with the next step, the progress and the time left."""
    share = step.done_s / max(step.done_s + step.left_s, 1e-9)
    left = f"{minutes(step.left_s)} left"
    if width >= NARROW:
        left = f"{(signs.bar * round(BAR * share)).ljust(BAR)} {share:4.0%}  {left}"
    room = min(width, WIDEST) - len(left) - GAP
    doing = one_line(f"{step.stage}: {step.doing}")
    if len(doing) > room:
        doing = doing[: max(0, room - len(CUT))] + CUT
    head = Text.assemble((doing.ljust(room + GAP), "bold"), (left, "cyan"), no_wrap=True)
    head.truncate(width, overflow="crop")
    return head


def minutes(seconds: float) -> str:
    """Write seconds as minutes and seconds: ``4:07``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
