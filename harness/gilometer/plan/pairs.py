"""Pairs of one binary: with its GIL on, and with it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def _pair(alike: list[Interpreter]) -> Iterator[GilPair]:
    """Pair the first with its GIL on and the first with it off, if there are both."""
    yield from map(
        GilPair, [one for one in alike if one.facts.gil][:1], [one for one in alike if not one.facts.gil][:1]
    )
