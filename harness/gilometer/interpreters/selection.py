"""Select the interpreters of a run among those that were found."""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from typing import TYPE_CHECKING

from gilometer.errors import UsageError
from gilometer.interpreters.by_path import SOURCE, is_path, program_of
from gilometer.model import Interpreter, Missing, Record
from gilometer.suggest import like

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.interpreters.survey import Survey


class Selection(Record, frozen=True):
    """The interpreters to measure, and those that were asked for and can't run."""

    interpreters: tuple[Interpreter, ...]
    missing: tuple[Missing, ...]


def newest_of_each_kind(survey: Survey) -> Selection:
    """Take the newest interpreter of each kind, and those of its variants that change its GIL or its JIT.

    Of a kind that has none, the newest is missing. Other variants are taken only on request.
    """
    newest = {each.kind: each for each in survey.runnable if not each.variant}
    absent = {each.kind: each for each in survey.missing if each.kind not in newest}
    return Selection(
        tuple(each for each in survey.runnable if _is_default(each, newest[each.kind])),
        tuple(absent.values()),
    )


def newest_that(survey: Survey, can: Callable[[Interpreter], bool]) -> tuple[Interpreter, ...]:
    """Take of each kind the newest that can do something, with its usual variants.

    Of a kind of which none can, take the newest.
    """
    plain: defaultdict[str, list[Interpreter]] = defaultdict(list)
    for each in survey.runnable:
        if not each.variant:
            plain[each.kind].insert(0, each)
    best = {kind: next((one for one in own if can(one)), own[0]) for kind, own in plain.items()}
    return tuple(each for each in survey.runnable if _is_default(each, best[each.kind]))


def _is_default(one: Interpreter, plain: Interpreter) -> bool:
    """Tell whether it is this plain interpreter, or the same binary with its GIL or its JIT switched."""
    if one.name != plain.name:
        return False
    return not one.variant or (one.facts.gil, one.facts.jit) != (plain.facts.gil, plain.facts.jit)


def every(survey: Survey) -> Selection:
    """Take all interpreters."""
    return Selection(survey.runnable, survey.missing)


def matching(survey: Survey, patterns: Sequence[str]) -> Selection:
    """Take those whose label matches a glob; a kind by itself means the newest of that kind.

    A version by itself (``3.13t``) means CPython's.
    ``NAME@SOURCE`` takes the one from a source (``jython-2.7@image``), also where another has its name.

    What is named by its path (``.venv/bin/python``) was added to the matrix before.

    Raises:
        UsageError: A pattern matches nothing, neither what can run nor what is missing; or a path leads to
            something else than a Python.

    """
    chosen: dict[str, Interpreter] = {}
    missing: set[str] = set()
    for pattern in patterns:
        found = _by_path(survey, pattern) if is_path(pattern) else _by_name(survey, pattern)
        chosen |= {each.label: each for each in found.interpreters}
        missing |= {each.name for each in found.missing}
    order = [each.label for each in (*survey.runnable, *survey.also)]
    return Selection(
        tuple(sorted(chosen.values(), key=lambda each: order.index(each.label))),
        tuple(each for each in survey.missing if each.name in missing),
    )


def _by_path(survey: Survey, path: str) -> Selection:
    """Take the interpreter that was named by this path."""
    program = program_of(path)
    for each in (*survey.runnable, *survey.also):
        if each.source == SOURCE and each.command[0] == program:
            return Selection((each,), ())
    whys = (each.why for each in survey.broken if each.source == SOURCE and each.command[0] == program)
    raise UsageError(f"-i {path} does not say which Python it is: {next(whys)}")


def _by_name(survey: Survey, pattern: str) -> Selection:
    """Take what has this name, and comes from the source if one is given."""
    name, _, source = pattern.partition("@")
    return _from_source(survey, name, source) if source else _matched(survey, name)


def _from_source(survey: Survey, name: str, source: str) -> Selection:
    """Take what has the name and comes from the source; of several the best, which comes first."""
    everywhere = (*survey.runnable, *survey.also)
    there = [each for each in everywhere if source in {each.source, each.source.split()[0]}]
    found = {each.label: each for each in reversed(there) if fnmatch.fnmatchcase(each.label, name)}
    if found:
        return Selection(tuple(found.values()), ())
    sources = sorted({each.source for each in everywhere})
    raise UsageError(
        f'no interpreter called "{name}" comes from "{source}"; the sources here are {", ".join(sources)};'
        " `doctor` lists them all"
    )


def _matched(survey: Survey, pattern: str) -> Selection:
    """Take the interpreters that one pattern matches."""
    named, of_cpython = _named(survey, pattern), _named(survey, f"cpython-{pattern}")
    newest = newest_of_each_kind(survey)
    of_kind = Selection(
        tuple(each for each in newest.interpreters if each.kind == pattern),
        tuple(each for each in newest.missing if each.kind == pattern),
    )
    for found in (named, of_kind, of_cpython):
        if found.interpreters or found.missing:
            return found
    raise UsageError(
        f'no interpreter is called "{pattern}"; near it: {", ".join(_near(survey, newest, pattern))};'
        " `doctor` lists them all"
    )


def _named(survey: Survey, pattern: str) -> Selection:
    return Selection(
        tuple(each for each in survey.runnable if fnmatch.fnmatchcase(each.label, pattern)),
        tuple(each for each in survey.missing if fnmatch.fnmatchcase(each.name, pattern)),
    )


def _near(survey: Survey, newest: Selection, pattern: str) -> list[str]:
    """Return up to three names like the pattern, or any three."""
    chosen: list[Interpreter | Missing] = [*newest.interpreters, *newest.missing]
    labels = (each.label for each in survey.runnable)
    missing = (each.name for each in survey.missing)
    names = list(dict.fromkeys((*(each.kind for each in chosen), *labels, *missing, *survey.on_request)))
    return like(pattern, names)
