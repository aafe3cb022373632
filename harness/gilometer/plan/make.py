"""Make a plan of the interpreters, the workloads and a request. Pure: no clock, no disk."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gilometer.claims.claim import Claim  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.commands import typed
from gilometer.errors import UsageError
from gilometer.model import (
    Card,
    Cell,
    Effort,
    Interpreter,
    Lack,
    Missing,
    Plan,
    Record,
    Role,
    Slot,
    Strategy,
    Work,
)
from gilometer.plan.aims import Aims
from gilometer.plan.groups import COMPARABLE_KINDS, OBSERVED_KINDS
from gilometer.plan.own import own_aims
from gilometer.plan.pairs import ordinary_build_of, pairs
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Value = int | float | str
"""A parameter's value."""


class Request(Record, frozen=True):
    """The measurements that the user asked for."""

    workloads: tuple[str, ...]
    """Globs over names and labels, and kinds; none: those of the effort."""
    strategies: tuple[Strategy, ...]
    """None: all that a workload supports. Workloads that support none of those given are left out."""
    workers: tuple[int, ...]
    seed: int
    effort: Effort


class Material(Record, frozen=True):
    """The interpreters, workloads and claims that a plan is made of."""

    interpreters: tuple[Interpreter, ...]
    missing: tuple[Missing, ...]
    cards: tuple[Card, ...]
    workloads_digest: str
    claims: tuple[Claim, ...] = ()
    """Claims under test."""
    works: tuple[Work, ...] = ()
    """The user's own works, which are measured instead of workloads."""
    lacks: tuple[Lack, ...] = ()
    """What interpreters lack for them; one without ``serial`` is not the baseline."""


def make(material: Material, request: Request) -> Plan:
    """Make the plan: all cells, the controls of every group, and the aims.

    Raises:
        UsageError: Nothing can run, or a workload or strategy that was asked for does not exist.

    """
    if not material.interpreters:
        raise UsageError(
            f"none of the selected interpreters can run here; `{typed('doctor')}` says what would"
        )
    found = material.works or _chosen_works(material.cards, request)
    strategies = _chosen_strategies(found, request)
    works = _supporting(found, request.strategies)
    cells = tuple(_cells(material, works, strategies, request.workers))
    able = _able(material)
    return Plan(
        seed=request.seed,
        effort=request.effort,
        interpreters=material.interpreters,
        missing=material.missing,
        works=works,
        cells=cells,
        controls=tuple(controls(able, works, cells)),
        baseline=choose_baseline(able).name,
        workloads_digest=material.workloads_digest,
        lacks=(*material.lacks, *_lacks(able, strategies)),
        aims=own_aims(works, cells) or Aims(material.interpreters, works, cells).of(material.claims),
    )


def _able(material: Material) -> tuple[Interpreter, ...]:
    """Return the interpreters that can do the works serially, as far as that is known."""
    unable = {one.interpreter_label for one in material.lacks if one.strategy is Strategy.SERIAL}
    return tuple(one for one in material.interpreters if one.label not in unable)


def _lacks(interpreters: Iterable[Interpreter], strategies: Sequence[Strategy]) -> Iterable[Lack]:
    """List the strategies that interpreters can't use, as the probe says."""
    for one in interpreters:
        for strategy in strategies:
            if strategy.value in one.facts.lacks:
                yield Lack(one.name, one.variant, strategy, one.facts.lacks[strategy.value])


def choose_baseline(interpreters: Sequence[Interpreter]) -> Interpreter:
    """Return the newest CPython without a variant, or the first interpreter if there is none.

    One of this machine is preferred to one in a container, whose cost would be in every control.
    """
    usual = [one for one in interpreters if one.kind == "cpython" and not one.variant]
    here = [one for one in usual if not one.image]
    return max(here or usual, key=_version, default=interpreters[0])


def _version(interpreter: Interpreter) -> list[int]:
    return [int(part) for part in interpreter.facts.version.split(".") if part.isdigit()]


def works_of(card: Card, points: int) -> tuple[Work, ...]:
    """List a workload at each point of its sweep, or the workload itself if it has none."""
    sweep = [(name, value) for name, values in card.sweep.items() for value in thinned(values, points)]
    if not sweep:
        return (_work(card, card.name, {}),)
    return tuple(_work(card, f"{card.name}:{name}={value}", {name: str(value)}) for name, value in sweep)


def thinned(values: Sequence[Value], points: int) -> tuple[Value, ...]:
    """Return at most ``points`` of the values: both ends and evenly between, or the middle one."""
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
        services=card.services,
    )


def _chosen_works(cards: Sequence[Card], request: Request) -> tuple[Work, ...]:
    """Return the works that the request names; a point of a sweep that a label names is never left out."""
    usual = [work for card in cards for work in works_of(card, request.effort.sweep_points)]
    every = [work for card in cards for work in works_of(card, sys.maxsize)]
    words = request.workloads or request.effort.workloads or ("*",)
    meant = {word: _meant(usual, word) or _meant(every, word) for word in words}
    for word in request.workloads:
        if not meant[word]:
            raise UsageError(_no_workload(word, cards))
    chosen = {work.label for works in meant.values() for work in works}
    return tuple(work for work in every if work.label in chosen)


def _meant(works: Sequence[Work], word: str) -> list[Work]:
    """List the works that a word matches; a name is preferred to a kind, as ``mixed`` is both."""
    named = [work for work in works if fnmatchcase(work.script, word) or fnmatchcase(work.label, word)]
    return named or [work for work in works if work.kind == word]


def _no_workload(word: str, cards: Sequence[Card]) -> str:
    kinds = sorted({card.kind for card in cards})
    hint = did_you_mean(
        word, [*(card.name for card in cards), *kinds], f"`{typed('workloads')}` lists them all"
    )
    return f"no workload matches '{word}', and no kind ({', '.join(kinds)}); {hint}"


def _chosen_strategies(works: Sequence[Work], request: Request) -> tuple[Strategy, ...]:
    known = tuple(dict.fromkeys(strategy for work in works for strategy in work.strategies))
    for strategy in request.strategies:
        if strategy not in known:
            raise UsageError(f"none of these workloads has the strategy {strategy}, but: {', '.join(known)}")
    wanted = request.strategies or known
    return tuple(strategy for strategy in known if strategy in wanted or strategy is Strategy.SERIAL)


def _supporting(works: tuple[Work, ...], asked: Sequence[Strategy]) -> tuple[Work, ...]:
    """Return the works that support one of the strategies that were asked for, if any was."""
    return tuple(work for work in works if not asked or set(asked) & set(work.strategies))


def _cells(
    material: Material, works: Sequence[Work], strategies: Sequence[Strategy], workers: Sequence[int]
) -> Iterable[Cell]:
    """Yield every combination; serial is always there, since a speedup is over it."""
    names = [(one.name, one.variant) for one in material.interpreters]
    names += [(one.name, "") for one in material.missing]
    for name, variant in names:
        for work in works:
            for strategy in strategies:
                if strategy in work.strategies:
                    for count in (1,) if strategy is Strategy.SERIAL else workers:
                        yield Cell(name, variant, work.label, strategy, count)


def controls(
    interpreters: Sequence[Interpreter], works: Sequence[Work], cells: Sequence[Cell]
) -> Iterable[Slot]:
    """Yield the controls of each group: its twin, its capacities, and its references.

    A capacity has as many copies as a cell has at work. Workloads that are only observed have no ratio, and
    so no controls.
    """
    baseline = choose_baseline(interpreters)
    for one in interpreters:
        for work in works:
            if work.kind in OBSERVED_KINDS:
                continue
            serial = _serial(one, work)
            yield Slot(block=0, cell=serial, role=Role.TWIN)
            spread = {cell.at_once for cell in cells if cell.group == serial.group}
            for copies in sorted(spread - {1}):
                yield Slot(block=0, cell=serial, role=Role.CAPACITY, copies=copies)
            if work.kind in COMPARABLE_KINDS:
                for other in references(one, baseline, interpreters):
                    yield Slot(block=0, cell=_serial(other, work), role=Role.REFERENCE, beside=one.label)


def references(
    one: Interpreter, baseline: Interpreter, interpreters: Sequence[Interpreter]
) -> Iterable[Interpreter]:
    """List those that an interpreter's serial is compared with: the baseline, and its likes with a GIL."""
    with_gil = [pair.on for pair in pairs(interpreters) if pair.off == one]
    found: list[Interpreter] = []
    for other in (baseline, *with_gil, ordinary_build_of(one, interpreters)):
        if other is not None and other != one and other not in found:
            found.append(other)
    return found


def _serial(one: Interpreter, work: Work) -> Cell:
    return Cell(one.name, one.variant, work.label, Strategy.SERIAL, 1)
