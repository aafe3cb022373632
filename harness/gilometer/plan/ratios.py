"""The ratios that a run is there for, each learned from the blocks that gave it."""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from gilometer.model import (
    Aim,
    Cell,
    Decided,
    Entry,
    Group,
    Known,
    Outcome,
    Plan,
    Rank,
    Role,
    Sample,
    Spent,
    Strategy,
)
from gilometer.plan.cores import Blocks, is_short, without_short_rounds
from gilometer.plan.decisions import MANY, MOST, Grounds, blocks_missing, decide
from gilometer.plan.groups import COMPARABLE_KINDS, OBSERVED_KINDS, baseline_serial, group_of, groups_of
from gilometer.plan.precision import FEWEST_FOR_A_SPREAD, Running, SequentialEstimate, Target
from gilometer.plan.rounds import Told, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LARGEST = math.log(sys.float_info.max)


class PlannedRatio:
    """The time of one cell over that of another, within blocks, and what is asked of it."""

    __slots__ = ("_at_first", "_blocks", "aims", "decided", "over", "rank", "under")

    def __init__(self, over: Cell, under: Cell, target: Target, aims: Sequence[Aim] = ()) -> None:
        """``over`` is what the ratio is above 1 for when ``under`` is faster."""
        self.over = over
        self.under = under
        self.aims = tuple(aims)
        self._at_first = Rank.OTHERS
        self._blocks = Blocks(SequentialEstimate(target))
        self.decided: dict[Aim, bool] = {}
        """Whether each aim that is decided holds."""
        self.rank: Rank | None = self._rank()
        """The most important of what is still to be found out; None: nothing is."""

    @classmethod
    def of_itself(cls, cell: Cell, target: Target) -> PlannedRatio:
        """Make that of a cell which nothing is asked of, and nothing is compared with: it can wait."""
        ratio = cls(cell, cell, target)
        ratio._at_first = ratio.rank = Rank.PRECISION
        return ratio

    @property
    def answer(self) -> SequentialEstimate:
        """What is known of it."""
        return self._blocks.counted

    @property
    def blocks(self) -> int:
        """How many blocks gave it, those included that do not count."""
        return self._blocks.count

    def take(self, log: float) -> None:
        """Learn what one more block gave."""
        self._blocks.add(log)
        self.rank = self._rank()

    def take_short(self, log: float) -> None:
        """Learn what a block with too few cores gave."""
        self._blocks.add_short(log)
        self.rank = self._rank()

    def judge(self, noise: Running, capacity: Running | None) -> None:
        """Decide what can be, given what else the group's blocks showed; a decision may be lost again."""
        grounds = Grounds(self.answer.running, noise, capacity)
        for aim in self.aims:
            alternative = decide(aim, grounds)
            self.decided.pop(aim, None)
            if alternative is not None:
                self.decided[aim] = alternative is aim.alternative
        self.rank = self._rank()

    def blocks_missing(self, noise: Running) -> int:
        """Guess in how many more blocks the most important of it is found out."""
        grounds = Grounds(self.answer.running, noise, None)
        asked = [aim for aim in self.aims if aim not in self.decided and aim.rank == self.rank]
        if asked:
            return max(blocks_missing(aim, grounds) for aim in asked)
        return self.answer.below_floor if self.rank is Rank.OTHERS else self.answer.missing

    def _rank(self) -> Rank | None:
        rank = min((aim.rank for aim in self.aims if aim not in self.decided), default=None)
        if rank is not None and self.blocks < (MOST if rank is Rank.HEADLINE else MANY):
            return rank
        if not self.aims and self.answer.below_floor:
            return self._at_first
        return None if self.answer.is_enough else Rank.PRECISION


class GroupRatios:
    """What the blocks of one group showed."""

    def __init__(self, ratios: Sequence[PlannedRatio]) -> None:
        """Begin with nothing."""
        self.ratios = ratios
        self.noise = Running()
        self._capacity: defaultdict[int, Blocks[Running]] = defaultdict(lambda: Blocks(Running()))
        self.within: list[float] = []
        """Spread from round to round, a value a block."""

    def learn(self, told: Told, short: frozenset[int] = frozenset()) -> None:
        """Take in one block, in which the machine gave too few cores to some numbers of workers."""
        known = {**told.references, **told.cells}
        for ratio in self.ratios:
            over, under = known.get(ratio.over), known.get(ratio.under)
            if over is not None and under is not None:
                is_good = short.isdisjoint((ratio.over.at_once, ratio.under.at_once))
                (ratio.take if is_good else ratio.take_short)(over - under)
        if not math.isnan(told.noise):
            self.noise.add(told.noise)
        for copies, log in told.capacity.items():
            blocks = self._capacity[copies]
            (blocks.add_short if copies in short else blocks.add)(log)
        if not math.isnan(told.within):
            self.within.append(told.within)
        for ratio in self.ratios:
            ratio.judge(self.noise, self.capacity_of(ratio.under))

    def capacity_of(self, cell: Cell) -> Running | None:
        """Give what as many copies of serial achieved; None if no control measured it."""
        blocks = self._capacity.get(cell.at_once)
        return blocks.counted if blocks else None


class PlannedRatios:
    """All of a plan, by group: speedups over serial, what claims compare, and one thread's speed."""

    def __init__(self, plan: Plan, target: Target) -> None:
        """Lay them out; none has a value yet."""
        self._kinds = kinds = {work.label: work.kind for work in plan.works}
        aims: defaultdict[tuple[Cell, Cell], list[Aim]] = defaultdict(list)
        for aim in plan.aims:
            aims[aim.over, aim.under].append(aim)
        self._of = {
            group: GroupRatios(
                [PlannedRatio(*pair, target, aims[pair]) for pair in _pairs(cells, plan, kinds, list(aims))]
                or [PlannedRatio.of_itself(cells[0], target)]
            )
            for group, cells in groups_of(plan).items()
        }
        self._with: defaultdict[Cell, list[PlannedRatio]] = defaultdict(list)
        for ratio in chain.from_iterable(one.ratios for one in self._of.values()):
            for cell in {ratio.over, ratio.under}:
                self._with[cell].append(ratio)
        self._claims: defaultdict[tuple[str, str], list[tuple[Aim, PlannedRatio]]] = defaultdict(list)
        for ratio in chain.from_iterable(one.ratios for one in self._of.values()):
            for aim in ratio.aims:
                self._claims[aim.claim, _label(aim.over)].append((aim, ratio))
        self._samples: defaultdict[tuple[int, Group], list[Sample]] = defaultdict(list)
        self._outcomes: dict[Cell, Outcome] = {}

    def of(self, group: Group) -> GroupRatios:
        """Give what is known of a group."""
        return self._of[group]

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in samples; those of a group in a block tell something once it is over."""
        for entry in entries:
            if isinstance(entry, Sample):
                self._samples[entry.slot.block, measured_for(entry)].append(entry)
                if entry.slot.role is Role.MEASURE:
                    self._end(entry.slot.cell, entry.outcome)
            elif isinstance(entry, Spent) and entry.group in self._of:
                samples = self._samples.pop((entry.block, entry.group), [])
                if self._kinds[entry.group.workload] in COMPARABLE_KINDS:
                    told = tell(without_short_rounds(samples))
                    self._of[entry.group].learn(told, _short(told))
                else:  # what waits needs no core for each of its workers
                    self._of[entry.group].learn(tell(samples))

    def known(self, cells: Iterable[Cell]) -> tuple[Known, ...]:
        """Tell what is known of the ratios that these cells are in; not of those that are always 1."""
        touched = dict.fromkeys(ratio for cell in cells for ratio in self._with.get(cell, ()))
        return tuple(self._known(ratio) for ratio in touched if ratio.over != ratio.under)

    def decided(self, group: Group) -> list[Decided]:
        """List the claims on a group's interpreter that are decided by all ratios known well enough."""
        claims = dict.fromkeys(
            (aim.claim, _label(aim.over)) for ratio in self._of[group].ratios for aim in ratio.aims
        )
        found = (self._decided(claim, interpreter) for claim, interpreter in claims)
        return [one for one in found if one]

    def _decided(self, claim: str, interpreter: str) -> Decided | None:
        """Say of a claim that it is refuted by one ratio, or that it holds by all; headline first."""
        asked = self._claims[claim, interpreter]
        if any(aim.rank is Rank.HEADLINE for aim, _ in asked):
            asked = [(aim, one) for aim, one in asked if aim.rank is Rank.HEADLINE or aim in one.decided]
        answers = [(one.decided.get(aim), aim, one) for aim, one in asked]
        refuting = [(aim, one) for answer, aim, one in answers if answer is False]
        if refuting:
            return _say(*refuting[0], holds=False)
        if answers and all(answer and aim.is_whole for answer, aim, _ in answers):
            return _say(*answers[0][1:], holds=True)
        return None

    def _known(self, ratio: PlannedRatio) -> Known:
        answer = ratio.answer
        count, middle, half = answer.running.count, answer.running.mean, answer.half_width
        return Known(
            over=ratio.over,
            under=ratio.under,
            ratio=_exp(middle) if count else math.nan,
            low=_exp(middle - half) if count >= FEWEST_FOR_A_SPREAD else math.nan,
            high=_exp(middle + half) if count >= FEWEST_FOR_A_SPREAD else math.nan,
            is_precise=answer.is_enough,
            outcome=_outcome(self._outcomes.get(ratio.over), self._outcomes.get(ratio.under)),
        )

    def _end(self, cell: Cell, outcome: Outcome) -> None:
        """Remember how a cell ended; a failure is not made good by what comes after it."""
        before = self._outcomes.get(cell)
        if before is None or not before.is_failure:
            self._outcomes[cell] = outcome


def _short(told: Told) -> frozenset[int]:
    """Find the numbers of workers that had too few cores."""
    return frozenset(copies for copies, cores in told.cores.items() if is_short(cores, copies))


def measured_for(sample: Sample) -> Group:
    """Give the group that a sample was measured with."""
    slot = sample.slot
    if slot.role is not Role.REFERENCE:
        return group_of(slot.cell)
    name, plus, variant = slot.beside.partition("+")
    return Group(name, plus + variant, slot.cell.workload)


def _label(cell: Cell) -> str:
    return cell.interpreter + cell.variant


def _say(aim: Aim, ratio: PlannedRatio, *, holds: bool) -> Decided:
    interval = ratio.answer.running.reported
    return Decided(
        claim=aim.claim,
        interpreter=_label(aim.over),
        holds=holds,
        cell=aim.under,
        ratio=_exp(ratio.answer.running.mean),
        low=_exp(interval.low),
        high=_exp(interval.high),
    )


def _exp(log: float) -> float:
    """Undo a logarithm; infinite where no number is large enough."""
    return math.exp(log) if log < LARGEST else math.inf


def _outcome(over: Outcome | None, under: Outcome | None) -> Outcome | None:
    """How both ended: badly, if one of them did."""
    bad = [one for one in (under, over) if one not in {None, Outcome.OK}]
    return bad[0] if bad else None if None in {over, under} else Outcome.OK


def _pairs(
    cells: Sequence[Cell], plan: Plan, kinds: Mapping[str, str], asked: Sequence[tuple[Cell, Cell]]
) -> list[tuple[Cell, Cell]]:
    """What a group is measured for: the two cells of each ratio; none, if it is compared with nothing.

    What is observed is no ratio. It stands for one of itself, which is always 1, and so is measured in the
    fewest blocks.
    """
    kind = kinds[cells[0].workload]
    if kind in OBSERVED_KINDS:
        return [(cell, cell) for cell in cells]
    own = set(cells)
    serials = [cell for cell in cells if cell.strategy is Strategy.SERIAL]
    pairs = [(serial, cell) for serial in serials for cell in cells if cell != serial]
    for serial in serials:
        baseline = baseline_serial(plan, serial.workload)
        if kind in COMPARABLE_KINDS and serial != baseline:
            pairs.append((baseline, serial))
    pairs += [pair for pair in asked if pair[0] in own]
    return list(dict.fromkeys(pairs))
