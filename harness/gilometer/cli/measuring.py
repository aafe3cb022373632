"""The commands that measure, or say what they would."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gilometer.cli.app import Names, app, console, walk
from gilometer.cli.results import Assertions, Opening, leave, show_page, show_result
from gilometer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.cli.arguments import Arguments


BESIDE_RESUME = frozenset({"resume", "budget", "assertions", "opening"})
"""Parameters that say nothing of a plan; a budget is time that is added."""
ResumeFolder = Annotated[
    Path | None, typer.Option("--resume", metavar="DIR", help="Go on with a run; --budget adds time.")
]


def measuring_command(action: Callable[[Arguments, Path | None], None]) -> None:
    """Register a command that takes the options of a measurement."""

    @app.command(action.__name__, help=action.__doc__)
    def _(
        context: typer.Context,
        interpreter: Annotated[
            Names, typer.Option("-i", "--interpreter", metavar="NAME", help="Only these (repeatable, globs).")
        ] = [],  # noqa: B006  typer gives each call its own
        workload: Annotated[
            Names,
            typer.Option("-w", "--workload", metavar="NAME|KIND", help="Only these (repeatable, globs)."),
        ] = [],  # noqa: B006
        strategy: Annotated[
            Names, typer.Option("-s", "--strategy", metavar="NAME", help="Only these, beside serial.")
        ] = [],  # noqa: B006
        workers: Annotated[
            str, typer.Option(metavar="1,2,4", help="Worker counts; else 2 and the number of cores.")
        ] = "",
        *,
        quick: Annotated[bool, typer.Option("--quick", help="Measure for a minute at most.")] = False,
        rigorous: Annotated[bool, typer.Option("--rigorous", help="Measure for up to an hour.")] = False,
        budget: Annotated[str, typer.Option(metavar="5m", help="Time to measure; else 290s.")] = "",
        seed: Annotated[
            int | None, typer.Option(metavar="N", help="Of the order; else a fresh one, recorded.")
        ] = None,
        out: Annotated[
            Path | None, typer.Option(metavar="DIR", help="The run's own folder; else reports/RUN.")
        ] = None,
        resume: ResumeFolder = None,
        all_versions: Annotated[
            bool, typer.Option("--all", help="Every version found, not one of each kind.")
        ] = False,
        all_workloads: Annotated[
            bool, typer.Option("--all-workloads", help="Every workload, not just those of the claims.")
        ] = False,
        timeline: Annotated[
            bool, typer.Option("--timeline", help="Also draw when two threads ran: in turn or at once.")
        ] = False,
        offline: Annotated[bool, typer.Option("--offline", help="Fetch no interpreter.")] = False,
        matrix: Annotated[
            Path | None, typer.Option(metavar="FILE", help="An interpreter of your own (TOML).")
        ] = None,
        timeout: Annotated[
            float | None, typer.Option(metavar="SECONDS", help="For one invocation; else 60.")
        ] = None,
        like: Annotated[
            Path | None, typer.Option(metavar="RUN", help="With the loops of that run, to diff them.")
        ] = None,
        assertions: Assertions = [],  # noqa: B006
        opening: Opening = False,
    ) -> None:
        from gilometer.cli.arguments import Arguments  # noqa: PLC0415  --help must not wait for the rooms

        if resume:
            refuse_beside_resume(context)
        asked = Arguments(
            interpreters=interpreter,
            workloads=workload,
            strategies=strategy,
            workers=workers,
            quick=quick,
            rigorous=rigorous,
            budget=budget,
            seed=seed,
            out=out,
            all_versions=all_versions,
            offline=offline,
            matrix=matrix,
            timeout=timeout,
            like=like,
            assertions=assertions,
            all_workloads=all_workloads,
            timeline=timeline,
            opening=opening,
        )
        action(asked, resume)


def refuse_beside_resume(context: typer.Context) -> None:
    """A run is resumed with the plan it has, so no option may say otherwise; what is asserted is no part."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in BESIDE_RESUME and source is not None and source.name == "COMMANDLINE":
            option = name.removesuffix("_versions").replace("_", "-")
            raise UsageError(
                f"--resume goes on with the plan of that run; leave out --{option}, or start a new run"
            )


@measuring_command
def compare(asked: Arguments, resume: Path | None) -> None:
    """Measure the interpreters of this machine, and write a report."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.cli import arguments  # noqa: PLC0415

    assertions = arguments.assertions(asked.assertions)
    if resume:
        stages, folder = pipeline.resuming(arguments.more_time(asked)), resume
    else:
        options = arguments.options_of(asked, tuple(sys.argv[1:]))
        stages = pipeline.comparing(options, arguments.search(asked), arguments.servers(asked))
        folder = options.folder
    comparison = show_result(stages, folder)
    if asked.opening:
        show_page(folder)
    leave(comparison, assertions)


@measuring_command
def plan(asked: Arguments, resume: Path | None) -> None:
    """Print the cells and the estimated time; run and fetch nothing."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.cli import arguments  # noqa: PLC0415
    from gilometer.cli.output.plan import print_plan  # noqa: PLC0415

    arguments.assertions(asked.assertions)  # a plan refuses what a comparison would
    if resume:
        comparison = walk((pipeline.reopen_folder,), resume)
    else:
        options = arguments.options_of(asked, tuple(sys.argv[1:]))
        look = dataclasses.replace(arguments.search(asked), provisioners=())
        comparison = walk(pipeline.planning(options, look), options.folder)
    print_plan(console(), comparison.manifest.plan)
