"""The command that measures a function of the user's own."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path  # noqa: TC003  typer resolves annotations at run time
from typing import Annotated

import typer

from gilometer.cli.app import Interpreters, Strategies, Variables, app
from gilometer.cli.results import Opening, show_page, show_result

Function = Annotated[str, typer.Argument(metavar="FUNCTION", help="mine.py:work, or package.module:work.")]
Words = Annotated[list[str] | None, typer.Argument(metavar="[-- ARGUMENTS]", help="What its sys.argv has.")]
Items = Annotated[
    str, typer.Option(metavar="N|mine.py:inputs", help="Call it with 0 to N-1, or with each of these.")
]


@app.command("try")
def try_(
    function: Function,
    arguments: Words = None,
    *,
    items: Items = "",
    interpreters: Interpreters = [],  # noqa: B006  typer gives each call its own
    strategies: Strategies = [],  # noqa: B006
    workers: Annotated[str, typer.Option(metavar="1,2,4", help="Else 2 and the number of cores.")] = "",
    budget: Annotated[str, typer.Option(metavar="5m", help="Time to measure; else a minute.")] = "",
    timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="For one process.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Of the order; else a fresh one.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The run's folder; else reports/RUN.")
    ] = None,
    env: Variables = [],  # noqa: B006
    check: Annotated[
        bool, typer.Option("--check", help="Fail if it returns other values in one way than in another.")
    ] = False,
    opening: Opening = False,
) -> None:
    """Measure whether threads, processes and other interpreters speed up a function of your own."""
    from gilometer import pipeline, trial  # noqa: PLC0415
    from gilometer.cli import conversion  # noqa: PLC0415
    from gilometer.cli.arguments import Arguments  # noqa: PLC0415

    named = conversion.named_function(function, items, arguments or ())
    asked = Arguments(
        interpreters=interpreters,
        strategies=strategies,
        workers=workers,
        budget=budget,
        timeout=timeout,
        seed=seed,
        out=out,
        env=env,
        offline=True,
    )
    options = conversion.trial_options(asked, tuple(sys.argv[1:]))
    find = conversion.search(asked)
    if not interpreters:
        find = dataclasses.replace(find, choose=trial.newest)
    plan_function = trial.PlanFunction(options, named, takes_newest=not interpreters, timeout_s=timeout)
    comparison = show_result(trial.trying(find, plan_function), options.folder)
    if opening:
        show_page(options.folder)
    differ = check and bool(comparison.results.values.differences)
    raise typer.Exit(int(differ) or pipeline.exit_status(comparison.entries, ()))
