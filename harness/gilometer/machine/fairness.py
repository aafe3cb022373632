"""Warnings about a comparison of interpreters: how they were built, and what they run in or with.

Each kind of warning is one sentence that names all interpreters that it concerns, so that the list is short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.interpreters.versions import version_key
from gilometer.model import MachineWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gilometer.model import Build, Interpreter

MOST_NAMES = 4
"""The most names in a sentence; a larger group is called "the others"."""


def comparison_warnings(interpreters: Sequence[Interpreter]) -> Iterator[MachineWarning]:
    """List the warnings about a comparison of these interpreters."""
    yield from _builds(interpreters)
    yield from _jits(interpreters)
    yield from _collectors(interpreters)
    yield from _containers(interpreters)
    for warning in _OWN_WARNINGS:
        if concerned := [one for one in interpreters if warning.applies(one)]:
            yield MachineWarning(warning.id, f"{warning.sentence}: {', '.join(_who(concerned))}.")


# --- what differs between them --------------------------------------------------------------


def _builds(interpreters: Sequence[Interpreter]) -> Iterator[MachineWarning]:
    """Warn about CPythons that were built differently; other implementations don't say how."""
    cpythons = [one for one in interpreters if one.facts.implementation == "cpython"]
    ways = _grouped(cpythons, lambda one: _way(one.facts.build))
    plain = [one for one in cpythons if one.facts.build.pgo is False and not one.facts.build.debug]
    if len(ways) > 1:
        said = "; ".join(f"{names} {way}" for way, names in _named(ways).items())
        yield MachineWarning("builds-differ", f"A difference between CPythons may be their build's: {said}.")
    elif plain:
        yield MachineWarning(
            "unoptimised-build",
            "Built without profile-guided optimisation, slower than what most people run: "
            f"{', '.join(_who(plain))}.",
        )


def _way(build: Build) -> str:
    """Say how an interpreter was built, as far as that changes its speed."""
    if build.debug:
        return "for debugging"
    options = {"PGO": build.pgo, "LTO": build.lto}
    taken = [name for name, is_on in options.items() if is_on]
    if taken:
        how = f"with {' and '.join(taken)}"
    else:
        how = "with untold options" if build.pgo is None else "without PGO and LTO"
    compiler = _compiler(build)
    return f"{how} by {compiler}" if compiler else how


def _compiler(build: Build) -> str:
    """Name the compiler and its major version: ``GCC 12``."""
    found = re.match(r"(\w+)\D*(\d+)", build.compiler or "")
    return " ".join(found.groups()) if found else ""


def _jits(interpreters: Sequence[Interpreter]) -> Iterator[MachineWarning]:
    off = [one for one in interpreters if one.facts.jit == "off" and not _is(one, "graalpy")]
    on = [one for one in interpreters if one.facts.jit == "on"]
    if off:
        beside = f", while it is on in {_listed(_who(on))}" if on else ""
        yield MachineWarning("jit-off", f"The JIT is off unless asked for in {_listed(_who(off))}{beside}.")


def _collectors(interpreters: Sequence[Interpreter]) -> Iterator[MachineWarning]:
    """Name the collectors where one implementation ran with several."""
    telling = [one for one in interpreters if one.facts.collector]
    by_implementation = _grouped(telling, lambda one: one.facts.implementation)
    said = [
        f"{_listed(_who(alike))} had {collector}"
        for members in by_implementation.values()
        if len(ways := _grouped(members, lambda one: one.facts.collector)) > 1
        for collector, alike in ways.items()
    ]
    if said:
        yield MachineWarning("collectors-differ", f"Garbage collectors differ: {'; '.join(said)}.")


def _containers(interpreters: Sequence[Interpreter]) -> Iterator[MachineWarning]:
    inside = [one for one in interpreters if one.image]
    if inside and len(inside) < len(interpreters):
        yield MachineWarning(
            "containers",
            f"In containers, whose cost is not taken off: {', '.join(_who(inside))}.",
        )


def _grouped(
    interpreters: Iterable[Interpreter], key: Callable[[Interpreter], str]
) -> dict[str, list[Interpreter]]:
    groups: dict[str, list[Interpreter]] = {}
    for one in interpreters:
        groups.setdefault(key(one), []).append(one)
    return groups


def _who(interpreters: Sequence[Interpreter]) -> list[str]:
    """List labels; where an interpreter is among them, its variants are left out."""
    bases = {one.name for one in interpreters if not one.variant}
    return [one.label for one in interpreters if not one.variant or one.name not in bases]


def _named(ways: dict[str, list[Interpreter]]) -> dict[str, str]:
    """Name the members of each group; the largest one, which comes last, may be "the others"."""
    members = {way: _who(group) for way, group in ways.items()}
    order = sorted(members, key=lambda way: len(members[way]))
    said = {way: _listed(members[way]) for way in order}
    if len(members[order[-1]]) > MOST_NAMES:
        said[order[-1]] = f"the {len(members[order[-1]])} others"
    return said


def _listed(names: Sequence[str]) -> str:
    """Join names: ``a, b and c``."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


# --- about each by itself --------------------------------------------------------------------


@dataclass(frozen=True)
class _OwnWarning:
    """A warning about an interpreter, whatever else is measured."""

    id: str
    sentence: str
    """The names of the interpreters follow it."""
    applies: Callable[[Interpreter], bool]


def _is(one: Interpreter, implementation: str) -> bool:
    return one.facts.implementation == implementation


def _cpython(one: Interpreter) -> tuple[int, ...]:
    """Return the first two numbers of a CPython's version; nothing for another implementation."""
    return version_key(one.facts.version)[:2] if _is(one, "cpython") else ()


_OWN_WARNINGS = (
    _OwnWarning(
        "debug-build",
        "Built for debugging, several times slower",
        lambda one: one.facts.build.debug is True,
    ),
    _OwnWarning(
        "graalpy-interpreted",
        "Runs without its compiler, tens of times slower than GraalPy is",
        lambda one: _is(one, "graalpy") and one.facts.jit == "off",
    ),
    _OwnWarning(
        "webassembly",
        "Compiled to WebAssembly and run by another machine's compiler, slower than native code",
        lambda one: _is(one, "pyodide"),
    ),
    _OwnWarning(
        "gil-switched-on",
        "Can run without a GIL, and ran with one though nobody asked for it",
        lambda one: one.facts.free_threaded and one.facts.gil and "PYTHON_GIL" not in one.env,
    ),
    _OwnWarning(
        "immortal-objects",
        "Makes objects immortal once a second thread starts, so memory grows",
        lambda one: _cpython(one) == (3, 13) and one.facts.free_threaded,
    ),
    _OwnWarning(
        "forkserver",
        "Starts processes by forkserver unless told otherwise, slower than older versions' fork",
        lambda one: _cpython(one) >= (3, 14),
    ),
)
