"""The same binary with other flags: what the matrix offers is asked, and kept if it makes the difference.

To ask a JVM takes seconds, so a variant that is not part of the question is asked only on request.
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


QUESTION = ("gil", "jit")
"""The facts that Gilometer is about."""


@dataclass(frozen=True)
class _Offer:
    """An interpreter, and a variant that the matrix has for it."""

    base: Interpreter
    variant: Variant
    candidate: Candidate

    @property
    def label(self) -> str:
        return self.base.name + self.variant.suffix

    def matches(self, patterns: Iterable[str]) -> bool:
        return any(fnmatch.fnmatchcase(self.label, pattern.partition("@")[0]) for pattern in patterns)


class Variants:
    """What the matrix offers besides some interpreters: asked for at once, or on request."""

    def __init__(self, bases: Iterable[Interpreter], matrix: Matrix, patterns: Sequence[str]) -> None:
        """A variant that switches the GIL or the JIT is asked; any other if its label matches a pattern."""
        self._bases = tuple(bases)
        offers = [offer for base in self._bases for offer in _offers(base, matrix)]
        self._asked = [
            offer for offer in offers if offer.variant.changes in QUESTION or offer.matches(patterns)
        ]
        self.on_request = tuple(offer.label for offer in offers if offer not in self._asked)

    def ask(self, ask: Asker, pool: Executor) -> tuple[Interpreter, ...]:
        """Return the interpreters, each followed by those of its variants that make the difference.

        A variant that gives no answer, or that changes nothing (a JIT that was not compiled in), is left out.
        """
        answers = pool.map(ask, [offer.candidate for offer in self._asked])
        variants = [
            _variant(offer, answer)
            for offer, answer in zip(self._asked, answers, strict=True)
            if isinstance(answer, Facts) and _makes_a_difference(offer, answer)
        ]
        return tuple(
            each
            for base in self._bases
            for each in (base, *(one for one in variants if one.name == base.name))
        )


def _offers(base: Interpreter, matrix: Matrix) -> Iterator[_Offer]:
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
        yield _Offer(base, variant, candidate)


def _makes_a_difference(offer: _Offer, facts: Facts) -> bool:
    changes = offer.variant.changes
    return bool(getattr(facts, changes) != getattr(offer.base.facts, changes))


def _variant(offer: _Offer, facts: Facts) -> Interpreter:
    return replace(
        offer.base,
        variant=offer.variant.suffix,
        facts=facts,
        env=offer.candidate.env,
        fingerprint=fingerprint(offer.candidate),
    )
