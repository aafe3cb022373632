"""Survey the machine: ask every candidate, name it by its facts, and keep the best of each name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.interpreters.discovery import find
from gilometer.interpreters.probe import NoAnswer
from gilometer.interpreters.variants import Variants
from gilometer.interpreters.versions import version_key
from gilometer.model import Facts, Interpreter, Missing, Record, Timing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.interpreters.matrix import Family, Matrix, OwnInterpreter
    from gilometer.interpreters.probe import Asker

AT_ONCE = 16
"""Probes that run side by side: most of each is waiting for a disk or a JVM."""

Named = TypeVar("Named", Interpreter, Missing)


class Broken(Record, frozen=True):
    """A command that looks like an interpreter and gave no usable answer."""

    command: tuple[str, ...]
    source: str
    why: str
    name: str = ""
    """The name that its user gave it, if any."""


class Survey(Record, frozen=True):
    """The interpreters of this machine: runnable, missing and broken."""

    runnable: tuple[Interpreter, ...]
    """By kind in the matrix's order, then by version, each before its variants; no two with one label."""
    missing: tuple[Missing, ...]
    """The other interpreters of the matrix, in the same order."""
    also: tuple[Interpreter, ...] = ()
    """Interpreters whose name a better one has."""
    broken: tuple[Broken, ...] = ()
    on_request: tuple[str, ...] = ()
    """Labels of variants that were not asked."""
    also_at: Mapping[str, tuple[str, ...]] = {}
    """Other paths that lead to an interpreter, by its fingerprint."""


def survey(
    matrix: Matrix, *, ask: Asker, patterns: Sequence[str] = (), candidates: Sequence[Candidate] | None = None
) -> Survey:
    """Ask every candidate, in parallel; by default those that ``find`` finds on this machine.

    ``patterns`` are globs over the labels of variants that are to be asked besides the usual.
    """
    found = find(matrix) if candidates is None else candidates
    with ThreadPoolExecutor(AT_ONCE) as pool:
        judged = [_judge(matrix, *pair) for pair in zip(found, pool.map(ask, found), strict=True)]
        answered = [verdict for verdict in judged if isinstance(verdict, Interpreter)]
        best, also = _one_a_name(answered)
        variants = Variants(_in_order(best, matrix), matrix, patterns)
        runnable = variants.ask(ask, pool)
    broken = tuple(verdict for verdict in judged if isinstance(verdict, Broken))
    missing = _missing(matrix, answered, broken)
    also_at = {
        verdict.fingerprint: candidate.also_at
        for candidate, verdict in zip(found, judged, strict=True)
        if isinstance(verdict, Interpreter) and candidate.also_at
    }
    return Survey(runnable, missing, _in_order(also, matrix), broken, variants.on_request, also_at)


def _judge(matrix: Matrix, candidate: Candidate, answer: Facts | NoAnswer) -> Interpreter | Broken:
    """Make an interpreter of a candidate that answered, or else a ``Broken`` with the reason."""
    if isinstance(answer, NoAnswer):
        return Broken(candidate.command, candidate.source, answer.why, candidate.name)
    family = matrix.family_of(answer)
    if candidate.name:
        timing = candidate.timing or (family.timing if family else Timing())
        return _interpreter(candidate, answer, _Listed(candidate.name, candidate.kind, timing))
    if family:
        listed = _Listed(family.name_for(answer), family.kind, family.timing)
        return _interpreter(candidate, answer, listed)
    why = f"calls itself {answer.implementation} {answer.version}, which no file of the matrix describes"
    return Broken(candidate.command, candidate.source, why)


class _Listed(Record, frozen=True):
    """The entry of an interpreter in the matrix, which its own facts do not include."""

    name: str
    kind: str
    timing: Timing


def _interpreter(candidate: Candidate, facts: Facts, listed: _Listed) -> Interpreter:
    return Interpreter(
        name=listed.name,
        kind=listed.kind,
        timing=listed.timing,
        command=candidate.command,
        facts=facts,
        source=candidate.source,
        fingerprint=fingerprint(candidate),
        env=candidate.env,
        image=candidate.image,
    )


def _one_a_name(found: Iterable[Interpreter]) -> tuple[list[Interpreter], list[Interpreter]]:
    """Split into the best of each name and the others; of equals the first is the best."""
    by_name: defaultdict[str, list[Interpreter]] = defaultdict(list)
    for interpreter in found:
        by_name[interpreter.name].append(interpreter)
    best = [max(rivals, key=_quality) for rivals in by_name.values()]
    also = [rival for rivals in by_name.values() for rival in rivals if rival not in best]
    return best, also


def _quality(interpreter: Interpreter) -> tuple[int, bool, tuple[int, ...]]:
    """Order interpreters of one name: an optimised build, one that is not for debugging, the newest patch."""
    facts = interpreter.facts
    optimised = {True: 2, None: 1, False: 0}[facts.build.pgo]
    newest = version_key(facts.version) + version_key(facts.implementation_version)
    return optimised, facts.build.debug is not True, newest


def _in_order(found: Iterable[Named], matrix: Matrix) -> tuple[Named, ...]:
    kinds = [entry.kind for entry in matrix.entries]
    return tuple(sorted(found, key=lambda each: (kinds.index(each.kind), _version_in(each.name), each.name)))


def _version_in(name: str) -> tuple[int, ...]:
    return version_key(name.rpartition("-")[2])


def _missing(
    matrix: Matrix, answered: Sequence[Interpreter], broken: Sequence[Broken]
) -> tuple[Missing, ...]:
    """List what the matrix names and is not on this machine, not even under another name."""
    present = {interpreter.name for interpreter in answered} | {
        family.name_for(interpreter.facts)
        for interpreter in answered
        if (family := matrix.family_of(interpreter.facts))
    }
    absent = [missing for family in matrix.families for missing in _absent(family, present)]
    reasons = {each.name: each.why for each in broken}
    return (*absent, *(_unanswered(own, reasons[own.name]) for own in matrix.own if own.name in reasons))


def _absent(family: Family, present: set[str]) -> list[Missing]:
    return [
        Missing(family.name_of(version), family.kind, "not found on this machine", family.remedy(version))
        for version in family.versions
        if family.name_of(version) not in present
    ]


def _unanswered(own: OwnInterpreter, why: str) -> Missing:
    return Missing(own.name, own.kind, why, f"mend `command` in {own.file}")
