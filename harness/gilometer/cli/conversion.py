"""Convert what was typed to what the pipeline takes; every mistake is one sentence."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gilometer.environment import pass_on
from gilometer.errors import UsageError
from gilometer.interpreters.provision import by_default
from gilometer.interpreters.selection import every, matching, newest_of_each_kind
from gilometer.model import Effort, Strategy
from gilometer.pipeline import FetchServers, FindInterpreters, Options
from gilometer.plan.effort import DEFAULT, QUICK, RIGOROUS, TIMELINE, TRY
from gilometer.plan.make import Request
from gilometer.plan.own import NamedFunction
from gilometer.run.services import OFFERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis.claims.assertions import Assertion
    from gilometer.cli.arguments import Arguments
    from gilometer.pipeline import Choose

UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
MOST_WORKERS = 1024
MOST_ITEMS = 1_000_000
RUNS = Path("reports")
"""The folder of runs for which none was named."""


def options_of(asked: Arguments, command: tuple[str, ...]) -> Options:
    """Check the arguments and convert them.

    Raises:
        UsageError: An option can't be.

    """
    pass_on(asked.env)
    request = Request(
        workloads=workloads(asked),
        strategies=tuple(strategy(name) for name in asked.strategies),
        workers=worker_counts(asked.workers),
        seed=secrets.randbelow(2**32) if asked.seed is None else asked.seed,
        effort=effort(asked),
    )
    return Options(
        command=command,
        request=request,
        folder=asked.out or fresh_folder(RUNS, dt.datetime.now(dt.UTC)),
        like=asked.like,
    )


def trial_options(asked: Arguments, command: tuple[str, ...]) -> Options:
    """Check the arguments of ``try`` and convert them: its effort is its own.

    Raises:
        UsageError: An option can't be.

    """
    options = options_of(asked, command)
    fitting = options.request.effort  # the options on time were checked for it
    chosen = msgspec.structs.replace(
        TRY,
        budget_s=fitting.budget_s if asked.budget else TRY.budget_s,
        timeout_s=asked.timeout or TRY.timeout_s,
    )
    return msgspec.structs.replace(options, request=msgspec.structs.replace(options.request, effort=chosen))


def named_function(function: str, items: str, arguments: Sequence[str]) -> NamedFunction:
    """Check the names of a function and of its items, as far as that needs no interpreter.

    Raises:
        UsageError: They name nothing.

    """
    if items.isdigit():
        if not 0 < int(items) <= MOST_ITEMS:
            raise UsageError(f"--items {items}: give a number from 1 to {MOST_ITEMS}, or a name")
    elif items:
        _check_name(
            "--items ", items, "give a number such as 24, or a list or function such as mine.py:inputs"
        )
    _check_name("", function, "give a file and a function in it, such as mine.py:work")
    return NamedFunction(function, items, tuple(arguments))


def _check_name(option: str, name: str, remedy: str) -> None:
    where, _, word = name.rpartition(":")
    if not where or not word:
        raise UsageError(f"{option}{name!r} names nothing; {remedy}")
    if where.endswith(".py") and not Path(where).is_file():
        raise UsageError(f"{option}{name}: there is no file {where} in {Path.cwd()}")


def search(asked: Arguments) -> FindInterpreters:
    """Choose the stage that finds interpreters: which it looks for, and which it may fetch.

    Raises:
        UsageError: Two ways of choosing at once.

    """
    return FindInterpreters(
        matrix=asked.matrix,
        choose=choice(asked),
        patterns=("*",) if asked.all_versions else tuple(asked.interpreters),
        provisioners=() if asked.offline else by_default(),
    )


def servers(asked: Arguments) -> FetchServers:
    """Return the stage that fetches what servers lack; offline, it fetches nothing."""
    return FetchServers(() if asked.offline else OFFERS)


def choice(asked: Arguments) -> Choose:
    """Return the function that chooses among the interpreters that were found.

    Raises:
        UsageError: Two ways of choosing at once.

    """
    if asked.all_versions and asked.interpreters:
        raise UsageError("--all and -i/--interpreter contradict each other; leave one of them out")
    if asked.all_versions:
        return every
    if asked.interpreters:
        return partial(matching, patterns=tuple(asked.interpreters))
    return newest_of_each_kind


def workloads(asked: Arguments) -> tuple[str, ...]:
    """List names, kinds and globs of the workloads that were asked for; none: those of the effort.

    Raises:
        UsageError: Two ways of choosing at once, or a timeline of no threads.

    """
    if asked.all_workloads and asked.workloads:
        raise UsageError("--all-workloads and -w/--workload contradict each other; leave one of them out")
    if asked.timeline and asked.strategies and Strategy.THREADS not in asked.strategies:
        raise UsageError("--timeline shows threads, and -s/--strategy leaves them out; add -s threads")
    chosen = ("*",) if asked.all_workloads else tuple(asked.workloads)
    if not asked.timeline:
        return chosen
    return (*(chosen or effort(asked).workloads or ("*",)), TIMELINE)


def effort(asked: Arguments) -> Effort:
    """Return the level of effort that was asked for, with the user's own budget and timeout.

    Raises:
        UsageError: Two levels at once, or a time that can't be.

    """
    if asked.quick and asked.rigorous:
        raise UsageError("--quick and --rigorous contradict each other; leave one of them out")
    chosen = QUICK if asked.quick else RIGOROUS if asked.rigorous else DEFAULT
    if asked.timeout is not None and not 0 < asked.timeout < float("inf"):
        raise UsageError(f"--timeout {asked.timeout:g}: give a number of seconds above zero, such as 60")
    return msgspec.structs.replace(
        chosen,
        budget_s=seconds(asked.budget) if asked.budget else chosen.budget_s,
        timeout_s=asked.timeout or chosen.timeout_s,
    )


def more_time(asked: Arguments) -> float | None:
    """Return the seconds that are added to a run that is resumed; None: no more.

    Raises:
        UsageError: The budget is no time.

    """
    return seconds(asked.budget) if asked.budget else None


def seconds(text: str) -> float:
    """Convert ``90``, ``90s``, ``5m`` or ``1h`` to seconds.

    Raises:
        UsageError: The text is none of these.

    """
    number, unit = (text[:-1], UNITS_S[text[-1]]) if text[-1:] in UNITS_S else (text, 1.0)
    try:
        value = float(number) * unit
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UsageError(f"--budget {text!r}: give a time above zero, such as 90s, 5m or 1h")
    return value


def worker_counts(text: str) -> tuple[int, ...]:
    """Convert ``1,2,4`` to numbers, each once, in order.

    Raises:
        UsageError: The text is something else.

    """
    try:
        counts = sorted({int(part) for part in text.split(",")}) if text else []
    except ValueError:
        counts = [0]
    if counts and not 0 < counts[0] <= counts[-1] <= MOST_WORKERS:
        raise UsageError(f"--workers {text!r}: give whole numbers from 1 to {MOST_WORKERS}, such as 1,2,4")
    return tuple(counts)


def strategy(name: str) -> Strategy:
    """Find a strategy by its name.

    Raises:
        UsageError: There is none of that name.

    """
    try:
        return Strategy(name)
    except ValueError:
        known = ", ".join(Strategy)
        raise UsageError(f"--strategy {name!r}: there are {known}") from None


def assertions(texts: Sequence[str]) -> tuple[Assertion, ...]:
    """Read what the verdicts must be.

    Raises:
        UsageError: There is no such claim or verdict.

    """
    if not texts:
        return ()
    from gilometer.analysis.claims.assertions import parse  # noqa: PLC0415  imports pandas

    return tuple(map(parse, texts))


def fresh_folder(parent: Path, now: dt.datetime) -> Path:
    """Name a folder that is not there yet for a run that begins now, so that runs sort by time."""
    name = now.strftime("%Y%m%d-%H%M%S")
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder
