"""The typer application that commands are registered in, and how they print."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gilometer import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gilometer.pipeline import Comparison, Stage
    from gilometer.report.terminal.console import Terminal


HELP = "On which Python interpreters, and for which kinds of work, do threads help? Measured."

app = typer.Typer(
    name="gilometer",
    help=HELP,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001  typer passes the option's value
    if is_asked:
        console().print(f"gilometer {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Tell the version.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


Names = list[str]
"""The values of an option that can be repeated."""

Interpreters = Annotated[
    Names, typer.Option("-i", "--interpreter", metavar="NAME|PATH", help="Only these (repeatable, globs).")
]
Workloads = Annotated[
    Names, typer.Option("-w", "--workload", metavar="NAME|KIND", help="Only these (repeatable, globs).")
]
Strategies = Annotated[
    Names, typer.Option("-s", "--strategy", metavar="NAME", help="Only these, beside serial.")
]
Variables = Annotated[
    Names, typer.Option("--env", metavar="NAME", help="Pass this variable on, too (repeatable).")
]
"""The options that several commands have."""


def walk(stages: Sequence[Stage], folder: Path) -> Comparison:
    """Walk the stages, with a live view of them on standard error."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.report.terminal.live import Live  # noqa: PLC0415

    with Live() as view:
        return pipeline.walk(stages, pipeline.Comparison(view, folder))


def console() -> Terminal:
    """Return a console on standard output; characters that its encoding lacks are escaped."""
    from gilometer.report.terminal.console import Terminal  # noqa: PLC0415

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as standard error is from the start
    return Terminal()
