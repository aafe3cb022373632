"""The aims of a run: the questions of the claims on its ratios, the most important first."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.claims.claim import Decline, FreeThreading, Observation, Overhead, Speedup
from gilometer.model import Aim, Alternative, Cell, Rank, Strategy
from gilometer.plan.pairs import ordinary_build_of, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gilometer.claims.claim import Claim, Rule
    from gilometer.model import Interpreter, Work

HEADLINE = ("C1", "C2", "C6", "C7", "C16", "C4")
"""Claims on whether threads speed up waiting, pure Python and native code, and processes pure Python."""
RATIOS_OF_TIMES = (Speedup, Overhead, FreeThreading, Decline)
"""The rules that the planner can decide: all that they ask is a ratio of times."""
USUAL = ("sleep", "fib", "sha256")
"""Workloads that do one thing alone: they come first as evidence of their kinds."""


class Aims:
    """Finds the aims of claims among the cells of a plan."""

    def __init__(
        self, interpreters: Sequence[Interpreter], works: Sequence[Work], cells: Iterable[Cell]
    ) -> None:
        """Take the interpreters, works and cells of a plan."""
        self._interpreters = interpreters
        self._works = works
        self._cells: dict[tuple[str, str, Strategy], dict[int, Cell]] = {}
        """By interpreter's label, workload and strategy; then by workers."""
        for cell in cells:
            key = (cell.interpreter_label, cell.workload, cell.strategy)
            self._cells.setdefault(key, {})[cell.workers] = cell

    def of(self, claims: Iterable[Claim]) -> tuple[Aim, ...]:
        """List the aims of these claims, each once, the most important first."""
        found = (aim for claim in claims for aim in self._of_claim(claim))
        return tuple(sorted(dict.fromkeys(found), key=lambda aim: (aim.rank, _place(aim.claim))))

    def _of_claim(self, claim: Claim) -> Iterator[Aim]:
        for one in self._interpreters:
            if claim.concerns.include(one.facts):
                rules = [rule for rule in claim.tests if rule.concerns.include(one.facts)]
                is_whole = all(isinstance(rule, RATIOS_OF_TIMES) for rule in rules if self._is_asked(rule))
                for aim in chain.from_iterable(self._of_rule(claim, rule, one) for rule in rules):
                    yield replace(aim, is_whole=is_whole)

    def _is_asked(self, rule: Rule) -> bool:
        """Tell whether a rule bears on its claim here: one beside another does only with its workload."""
        if isinstance(rule, Observation) and rule.beside:
            return any(work.script in rule.workloads for work in self._works)
        return True

    def _of_rule(self, claim: Claim, rule: Rule, one: Interpreter) -> Iterator[Aim]:
        match rule:
            case Speedup():
                for work in self._evidence(rule):
                    yield from self._speedup(claim, rule, one, work)
            case Overhead():
                with_gil = next((pair.on for pair in pairs(self._interpreters) if pair.off == one), None)
                yield from self._serial_over(with_gil, claim, rule, one)
            case FreeThreading():
                ordinary = ordinary_build_of(one, self._interpreters)
                yield from self._serial_over(ordinary, claim, rule, one)
            case Decline():
                yield from self._decline(claim, rule, one)
            case _:  # the other rules ask of no ratio of times
                pass

    def _evidence(self, rule: Speedup | Overhead | FreeThreading | Decline) -> list[Work]:
        """List the works that are evidence, those that do one thing alone first."""
        found = [work for work in self._works if work.kind in rule.kinds or work.script in rule.workloads]
        return sorted(found, key=lambda work: work.script not in USUAL)

    def _rank(self, claim: Claim, work: Work) -> Rank:
        """Return the rank of a work as evidence; the first work of each kind comes before the others."""
        if claim.id not in HEADLINE:
            return Rank.OTHERS
        first = next((one for one in self._works if one.kind == work.kind and one.script in USUAL), None)
        first = first or next(one for one in self._works if one.kind == work.kind)
        return Rank.HEADLINE if work == first and _is_of(claim, work) else Rank.EVIDENCE

    def _speedup(self, claim: Claim, rule: Speedup, one: Interpreter, work: Work) -> Iterator[Aim]:
        over, under = self._cells_of(one, work, rule.over), self._cells_of(one, work, rule.strategy)
        if rule.over is Strategy.SERIAL:
            sides = (over[1], under[max(under)]) if over and under else None
        else:
            both = over.keys() & under.keys()
            sides = (over[max(both)], under[max(both)]) if both else None
        if sides:
            yield Aim(
                rank=self._rank(claim, work),
                claim=claim.id,
                over=sides[0],
                under=sides[1],
                alternative=rule.expected,
                margin=rule.margin,
                is_bounded=rule.over is Strategy.SERIAL,
            )

    def _serial_over(
        self, other: Interpreter | None, claim: Claim, rule: Overhead | FreeThreading, one: Interpreter
    ) -> Iterator[Aim]:
        """Yield an aim on the serial time of one interpreter over that of another, if there is another."""
        if other is None:
            return
        for work in self._evidence(rule):
            own = self._cells_of(one, work, Strategy.SERIAL)
            others = self._cells_of(other, work, Strategy.SERIAL)
            if own and others:
                yield Aim(self._rank(claim, work), claim.id, own[1], others[1], rule.expected, rule.margin)

    def _decline(self, claim: Claim, rule: Decline, one: Interpreter) -> Iterator[Aim]:
        """Yield an aim for each end of the sweep."""
        for work in self._evidence(rule):
            at = float(work.parameters.get(rule.parameter, "nan"))
            alternative = {rule.start: Alternative.ABOVE, rule.end: Alternative.NOT_ABOVE}.get(at)
            serial, spread = (
                self._cells_of(one, work, Strategy.SERIAL),
                self._cells_of(one, work, rule.strategy),
            )
            if alternative and serial and spread:
                under = spread[max(spread)]
                yield Aim(
                    self._rank(claim, work),
                    claim.id,
                    serial[1],
                    under,
                    alternative,
                    rule.margin,
                    is_bounded=True,
                )

    def _cells_of(self, one: Interpreter, work: Work, strategy: Strategy) -> dict[int, Cell]:
        return self._cells.get((one.label, work.label, strategy), {})


def _is_of(claim: Claim, work: Work) -> bool:
    """Tell whether a work is of the first kind that a claim names, if it names any."""
    kinds = [kind for rule in claim.tests for kind in getattr(rule, "kinds", ())]
    return not kinds or work.kind == kinds[0]


def _place(claim: str) -> int:
    return HEADLINE.index(claim) if claim in HEADLINE else len(HEADLINE)
