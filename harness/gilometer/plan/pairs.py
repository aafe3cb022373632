"""Binaries that take part twice: once with their GIL on, once with it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Interpreter, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Pair(Record, frozen=True):
    """One binary, once with its GIL on and once with it off."""

    on: Interpreter
    off: Interpreter


def pairs(interpreters: Iterable[Interpreter]) -> tuple[Pair, ...]:
    """Find the binaries that take part with their GIL on and off, and are alike in all else."""
    alike: dict[tuple[object, ...], list[Interpreter]] = {}
    for one in interpreters:
        alike.setdefault((one.name, one.command, one.image, one.facts.jit), []).append(one)
    return tuple(pair for group in alike.values() for pair in _pair(group))


def _pair(alike: list[Interpreter]) -> Iterator[Pair]:
    """Pair the first with its GIL on and the first with it off, if there are both."""
    yield from map(
        Pair, [one for one in alike if one.facts.gil][:1], [one for one in alike if not one.facts.gil][:1]
    )
