"""The commands that read runs that were measured before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gilometer.cli.app import app, console, walk
from gilometer.cli.results import Assertions, Opening, leave, show_page, show_result
from gilometer.errors import UsageError

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")]


@app.command()
def report(
    run: RunFolder,
    assertions: Assertions = [],  # noqa: B006  typer gives each call its own
    *,
    opening: Opening = False,
) -> None:
    """Draw the report of a run again, from its samples."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.cli import conversion  # noqa: PLC0415

    asserted = conversion.assertions(assertions)
    comparison = show_result(pipeline.REDRAWING, run)
    if opening:
        show_page(run)
    leave(comparison, asserted)


@app.command()
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="A run's folder.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another's.")],
) -> None:
    """Tell what changed from one run to another."""
    from gilometer import pipeline  # noqa: PLC0415

    before, after = (walk(pipeline.READING, folder) for folder in (run_a, run_b))
    if before.manifest == after.manifest:
        raise UsageError(f"{run_a} and {run_b} are the same run; give two runs")
    from gilometer.analysis import diff as comparing  # noqa: PLC0415  imports pandas, which must wait
    from gilometer.cli.output.diff import Folders, nothing_compares, print_diff  # noqa: PLC0415

    sides = [comparing.Run(one.manifest, one.entries) for one in (before, after)]
    found = comparing.diff(*sides)
    folders = Folders(run_a, run_b)
    if found.figures.empty:
        raise UsageError(nothing_compares(found, folders))
    print_diff(console(), found, folders)


@app.command()
def export(
    run: RunFolder,
    wanted: Annotated[
        str, typer.Option("--format", metavar="pyperf|parquet|csv|json", help="For pyperf, or as tables.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to; else RUN/export.")] = None,
) -> None:
    """Write what a run measured for other programs."""
    from gilometer import loading, pipeline  # noqa: PLC0415
    from gilometer.report import export as exporting  # noqa: PLC0415

    form, folder = exporting.format_of(wanted), out or run / "export"
    measured = walk(pipeline.LOADING, run)
    files = exporting.export(measured.manifest, loading.frames(measured), form)
    exporting.write(files, folder)
    exporting.print_written(console(), files, folder)


@app.command()
def history(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Of runs; else reports.")] = None,
    of: Annotated[
        str, typer.Option(metavar='"INTERPRETER WORKLOAD STRATEGY WORKERS"', help="Which speedup.")
    ] = "",
) -> None:
    """Show a speedup over all runs of a folder, and plot it into history.png."""
    from gilometer.cli.conversion import RUNS  # noqa: PLC0415
    from gilometer.runs.figure import choose  # noqa: PLC0415
    from gilometer.runs.history import read_all  # noqa: PLC0415

    where = folder or RUNS
    runs = read_all(where)
    figure = choose(runs, of)
    from gilometer.cli.output.history import show  # noqa: PLC0415  imports pandas, which must wait

    show(console(), where, runs, figure)
