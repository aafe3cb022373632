"""The ratios that a run measures, each estimated block by block."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

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
from gilometer.plan.groups import BUSY_KINDS, COMPARABLE_KINDS, OBSERVED_KINDS, baseline_serial, groups_of
from gilometer.plan.precision import SequentialEstimate, Target
from gilometer.plan.rounds import BlockResult, block_result
from gilometer.stats.running import FEWEST_FOR_A_SPREAD, RunningMean, as_ratio, exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class PlannedRatio:
    """The time of one cell over that of another, within blocks, and the aims that ask of it."""

    __slots__ = ("_at_first", "_blocks", "aims", "concurrency", "decided", "over", "rank", "under")

    def __init__(self, over: Cell, under: Cell, target: Target, aims: Sequence[Aim] = ()) -> None:
        """Begin without a value; the ratio is above 1 where ``under`` is faster than ``over``."""
        self.over = over
        self.under = under
        self.aims = tuple(aims)
        self._at_first = Rank.OTHERS
        self._blocks = Blocks(SequentialEstimate(target))
        self.concurrency = RunningMean()
        """The cores of ``under`` over those of ``over``, as logarithms."""
        self.decided: dict[Aim, bool] = {}
        """The decided aims, and whether each holds."""
        self.rank: Rank | None = self._rank()
        """The most important rank in which something is open; None: in none."""

    @classmethod
    def of_itself(cls, cell: Cell, target: Target) -> PlannedRatio:
        """Return the ratio of a cell to itself, for a group in which nothing is compared: it comes last."""
        ratio = cls(cell, cell, target)
        ratio._at_first = ratio.rank = Rank.PRECISION
        return ratio

    @property
    def answer(self) -> SequentialEstimate:
        """The estimate of it."""
        return self._blocks.counted

    @property
    def blocks(self) -> int:
        """The number of blocks, short ones included."""
        return self._blocks.count

    def add(self, log: float) -> None:
        """Add the value of one more block."""
        self._blocks.add(log)
        self.rank = self._rank()

    def add_short(self, log: float) -> None:
        """Add the value of a block with too few cores."""
        self._blocks.add_short(log)
        self.rank = self._rank()

    def decide(self, noise: RunningMean, capacity: RunningMean | None) -> None:
        """Decide the aims that can be decided, given the group's controls; a decision may be lost again."""
        grounds = Grounds(self.answer.running, noise, capacity, self.concurrency)
        for aim in self.aims:
            alternative = decide(aim, grounds)
            self.decided.pop(aim, None)
            if alternative is not None:
                self.decided[aim] = alternative is aim.alternative
        self.rank = self._rank()

    def blocks_missing(self, noise: RunningMean) -> int:
        """Estimate after how many more blocks nothing is open in its rank."""
        grounds = Grounds(self.answer.running, noise, None, self.concurrency)
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
    """The ratios of one group, and the controls beside them."""

    def __init__(self, ratios: Sequence[PlannedRatio]) -> None:
        """Begin with nothing."""
        self.ratios = ratios
        self.noise = RunningMean()
        self._capacity: defaultdict[int, Blocks[RunningMean]] = defaultdict(lambda: Blocks(RunningMean()))
        self.within: list[float] = []
        """Standard deviations between rounds, a value a block."""

    def learn(self, result: BlockResult, short: frozenset[int] = frozenset()) -> None:
        """Learn from one block, in which some numbers of workers had too few cores (``short``)."""
        known = {**result.references, **result.cells}
        for ratio in self.ratios:
            over, under = known.get(ratio.over), known.get(ratio.under)
            if over is not None and under is not None:
                is_good = short.isdisjoint((ratio.over.at_once, ratio.under.at_once))
                (ratio.add if is_good else ratio.add_short)(over - under)
                if is_good and ratio.under in result.concurrency:
                    ratio.concurrency.add(result.concurrency[ratio.under])
        if not math.isnan(result.noise):
            self.noise.add(result.noise)
        for copies, log in result.capacity.items():
            blocks = self._capacity[copies]
            (blocks.add_short if copies in short else blocks.add)(log)
        if not math.isnan(result.within):
            self.within.append(result.within)
        for ratio in self.ratios:
            ratio.decide(self.noise, self.capacity_of(ratio.under))

    def capacity_of(self, cell: Cell) -> RunningMean | None:
        """Return the capacity for as many copies as a cell has at work; None if no control measured it."""
        blocks = self._capacity.get(cell.at_once)
        return blocks.counted if blocks else None


class PlannedRatios:
    """All ratios of a plan, by group: speedups over serial, those of aims, and one thread's speed."""

    def __init__(self, plan: Plan, target: Target) -> None:
        """Lay out the ratios of a plan; none has a value yet."""
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
                self._claims[aim.claim, aim.over.interpreter_label].append((aim, ratio))
        self._samples: defaultdict[tuple[int, Group], list[Sample]] = defaultdict(list)
        self._outcomes: dict[Cell, Outcome] = {}

    def of(self, group: Group) -> GroupRatios:
        """Return the ratios of a group."""
        return self._of[group]

    def learn(self, entries: Iterable[Entry]) -> None:
        """Learn from entries; the samples of a group in a block are used once its ``Spent`` has come."""
        for entry in entries:
            if isinstance(entry, Sample):
                self._samples[entry.slot.block, measured_for(entry)].append(entry)
                if entry.slot.role is Role.MEASURE:
                    self._end(entry.slot.cell, entry.outcome)
            elif isinstance(entry, Spent) and entry.group in self._of:
                samples = self._samples.pop((entry.block, entry.group), [])
                if self._kinds[entry.group.workload] in BUSY_KINDS:
                    result = block_result(without_short_rounds(samples))
                    self._of[entry.group].learn(result, _short(result))
                else:  # what waits needs no core for each of its workers
                    self._of[entry.group].learn(replace(block_result(samples), concurrency={}))

    def known(self, cells: Iterable[Cell]) -> tuple[Known, ...]:
        """Return what is known of the ratios of these cells, without those that are always 1."""
        touched = dict.fromkeys(ratio for cell in cells for ratio in self._with.get(cell, ()))
        return tuple(self._known(ratio) for ratio in touched if ratio.over != ratio.under)

    def decided(self, group: Group) -> list[Decided]:
        """List the claims on a group's interpreter that are decided."""
        claims = dict.fromkeys(
            (aim.claim, aim.over.interpreter_label) for ratio in self._of[group].ratios for aim in ratio.aims
        )
        found = (self._decided(claim, interpreter) for claim, interpreter in claims)
        return [one for one in found if one]

    def _decided(self, claim: str, interpreter: str) -> Decided | None:
        """Decide a claim: one ratio can refute it, all must agree that it holds; or the headline's do."""
        asked = self._claims[claim, interpreter]
        if any(aim.rank is Rank.HEADLINE for aim, _ in asked):
            asked = [(aim, one) for aim, one in asked if aim.rank is Rank.HEADLINE or aim in one.decided]
        answers = [(one.decided.get(aim), aim, one) for aim, one in asked]
        refuting = [(aim, one) for answer, aim, one in answers if answer is False]
        if refuting:
            return _decision(*refuting[0], holds=False)
        if answers and all(answer and aim.is_whole for answer, aim, _ in answers):
            return _decision(*answers[0][1:], holds=True)
        return None

    def _known(self, ratio: PlannedRatio) -> Known:
        answer = ratio.answer
        count, middle, half = answer.running.count, answer.running.mean, answer.half_width
        return Known(
            over=ratio.over,
            under=ratio.under,
            ratio=exp(middle) if count else math.nan,
            low=exp(middle - half) if count >= FEWEST_FOR_A_SPREAD else math.nan,
            high=exp(middle + half) if count >= FEWEST_FOR_A_SPREAD else math.nan,
            is_precise=answer.is_enough,
            outcome=_outcome(self._outcomes.get(ratio.over), self._outcomes.get(ratio.under)),
        )

    def _end(self, cell: Cell, outcome: Outcome) -> None:
        """Remember how a cell ended; a failure stays, whatever comes after it."""
        before = self._outcomes.get(cell)
        if before is None or not before.is_failure:
            self._outcomes[cell] = outcome


def _short(result: BlockResult) -> frozenset[int]:
    """Find the numbers of workers that had too few cores."""
    return frozenset(copies for copies, cores in result.cores.items() if is_short(cores, copies))


def measured_for(sample: Sample) -> Group:
    """Return the group that a sample was measured with."""
    slot = sample.slot
    if slot.role is not Role.REFERENCE:
        return slot.cell.group
    name, plus, variant = slot.beside.partition("+")
    return Group(name, plus + variant, slot.cell.workload)


def _decision(aim: Aim, ratio: PlannedRatio, *, holds: bool) -> Decided:
    running = ratio.answer.running
    found = as_ratio(running.mean, running.interval)
    return Decided(
        claim=aim.claim,
        interpreter=aim.over.interpreter_label,
        holds=holds,
        cell=aim.under,
        ratio=found.value,
        low=found.low,
        high=found.high,
        concurrency=exp(ratio.concurrency.mean) if ratio.concurrency.count else math.nan,
    )


def _outcome(over: Outcome | None, under: Outcome | None) -> Outcome | None:
    """Return how both ended: badly, if one of them did; None while one was not measured."""
    bad = [one for one in (under, over) if one not in {None, Outcome.OK}]
    return bad[0] if bad else None if None in {over, under} else Outcome.OK


def _pairs(
    cells: Sequence[Cell], plan: Plan, kinds: Mapping[str, str], asked: Sequence[tuple[Cell, Cell]]
) -> list[tuple[Cell, Cell]]:
    """List the two cells of each ratio of a group; none, if nothing is compared.

    A cell that is only observed gets a ratio to itself, which is always 1. So it is measured in the fewest
    blocks.
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
