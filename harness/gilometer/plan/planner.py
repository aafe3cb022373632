"""Which groups the next block measures, and when it is enough: decided by what was measured so far."""

from __future__ import annotations

import math
import statistics
from itertools import chain
from typing import TYPE_CHECKING

from gilometer.model import (
    Cell,
    Choice,
    Decided,
    Entry,
    Group,
    Known,
    Plan,
    Rank,
    Record,
    Strategy,
)
from gilometer.plan.budget import BLOCKS_THAT_TELL, CLEAREST, Ledger, best_rounds
from gilometer.plan.decisions import A_FEW, FEWEST_TO_DECIDE, MANY
from gilometer.plan.given_up import Hopeless
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import line_up, slots_of
from gilometer.plan.precision import percent, target_of
from gilometer.plan.ratios import PlannedRatios

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.plan.ratios import GroupRatios, PlannedRatio

NOTHING_WORKS = "no cell is left that works"
NO_BUDGET = "the budget is spent"
NO_BLOCKS = "all blocks were measured"
NO_RATIO = "no ratio is left that can be taken"
MOST_TIMES = 4.0
"""Times as long as the soonest answer that another's may take to be measured in the same block."""
HOPE = 0.5
"""Share of the blocks that are likely to be missing after which an answer may be there."""
WORDS = {
    Rank.HEADLINE: "the headline's questions, by one workload of each kind",
    Rank.EVIDENCE: "the headline's questions, by all workloads",
    Rank.OTHERS: "the other claims",
}


class Want(Record, frozen=True):
    """What a group still asks for, the most important of it."""

    group: Group
    rank: Rank
    cells: tuple[Cell, ...]
    """That are measured for it, in the order of the plan."""
    missing: int
    """In how many more blocks it is likely to be known."""
    untried: int
    """How many blocks it lacks for an interval."""
    tier: int
    """How many times it had ``A_FEW`` blocks already: others of its rank that had fewer come first."""
    set_aside: int
    """For how many blocks the time must last: to the answer of a question, else for one."""
    calibration_s: float
    """Of what must come before the first block."""
    block_s: float
    """Of one block."""
    excess: float
    """Of the widest interval over the width that is aimed at."""

    def seconds(self, blocks: int) -> float:
        """Give what so many blocks are expected to take."""
        return self.calibration_s + self.block_s * blocks


class Planner:
    """Decides block after block, from the entries of the blocks before alone.

    A group is open while one of its ratios is undecided, rests on too few blocks or has too wide an interval.
    """

    def __init__(self, plan: Plan, entries: Iterable[Entry]) -> None:
        """Begin with the entries of a run that is resumed, or with none."""
        self._plan = plan
        self._ledger = Ledger(plan)
        self._hopeless = Hopeless(plan)
        self._ratios = PlannedRatios(plan, target_of(plan.effort))
        self._groups = groups_of(plan)
        self._members: dict[tuple[Group, tuple[Cell, ...]], int] = {}
        """Processes that a block of some cells of a group has."""
        self.learn(entries)

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in what was measured, in the order in which it was."""
        entries = tuple(entries)
        self._ledger.learn(entries)
        self._hopeless.learn(entries)
        self._ratios.learn(entries)

    def next(self, block: int) -> Choice:
        """What this block is to measure, and why; no groups: the run is to end, and why.

        The most important questions come first, and of these the ones that are answered soonest: so a slow
        interpreter keeps no other waiting, and the first answers come early.
        """
        wants = self._wants()
        if not wants:
            return Choice(block, (), self._nothing_is_open())
        if block >= self._plan.effort.blocks:
            return Choice(block, (), NO_BLOCKS)
        for rank in Rank:
            asking = [want for want in wants if want.rank is rank]
            chosen = _soonest(_affordable(asking, self.left_s)) or _hoped_for(asking, self.left_s)
            if chosen:
                return self._choice(
                    block, chosen, f"{len(chosen)} of {len(asking)} groups: {self._why(rank)}"
                )
        one = next((want for want in sorted(wants, key=_price) if want.seconds(1) <= self.left_s), None)
        if one is None:
            return Choice(block, (), NO_BUDGET)
        return self._choice(block, [one], "time is left for a block of one group, not for an answer")

    def known(self, cells: Iterable[Cell]) -> tuple[Known, ...]:
        """Tell what the blocks so far say of the ratios that these cells are in."""
        return self._ratios.known(cells)

    def decided(self, group: Group) -> list[Decided]:
        """List the claims on a group's interpreter that are decided."""
        return self._ratios.decided(group)

    def rounds(self, group: Group) -> int:
        """How many rounds the next block of a group is to have."""
        last = self._ledger.last(group)
        if last is None:
            return self._ledger.guess(group, 1).rounds
        if not last.rounds:
            return self._plan.effort.rounds
        usual = self._ledger.within_to_between(group)
        best = best_rounds(last, _variances(self._ratios.of(group), last.rounds, usual))
        return min(best, self._plan.effort.rounds) if self._is_asked_of_waiting(group) else best

    def _is_asked_of_waiting(self, group: Group) -> bool:
        """Whether it waits, and is asked a question: the fewest blocks answer that, whatever their rounds."""
        want = self._most_important(group)
        return self._ledger.is_cold(group) and want is not None and want.rank is not Rank.PRECISION

    @property
    def spent_s(self) -> float:
        """Seconds measured so far."""
        return self._ledger.spent_s

    @property
    def left_s(self) -> float:
        """Seconds of the budget that are left."""
        return max(0.0, self._ledger.budget_s - self._ledger.spent_s)

    @property
    def expected_s(self) -> float:
        """Seconds until the end: what is still asked for, as far as the budget lasts."""
        return min(self.left_s, sum(want.seconds(want.missing) for want in self._wants()))

    def expected_by_rank(self) -> dict[Rank, float]:
        """Seconds that the questions of each rank are likely to take, of all but precision."""
        found = dict.fromkeys((Rank.HEADLINE, Rank.EVIDENCE, Rank.OTHERS), 0.0)
        for group, evidence in ((group, self._ratios.of(group)) for group in self._groups):
            for rank in found:
                want = self._want(group, evidence, rank)
                found[rank] += want.seconds(want.missing) if want else 0.0
        return found

    def is_hopeless(self, cell: Cell) -> bool:
        """Whether it is not worth another invocation."""
        return cell in self._hopeless

    def _choice(self, block: int, wants: Sequence[Want], why: str) -> Choice:
        """Put the cheapest first, for what is not reached should be as little as can be."""
        cells = tuple(chain.from_iterable(want.cells for want in wants))
        return Choice(block, tuple(want.group for want in wants), why, cells)

    def _wants(self) -> list[Want]:
        return [want for want in map(self._most_important, self._groups) if want]

    def _most_important(self, group: Group) -> Want | None:
        evidence = self._ratios.of(group)
        rank = min((one.rank for one in self._possible(evidence) if one.rank is not None), default=None)
        return None if rank is None else self._want(group, evidence, rank)

    def _possible(self, evidence: GroupRatios) -> list[PlannedRatio]:
        """Leave out what can't be measured: it is not asked for."""
        return [
            ratio
            for ratio in evidence.ratios
            if ratio.over not in self._hopeless and ratio.under not in self._hopeless
        ]

    def _want(self, group: Group, evidence: GroupRatios, rank: Rank) -> Want | None:
        """Ask for what is open of one rank, if anything is."""
        asked = [ratio for ratio in self._possible(evidence) if ratio.rank is rank]
        if not asked:
            return None
        cells = self._cells(group, asked)
        missing = max(ratio.blocks_missing(evidence.noise) for ratio in asked)
        is_question = any(aim.rank is rank for ratio in asked for aim in ratio.aims)
        return Want(
            group=group,
            rank=rank,
            cells=cells,
            missing=missing,
            untried=max(0, FEWEST_TO_DECIDE - min(ratio.answer.count for ratio in asked)),
            tier=min(max(ratio.blocks for ratio in asked), MANY) // A_FEW,
            set_aside=missing if is_question else 1,
            calibration_s=self._ledger.calibration_s(group),
            block_s=self._ledger.block_s(group, self._members_of(group, cells)),
            excess=max(ratio.answer.excess for ratio in asked),
        )

    def _members_of(self, group: Group, cells: tuple[Cell, ...]) -> int:
        """Count once, as it takes a look at all controls."""
        if (group, cells) not in self._members:
            lineup = line_up(group, slots_of(self._plan, group, cells, 0))
            self._members[group, cells] = len(lineup.members)
        return self._members[group, cells]

    def _cells(self, group: Group, ratios: Iterable[PlannedRatio]) -> tuple[Cell, ...]:
        """Give the cells of some ratios, and serial, which all else is compared with."""
        wanted = {cell for ratio in ratios for cell in (ratio.over, ratio.under)}
        return tuple(
            cell
            for cell in self._groups[group]
            if (cell in wanted or cell.strategy is Strategy.SERIAL) and cell not in self._hopeless
        )

    def _nothing_is_open(self) -> str:
        if all(cell in self._hopeless for cells in self._groups.values() for cell in cells):
            return NOTHING_WORKS
        if any(ratio.answer.is_enough for group in self._groups for ratio in self._ratios.of(group).ratios):
            return f"every interval that matters is within {percent(self._plan.effort.precision)}"
        return NO_RATIO

    def _why(self, rank: Rank) -> str:
        return WORDS.get(rank, f"intervals that are not yet within {percent(self._plan.effort.precision)}")


def _price(want: Want) -> tuple[int, int, float]:
    """Order wants by rank, and within one by the seconds to an answer, or for a bit of precision."""
    if want.rank is Rank.PRECISION:
        return want.rank, 0, want.seconds(1) / min(want.excess, 1e6)
    return want.rank, want.tier, want.seconds(want.missing)


def _affordable(wants: Iterable[Want], left_s: float) -> list[Want]:
    """Choose whom the time lasts for: to their answers, or where nothing is asked for one block each."""
    chosen = []
    for want in sorted(wants, key=_price):
        needed_s = want.seconds(want.set_aside)
        if needed_s <= left_s:
            left_s -= needed_s
            chosen.append(want)
    return chosen


def _soonest(wants: Sequence[Want]) -> list[Want]:
    """Keep, of the headline, those that are answered about as soon as the first, which is the soonest."""
    first = next(iter(wants), None)
    if first is None or first.rank not in {Rank.HEADLINE, Rank.EVIDENCE}:
        return list(wants)
    longest_s = MOST_TIMES * first.seconds(first.missing)
    return [want for want in wants if want.tier == first.tier and want.seconds(want.missing) <= longest_s]


def _hoped_for(wants: Iterable[Want], left_s: float) -> list[Want]:
    """Choose a group of the headline that may be answered sooner than is likely.

    What is likely to be missing is told by the spread of few blocks, which is uncertain itself.
    """
    headline = (want for want in wants if want.rank is Rank.HEADLINE and want.tier < MANY // A_FEW)
    for want in sorted(headline, key=_price):
        if want.seconds(want.untried or math.ceil(HOPE * want.missing)) <= left_s:
            return [want]
    return []


def _variances(evidence: GroupRatios, rounds: int, usual: float) -> float:
    """Estimate the variance between rounds over that between blocks; the usual, until enough blocks tell."""
    spreads = [ratio.answer.running.spread for ratio in evidence.ratios if ratio.over != ratio.under]
    if len(evidence.within) < BLOCKS_THAT_TELL or not spreads:
        return usual
    within = statistics.median(evidence.within) ** 2
    most = CLEAREST * usual
    between = max(statistics.median(spreads) ** 2 - within / rounds, within / most)
    return min(within / between, most) if between else usual
