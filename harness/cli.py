"""Arguments in, exit status out; nothing else."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from harness.errors import GilometerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from harness.analysis.claims.asserting import Assertion
    from harness.arguments import Asked
    from harness.pipeline import Comparison, Stage

HELP = "On which Python interpreters, and for which kinds of work, do threads help? Measured."

app = typer.Typer(
    name="gilometer",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Names = list[str]
Assertions = Annotated[
    Names,
    typer.Option("--assert", metavar="CLAIM", help='Fail unless so: "C2 holds on cpython-*" (repeatable).'),
]
Opening = Annotated[bool, typer.Option("--open", help="Show the report in a browser.")]
BESIDE_RESUME = frozenset({"resume", "assertions", "opening"})
"""Parameters that say nothing of a plan."""
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")]
ResumeFolder = Annotated[
    Path | None, typer.Option("--resume", metavar="DIR", help="Go on with an interrupted run.")
]


def measuring_command(action: Callable[[Asked, Path | None], None]) -> None:
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
        quick: Annotated[bool, typer.Option("--quick", help="Measure for 45 s at most.")] = False,
        rigorous: Annotated[bool, typer.Option("--rigorous", help="Measure for up to an hour.")] = False,
        budget: Annotated[str, typer.Option(metavar="5m", help="Time to measure; else 275s.")] = "",
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
        from harness.arguments import Asked  # noqa: PLC0415  --help must not wait for the rooms

        if resume:
            refuse_beside_resume(context)
        asked = Asked(
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
def compare(asked: Asked, resume: Path | None) -> None:
    """Measure the interpreters of this machine, and write a report."""
    from harness import arguments, pipeline  # noqa: PLC0415

    assertions = arguments.assertions(asked.assertions)
    if resume:
        stages, folder = pipeline.RESUMING, resume
    else:
        options = arguments.options_of(asked, tuple(sys.argv[1:]))
        stages, folder = pipeline.comparing(options, arguments.search(asked)), options.folder
    comparison = show_result(stages, folder)
    if asked.opening:
        show_page(folder)
    leave(comparison, assertions)


@measuring_command
def plan(asked: Asked, resume: Path | None) -> None:
    """Print the cells and the estimated time; run and fetch nothing."""
    from harness import arguments, pipeline  # noqa: PLC0415
    from harness.report.plan import print_plan  # noqa: PLC0415

    arguments.assertions(asked.assertions)  # a plan refuses what a comparison would
    if resume:
        comparison = walk((pipeline.reopen_folder,), resume)
    else:
        options = arguments.options_of(asked, tuple(sys.argv[1:]))
        look = dataclasses.replace(arguments.search(asked), provisioners=())
        comparison = walk(pipeline.planning(options, look), options.folder)
    print_plan(console(), comparison.manifest.plan)


@app.command()
def report(
    run: RunFolder,
    assertions: Assertions = [],  # noqa: B006  typer gives each call its own
    *,
    opening: Opening = False,
) -> None:
    """Draw the report of a run again, from its samples."""
    from harness import arguments, pipeline  # noqa: PLC0415

    asserted = arguments.assertions(assertions)
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
    from harness import pipeline  # noqa: PLC0415

    sides = [walk(pipeline.READING, folder) for folder in (run_a, run_b)]
    found = pipeline.difference(*sides)
    from harness.report.diff import Folders, print_diff  # noqa: PLC0415  imports pandas, which must wait

    print_diff(console(), found, Folders(run_a, run_b))


@app.command()
def export(
    run: RunFolder,
    wanted: Annotated[
        str, typer.Option("--format", metavar="pyperf|parquet|csv|json", help="For pyperf, or as tables.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to; else RUN/export.")] = None,
) -> None:
    """Write what a run measured for other programs."""
    from harness import loading, pipeline  # noqa: PLC0415
    from harness.report import export as exporting  # noqa: PLC0415

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
    from harness.arguments import RUNS  # noqa: PLC0415
    from harness.run.figure import choose  # noqa: PLC0415
    from harness.run.past import read_all  # noqa: PLC0415

    where = folder or RUNS
    runs = read_all(where)
    figure = choose(runs, of)
    from harness.report.history import show  # noqa: PLC0415  imports pandas, which must wait

    show(console(), where, runs, figure)


@app.command()
def workloads() -> None:
    """List the workloads by kind."""
    from harness.interpreters.cards import read_cards  # noqa: PLC0415
    from harness.interpreters.locations import workloads_folder  # noqa: PLC0415
    from harness.report.workloads import print_workloads  # noqa: PLC0415

    print_workloads(console(), read_cards(workloads_folder()))


@app.command()
def doctor(
    matrix: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An interpreter of your own (TOML).")
    ] = None,
) -> None:
    """Tell what can run here, and what adds the rest."""
    from harness.arguments import RUNS  # noqa: PLC0415
    from harness.interpreters import containers, machine  # noqa: PLC0415
    from harness.interpreters.answers import default_asker  # noqa: PLC0415
    from harness.interpreters.matrix import load_matrix  # noqa: PLC0415
    from harness.interpreters.survey import survey  # noqa: PLC0415
    from harness.report.doctor import print_doctor  # noqa: PLC0415

    found = survey(load_matrix(matrix), ask=default_asker())
    host = machine.inspect(RUNS)
    notes = (containers.complaint(), *containers.out_of_date((*found.runnable, *found.also)))
    traps = machine.traps(host, found.runnable)
    print_doctor(console(), found, host, traps, [note for note in notes if note])


@app.command()
def provision(
    names: Annotated[Names, typer.Argument(metavar="[NAME]...", help="Such as jython, 3.14t or pypy.")] = [],  # noqa: B006  typer gives each call its own
    *,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try also what was out of reach within the last day.")
    ] = False,
) -> None:
    """Fetch interpreters into the cache; without a name, list what can be fetched."""
    from harness.interpreters.provision import by_name, provisioners, refusals  # noqa: PLC0415
    from harness.interpreters.provision.several import exit_status, fetch_all  # noqa: PLC0415
    from harness.report.provision import Bars, print_offers  # noqa: PLC0415

    wanted = [by_name(name) for name in dict.fromkeys(names)]
    if not wanted:
        print_offers(console(), provisioners())
        return
    for one in wanted if retry else ():
        refusals.forget(one.name)
    with Bars() as bars:
        bars.announce(wanted)
        endings = fetch_all(wanted, bars)
    raise typer.Exit(exit_status(endings))


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What tables and plots will call it.")],
    command: Annotated[
        str, typer.Option(metavar="WORDS", help="What starts it, to which a script's path is added.")
    ],
    env: Annotated[
        Names, typer.Option(metavar="KEY=VALUE", help="A variable for it alone (repeatable).")
    ] = [],  # noqa: B006  typer gives each call its own
) -> None:
    """Add an interpreter of your own to those that are found."""
    from harness.interpreters import adding  # noqa: PLC0415
    from harness.interpreters.answers import default_asker  # noqa: PLC0415
    from harness.interpreters.matrix import load_matrix  # noqa: PLC0415
    from harness.report.adding import print_added  # noqa: PLC0415

    wish = adding.Wish(name, command, tuple(env))
    print_added(console(), adding.add(wish, load_matrix(), default_asker()))


@app.command()
def images(
    names: Annotated[Names, typer.Argument(metavar="[NAME]...", help="Such as jython or debian-sid.")] = [],  # noqa: B006  typer gives each call its own
    *,
    bootstrap: Annotated[
        bool, typer.Option("--bootstrap", help="Make the base from Debian packages; needs mmdebstrap.")
    ] = False,
    base: Annotated[str | None, typer.Option(metavar="IMAGE", help="Begin with this image.")] = None,
    build_arg: Annotated[
        Names, typer.Option(metavar="KEY=VALUE", help="Such as OPTIMISED=yes for cpython-3.13t.")
    ] = [],  # noqa: B006
) -> None:
    """Build container images of interpreters; without a name, list them."""
    from harness.interpreters.containers.building import build_all  # noqa: PLC0415
    from harness.interpreters.containers.engine import find_engine  # noqa: PLC0415
    from harness.interpreters.containers.orders import orders  # noqa: PLC0415
    from harness.interpreters.containers.recipes import recipes  # noqa: PLC0415
    from harness.report.images import Steps, print_images  # noqa: PLC0415

    wanted = orders(names, build_arg, base=base, bootstrapped=bootstrap)
    engine = find_engine()
    if not wanted:
        print_images(console(), recipes(), engine.images())
        return
    with Steps() as steps:
        endings = build_all(engine, wanted, steps)
    raise typer.Exit(int(any(ending.error for ending in endings)))


@app.command()
def serve() -> None:
    """Run the servers that workloads talk to until Ctrl-C, and print what to export for a script."""
    from harness.run.services import OFFERS, Services  # noqa: PLC0415
    from harness.run.services.serving import serve as serve_all  # noqa: PLC0415

    with Services() as services, contextlib.suppress(KeyboardInterrupt):
        serve_all(services, [offer.name for offer in OFFERS], typer.echo)


def show_result(stages: Sequence[Stage], folder: Path) -> Comparison:
    """Walk the stages up to a report, and print its summary."""
    comparison = walk(stages, folder)
    from harness.report.terminal import print_summary  # noqa: PLC0415  imports pandas, which must wait

    print_summary(console(), comparison.manifest, comparison.analysis, folder)
    return comparison


def show_page(folder: Path) -> None:
    """Open the report in the user's browser, or say where it is."""
    import webbrowser  # noqa: PLC0415

    page = (folder / "report.html").resolve()
    if not webbrowser.open(page.as_uri()):
        sys.stderr.write(f"gilometer: no browser answers here; open {page} in one\n")


def leave(comparison: Comparison, assertions: Sequence[Assertion]) -> NoReturn:
    """Say which assertions are not met, and exit as outcomes and verdicts ask."""
    from harness import pipeline  # noqa: PLC0415
    from harness.analysis.claims.asserting import unmet  # noqa: PLC0415
    from harness.report.verdicts import print_unmet  # noqa: PLC0415

    broken = unmet(assertions, comparison.analysis.verdicts)
    print_unmet(console(), broken)
    raise typer.Exit(pipeline.exit_status(comparison.entries, broken))


def walk(stages: Sequence[Stage], folder: Path) -> Comparison:
    """Walk the stages, with a live view of them on standard error."""
    from harness import pipeline  # noqa: PLC0415
    from harness.report.live import Live  # noqa: PLC0415

    with Live() as view:
        return pipeline.walk(stages, pipeline.Comparison(view, folder))


def console() -> Console:
    """Standard output, with colours where they can be seen; what its encoding lacks is escaped."""
    from rich.console import Console  # noqa: PLC0415

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as standard error is from the start
    return Console()


def main() -> None:
    """Run a command; a mistake of the user's is one sentence and an exit status."""
    try:
        app()
    except GilometerError as error:
        sys.stderr.write(f"gilometer: {error}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("gilometer: interrupted before anything was measured\n")
        sys.exit(130)
