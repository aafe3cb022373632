"""From what can run and what was asked for to a plan. Pure: no clock, no disk."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.model import (
    Card,
    Cell,
    Effort,
    Interpreter,
    Missing,
    Plan,
    Record,
    Role,
    Slot,
    Strategy,
    Work,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Value = int | float | str
"""Of a parameter."""


class Request(Record, frozen=True):
    """What the user asked to have measured."""

    workloads: tuple[str, ...]
    """Globs over names and labels; none: those of the effort."""
    strategies: tuple[Strategy, ...]
    """None: all that a workload supports."""
    workers: tuple[int, ...]
    seed: int
    effort: Effort


class Material(Record, frozen=True):
    """What there is to make a plan of."""

    interpreters: tuple[Interpreter, ...]
    missing: tuple[Missing, ...]
    cards: tuple[Card, ...]
    workloads_digest: str


def make(material: Material, request: Request) -> Plan:
    """Lay out all cells and the controls that every block holds.

    Raises:
        UsageError: Nothing can run, or a workload or strategy that was asked for does not exist.

    """
    if not material.interpreters:
        raise UsageError("none of the selected interpreters can run here; `nox -s doctor` says what would")
    works = _chosen_works(material.cards, request)
    strategies = _chosen_strategies(works, request)
    baseline = choose_baseline(material.interpreters)
    return Plan(
        seed=request.seed,
        effort=request.effort,
        interpreters=material.interpreters,
        missing=material.missing,
        works=works,
        cells=tuple(_cells(material, works, strategies, request.workers)),
        controls=tuple(_controls(baseline, works, strategies, request.workers)),
        baseline=baseline.name,
        workloads_digest=material.workloads_digest,
    )


def choose_baseline(interpreters: Sequence[Interpreter]) -> Interpreter:
    """The newest CPython with its GIL, or whatever comes first without one.

    One of this machine goes before one in a container, whose cost would be in every control.
    """
    usual = [one for one in interpreters if one.kind == "cpython" and not one.variant]
    here = [one for one in usual if not one.image]
    return max(here or usual, key=_version, default=interpreters[0])


def _version(interpreter: Interpreter) -> list[int]:
    return [int(part) for part in interpreter.facts.version.split(".") if part.isdigit()]


def works_of(card: Card, points: int) -> tuple[Work, ...]:
    """A workload at each point of its sweep, or the workload itself if it has none."""
    sweep = [(name, value) for name, values in card.sweep.items() for value in thinned(values, points)]
    if not sweep:
        return (_work(card, card.name, {}),)
    return tuple(_work(card, f"{card.name}:{name}={value}", {name: str(value)}) for name, value in sweep)


def thinned(values: Sequence[Value], points: int) -> tuple[Value, ...]:
    """At most ``points`` of the values: both ends and evenly between, or the middle one."""
    if len(values) <= points:
        return tuple(values)
    if points == 1:
        return (values[len(values) // 2],)
    step = (len(values) - 1) / (points - 1)
    return tuple(values[round(index * step)] for index in range(points))


def _work(card: Card, label: str, parameters: dict[str, str]) -> Work:
    return Work(
        label=label,
        script=card.name,
        kind=card.kind,
        parameters=parameters,
        calibrate_with={name: str(value) for name, value in card.calibrate_with.items()},
        strategies=card.strategies,
        checksum=card.checksum,
    )


def _chosen_works(cards: Sequence[Card], request: Request) -> tuple[Work, ...]:
    works = [work for card in cards for work in works_of(card, request.effort.sweep_points)]
    for pattern in request.workloads:
        if not any(_matches(work, pattern) for work in works):
            raise UsageError(_unknown("workload", pattern, [card.name for card in cards]))
    patterns = request.workloads or request.effort.workloads or ("*",)
    return tuple(work for work in works if any(_matches(work, pattern) for pattern in patterns))


def _matches(work: Work, pattern: str) -> bool:
    return fnmatchcase(work.script, pattern) or fnmatchcase(work.label, pattern)


def _unknown(what: str, given: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(given, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
    return f"no {what} matches '{given}'; {hint}"


def _chosen_strategies(works: Sequence[Work], request: Request) -> tuple[Strategy, ...]:
    known = tuple(dict.fromkeys(strategy for work in works for strategy in work.strategies))
    for strategy in request.strategies:
        if strategy not in known:
            raise UsageError(_unknown("strategy of these workloads", strategy, known))
    wanted = request.strategies or known
    return tuple(strategy for strategy in known if strategy in wanted or strategy is Strategy.SERIAL)


def _cells(
    material: Material, works: Sequence[Work], strategies: Sequence[Strategy], workers: Sequence[int]
) -> Iterable[Cell]:
    """Every combination; serial is always there, since a speedup is over it."""
    names = [(one.name, one.variant) for one in material.interpreters]
    names += [(one.name, "") for one in material.missing]
    for name, variant in names:
        for work in works:
            for strategy in strategies:
                if strategy in work.strategies:
                    for count in (1,) if strategy is Strategy.SERIAL else workers:
                        yield Cell(name, variant, work.label, strategy, count)


def _controls(
    baseline: Interpreter, works: Sequence[Work], strategies: Sequence[Strategy], workers: Sequence[int]
) -> Iterable[Slot]:
    """For each workload an A/A pair, and what as many independent processes achieve."""
    for work in works:
        serial = Cell(baseline.name, baseline.variant, work.label, Strategy.SERIAL, 1)
        yield Slot(block=0, cell=serial, role=Role.TWIN)
        if set(strategies) != {Strategy.SERIAL}:
            for count in workers:
                if count > 1:
                    yield Slot(block=0, cell=serial, role=Role.CAPACITY, copies=count)
