"""Which of what was surveyed a run is about."""

from __future__ import annotations

import difflib
import fnmatch
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.model import Interpreter, Missing, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.interpreters.survey import Survey


class Selection(Record, frozen=True):
    """The interpreters to measure, and those that were asked for and can't run."""

    interpreters: tuple[Interpreter, ...]
    missing: tuple[Missing, ...]


def newest_of_each_kind(survey: Survey) -> Selection:
    """Take the newest interpreter of each kind; of a kind that has none, the newest is missing."""
    newest = {each.kind: each for each in survey.runnable}
    absent = {each.kind: each for each in survey.missing if each.kind not in newest}
    return Selection(tuple(newest.values()), tuple(absent.values()))


def every(survey: Survey) -> Selection:
    """Take all there is."""
    return Selection(survey.runnable, survey.missing)


def matching(survey: Survey, patterns: Sequence[str]) -> Selection:
    """Take those whose name matches a glob; a kind by itself means the newest of that kind.

    Raises:
        UsageError: A pattern matches nothing, neither what can run nor what is missing.

    """
    newest = newest_of_each_kind(survey)
    wanted: set[str] = set()
    for pattern in patterns:
        wanted |= _matched(survey, newest, pattern)
    return Selection(
        tuple(each for each in survey.runnable if each.name in wanted),
        tuple(each for each in survey.missing if each.name in wanted),
    )


def _matched(survey: Survey, newest: Selection, pattern: str) -> set[str]:
    """Return the names that one pattern stands for."""
    known: list[Interpreter | Missing] = [*survey.runnable, *survey.missing]
    named = {each.name for each in known if fnmatch.fnmatchcase(each.name, pattern)}
    if named:
        return named
    chosen: list[Interpreter | Missing] = [*newest.interpreters, *newest.missing]
    of_kind = {each.name for each in chosen if each.kind == pattern}
    if of_kind:
        return of_kind
    names = list(dict.fromkeys((*(each.kind for each in chosen), *(each.name for each in known))))
    near = difflib.get_close_matches(pattern, names, n=3) or names[:3]
    raise UsageError(
        f'no interpreter is called "{pattern}"; near it: {", ".join(near)}; `doctor` lists them all'
    )
