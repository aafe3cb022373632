"""The command that tells whether an interpreter is fit to be measured."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from gilometer.cli.app import Interpreters, Workloads, app, console, walk


@app.command()
def check(
    interpreters: Interpreters = [],  # noqa: B006  typer gives each call its own
    workloads: Workloads = [],  # noqa: B006
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run every workload by every strategy once, to see whether an interpreter is fit to be measured."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.cli import conversion  # noqa: PLC0415
    from gilometer.cli.arguments import Arguments  # noqa: PLC0415
    from gilometer.cli.output.check import print_check, print_document  # noqa: PLC0415
    from gilometer.plan.effort import CHECK  # noqa: PLC0415
    from gilometer.plan.make import Request  # noqa: PLC0415
    from gilometer.run.services import OFFERS  # noqa: PLC0415

    request = Request(tuple(workloads), strategies=(), workers=(2,), seed=0, effort=CHECK)
    look = conversion.search(Arguments(interpreters=interpreters, offline=True))
    with TemporaryDirectory(prefix="gilometer-check-") as name:
        options = pipeline.Options(tuple(sys.argv[1:]), request, Path(name))
        stages = pipeline.checking(options, look, pipeline.FetchServers(OFFERS))
        comparison = walk(stages, options.folder)
    plan = comparison.manifest.plan
    if as_json:
        print_document(console(), plan, comparison.checked)
    else:
        print_check(console(), plan, comparison.checked)
    raise typer.Exit(int(not all(one.is_fit for one in comparison.checked)))
