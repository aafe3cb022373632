"""Variants: the same binary with other variables. One is kept if it changes the fact that it should change.

To ask a JVM takes seconds, so only variants that change the GIL or the JIT are asked by default.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.model import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from gilometer.interpreters.matrix import Matrix, Variant
    from gilometer.interpreters.probe import Asker
    from gilometer.model import Interpreter


DEFAULT_CHANGES = ("gil", "jit")
"""Facts whose variants are asked and measured by default."""


@dataclass(frozen=True)
class _PossibleVariant:
    """A variant that the matrix has for an interpreter, before it was asked."""

    base: Interpreter
    variant: Variant
    candidate: Candidate

    @property
    def label(self) -> str:
        return self.base.name + self.variant.suffix

    def matches(self, patterns: Iterable[str]) -> bool:
        return any(fnmatch.fnmatchcase(self.label, pattern.partition("@")[0]) for pattern in patterns)


class Variants:
    """The variants that the matrix has for some interpreters: those to ask, and those on request."""

    def __init__(self, bases: Iterable[Interpreter], matrix: Matrix, patterns: Sequence[str]) -> None:
        """Choose the variants to ask: those of the GIL and the JIT, and those that match a pattern."""
        self._bases = tuple(bases)
        possible = [one for base in self._bases for one in _possible_variants(base, matrix)]
        self._asked = [
            one for one in possible if one.variant.changes in DEFAULT_CHANGES or one.matches(patterns)
        ]
        self.on_request = tuple(one.label for one in possible if one not in self._asked)

    def ask(self, ask: Asker, pool: Executor) -> tuple[Interpreter, ...]:
        """Return the interpreters, each followed by its variants.

        A variant that gives no answer, or that changes nothing (a JIT that was not compiled in), is left out.
        """
        answers = pool.map(ask, [one.candidate for one in self._asked])
        variants = [
            _variant(one, answer)
            for one, answer in zip(self._asked, answers, strict=True)
            if isinstance(answer, Facts) and _makes_a_difference(one, answer)
        ]
        return tuple(
            each
            for base in self._bases
            for each in (base, *(one for one in variants if one.name == base.name))
        )


def _possible_variants(base: Interpreter, matrix: Matrix) -> Iterator[_PossibleVariant]:
    family = matrix.family_of(base.facts)
    if family is None or family.kind != base.kind:  # the user's own command may be anything
        return
    for variant in family.variants_for(base.facts):
        candidate = Candidate(
            command=base.command,
            source=base.source,
            env={**base.env, **variant.env},
            timeout_s=family.probe_timeout_s,
            variant=variant.suffix,
            image=base.image,
        )
        yield _PossibleVariant(base, variant, candidate)


def _makes_a_difference(one: _PossibleVariant, facts: Facts) -> bool:
    changes = one.variant.changes
    return bool(getattr(facts, changes) != getattr(one.base.facts, changes))


def _variant(one: _PossibleVariant, facts: Facts) -> Interpreter:
    return replace(
        one.base,
        variant=one.variant.suffix,
        facts=facts,
        env=one.candidate.env,
        fingerprint=fingerprint(one.candidate),
    )
