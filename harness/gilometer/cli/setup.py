"""The commands that set up a comparison: they list what there is to measure, and add more."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path  # noqa: TC003  typer resolves annotations at run time
from typing import Annotated

import typer

from gilometer.cli.app import Names, Variables, app, console


@app.command()
def workloads() -> None:
    """List the workloads by kind."""
    from gilometer.cards import read_cards  # noqa: PLC0415
    from gilometer.cli.output.workloads import print_workloads  # noqa: PLC0415
    from gilometer.locations import workloads_folder  # noqa: PLC0415

    print_workloads(console(), read_cards(workloads_folder()))


@app.command()
def doctor(
    matrix: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An interpreter of your own (TOML).")
    ] = None,
    interpreters: Annotated[
        Names, typer.Option("-i", "--interpreter", metavar="PATH", help="This one, too (repeatable).")
    ] = [],  # noqa: B006  typer gives each call its own
    env: Variables = [],  # noqa: B006
) -> None:
    """Tell what can run here, and what adds the rest."""
    from gilometer.cli.conversion import RUNS  # noqa: PLC0415
    from gilometer.cli.output.doctor import print_doctor  # noqa: PLC0415
    from gilometer.environment import pass_on  # noqa: PLC0415
    from gilometer.interpreters import containers  # noqa: PLC0415
    from gilometer.interpreters.answers import default_asker  # noqa: PLC0415
    from gilometer.interpreters.by_path import with_paths  # noqa: PLC0415
    from gilometer.interpreters.matrix import load_matrix  # noqa: PLC0415
    from gilometer.interpreters.survey import survey  # noqa: PLC0415
    from gilometer.machine import inspection  # noqa: PLC0415

    pass_on(env)
    found = survey(with_paths(load_matrix(matrix), interpreters), ask=default_asker())
    host = inspection.inspect(RUNS)
    notes = (containers.engine_problem(), *containers.out_of_date((*found.runnable, *found.also)))
    warnings = inspection.warnings(host, found.runnable)
    print_doctor(console(), found, host, warnings, [note for note in notes if note])


@app.command()
def provision(
    names: Annotated[Names, typer.Argument(metavar="[NAME]...", help="Such as jython, 3.14t or pypy.")] = [],  # noqa: B006  typer gives each call its own
    *,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try also what was out of reach within the last day.")
    ] = False,
) -> None:
    """Fetch interpreters into the cache; without a name, list what can be fetched."""
    from gilometer.cli.output.provision import Bars, print_provisioners  # noqa: PLC0415
    from gilometer.interpreters.provision import by_name, failures, provisioners  # noqa: PLC0415
    from gilometer.interpreters.provision.several import exit_status, fetch_all  # noqa: PLC0415

    wanted = [by_name(name) for name in dict.fromkeys(names)]
    if not wanted:
        print_provisioners(console(), provisioners())
        return
    for one in wanted if retry else ():
        failures.forget(one.name)
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
    from gilometer.cli.output.add import print_added  # noqa: PLC0415
    from gilometer.interpreters import adding  # noqa: PLC0415
    from gilometer.interpreters.answers import default_asker  # noqa: PLC0415
    from gilometer.interpreters.matrix import load_matrix  # noqa: PLC0415

    request = adding.AddRequest(name, command, tuple(env))
    print_added(console(), adding.add(request, load_matrix(), default_asker()))


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
    from gilometer.cli.output.images import Steps, print_images  # noqa: PLC0415
    from gilometer.interpreters.containers.building import build_all  # noqa: PLC0415
    from gilometer.interpreters.containers.engine import find_engine  # noqa: PLC0415
    from gilometer.interpreters.containers.orders import orders  # noqa: PLC0415
    from gilometer.interpreters.containers.recipes import recipes  # noqa: PLC0415

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
    from gilometer.run.services import OFFERS, Services  # noqa: PLC0415
    from gilometer.run.services.serving import serve as serve_all  # noqa: PLC0415

    with Services() as services, contextlib.suppress(KeyboardInterrupt):
        serve_all(services, [offer.name for offer in OFFERS], partial(console().print, soft_wrap=True))
