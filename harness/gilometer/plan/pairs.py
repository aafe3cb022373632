"""Pairs that differ by the GIL: one binary with it on and off, and two builds of one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.interpreters.versions import short_version
from gilometer.model import Interpreter, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class GilPair(Record, frozen=True):
    """One binary, with its GIL on and with it off."""

    on: Interpreter
    off: Interpreter


def pairs(interpreters: Iterable[Interpreter]) -> tuple[GilPair, ...]:
    """Find the binaries that a run has with their GIL on and off, all else the same."""
    alike: dict[tuple[object, ...], list[Interpreter]] = {}
    for one in interpreters:
        alike.setdefault((one.name, one.command, one.image, one.facts.jit), []).append(one)
    return tuple(pair for group in alike.values() for pair in _pair(group))


def ordinary_build_of(one: Interpreter, interpreters: Iterable[Interpreter]) -> Interpreter | None:
    """Find the build with a GIL of the version whose free-threaded build an interpreter is, if it is one."""
    if not one.facts.free_threaded or one.facts.gil:
        return None
    same = (other for other in interpreters if language_of(other) == language_of(one))
    return next((other for other in same if not (other.facts.free_threaded or other.variant)), None)


def language_of(one: Interpreter) -> tuple[str, str]:
    """Return the implementation of an interpreter, and the version without its last number."""
    return one.facts.implementation, short_version(one.facts.version)


def _pair(alike: list[Interpreter]) -> Iterator[GilPair]:
    """Pair the first with its GIL on and the first with it off, if there are both."""
    yield from map(
        GilPair, [one for one in alike if one.facts.gil][:1], [one for one in alike if not one.facts.gil][:1]
    )
