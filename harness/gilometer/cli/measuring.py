"""The commands that measure, or say what they would measure."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any

import typer  # noqa: TC002  it resolves annotations at run time

from gilometer.cli.app import app, console, walk
from gilometer.cli.arguments import Arguments, signature
from gilometer.cli.results import leave, show_page, show_result
from gilometer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


BESIDE_RESUME = frozenset({"resume", "budget", "assertions", "opening"})
"""Options that say nothing of a plan; a budget is time that is added."""


def measuring_command(action: Callable[[Arguments], None]) -> None:
    """Register a command that takes the options of a measurement."""

    def run(context: typer.Context, **options: Any) -> None:
        asked = Arguments(**options)
        if asked.resume:
            refuse_beside_resume(context)
        action(asked)

    # typer reads the options from the signature.
    run.__signature__ = signature()  # type: ignore[attr-defined]
    app.command(action.__name__, help=action.__doc__)(run)


def refuse_beside_resume(context: typer.Context) -> None:
    """Refuse options that would change the plan of a run that is resumed.

    Raises:
        UsageError: One of them was typed.

    """
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if option.name not in BESIDE_RESUME and source is not None and source.name == "COMMANDLINE":
            raise UsageError(
                f"--resume goes on with the plan of that run; leave out {option.opts[-1]}, or start a new run"
            )


@measuring_command
def compare(asked: Arguments) -> None:
    """Measure the interpreters of this machine, and write a report."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.cli import conversion  # noqa: PLC0415

    assertions = conversion.assertions(asked.assertions)
    if asked.resume:
        stages, folder = pipeline.resuming(conversion.more_time(asked)), asked.resume
    else:
        options = conversion.options_of(asked, tuple(sys.argv[1:]))
        stages = pipeline.comparing(options, conversion.search(asked), conversion.servers(asked))
        folder = options.folder
    comparison = show_result(stages, folder)
    if asked.opening:
        show_page(folder)
    leave(comparison, assertions)


@measuring_command
def plan(asked: Arguments) -> None:
    """Print the cells and the estimated time; run and fetch nothing."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.cli import conversion  # noqa: PLC0415
    from gilometer.cli.output.plan import print_plan  # noqa: PLC0415

    conversion.assertions(asked.assertions)  # a plan refuses what a comparison would
    if asked.resume:
        comparison = walk((pipeline.reopen_folder,), asked.resume)
    else:
        options = conversion.options_of(asked, tuple(sys.argv[1:]))
        look = dataclasses.replace(conversion.search(asked), provisioners=())
        comparison = walk(pipeline.planning(options, look), options.folder)
    print_plan(console(), comparison.manifest.plan)
