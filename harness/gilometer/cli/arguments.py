"""The options of ``compare`` and ``plan``: each is declared once, as a field that typer reads."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003  typer resolves annotations at run time
from typing import TYPE_CHECKING, Annotated, get_type_hints

import typer

from gilometer.cli.app import (  # noqa: TC001  typer resolves annotations at run time
    Interpreters,
    Strategies,
    Variables,
    Workloads,
)
from gilometer.cli.results import Assertions, Opening  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """The options as they were typed; empty or None: not given."""

    interpreters: Interpreters = field(default_factory=list)
    workloads: Workloads = field(default_factory=list)
    strategies: Strategies = field(default_factory=list)
    workers: Annotated[
        str, typer.Option(metavar="1,2,4", help="Worker counts; else 2 and the number of cores.")
    ] = ""
    quick: Annotated[bool, typer.Option("--quick", help="Measure for a minute at most.")] = False
    rigorous: Annotated[bool, typer.Option("--rigorous", help="Measure for up to an hour.")] = False
    budget: Annotated[str, typer.Option(metavar="5m", help="Time to measure; else 290s.")] = ""
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of the order; else a fresh one, recorded.")
    ] = None
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The run's own folder; else reports/RUN.")
    ] = None
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="DIR", help="Go on with a run; --budget adds time.")
    ] = None
    all_versions: Annotated[
        bool, typer.Option("--all", help="Every version found, not one of each kind.")
    ] = False
    all_workloads: Annotated[
        bool, typer.Option("--all-workloads", help="Every workload, not just those of the claims.")
    ] = False
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Also draw when two threads ran: in turn or at once.")
    ] = False
    offline: Annotated[bool, typer.Option("--offline", help="Fetch no interpreter.")] = False
    env: Variables = field(default_factory=list)
    matrix: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An interpreter of your own (TOML).")
    ] = None
    timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="For one invocation; else 60.")] = (
        None
    )
    like: Annotated[
        Path | None, typer.Option(metavar="RUN", help="With the loops of that run, to diff them.")
    ] = None
    assertions: Assertions = field(default_factory=list)
    opening: Opening = False


def signature() -> inspect.Signature:
    """Return the signature of a function that takes typer's context and each option as a parameter."""
    return inspect.Signature(tuple(_parameters()))


def _parameters() -> Iterator[inspect.Parameter]:
    keyword = inspect.Parameter.KEYWORD_ONLY
    yield inspect.Parameter("context", keyword, annotation=typer.Context)
    hints = get_type_hints(Arguments, include_extras=True)
    for one in dataclasses.fields(Arguments):
        factory = one.default_factory
        default = one.default if factory is dataclasses.MISSING else factory()
        yield inspect.Parameter(one.name, keyword, default=default, annotation=hints[one.name])
