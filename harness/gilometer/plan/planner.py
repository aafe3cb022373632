"""The choice of the groups that the next block measures, and of the end, from the measurements so far."""

from __future__ import annotations

import math
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
from gilometer.plan.budget import FEWEST_ROUNDS, Ledger, best_rounds
from gilometer.plan.decisions import A_FEW, FEWEST_TO_DECIDE, MANY
from gilometer.plan.given_up import GivenUp
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import line_up, slots_of
from gilometer.plan.precision import percent, target_of
from gilometer.plan.ratios import PlannedRatios
from gilometer.stats.variances import variance_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.plan.ratios import GroupRatios, PlannedRatio

NOTHING_WORKS = "no cell is left that works"
NO_BUDGET = "the budget is spent"
NO_BLOCKS = "all blocks were measured"
NO_RATIO = "no ratio is left that can be taken"
MOST_TIMES = 4.0
"""A group joins a block if its answer takes at most so many times as long as the soonest one."""
OPTIMISM = 0.5
"""An answer may be there after this share of the blocks that are likely to be missing."""
REASONS = {
    Rank.HEADLINE: "the headline's questions, by one workload of each kind",
    Rank.EVIDENCE: "the headline's questions, by all workloads",
    Rank.OTHERS: "the other claims",
}


class BlockCandidate(Record, frozen=True):
    """A group that the next block may measure, for what is open of one rank, and the cost of that."""

    group: Group
    rank: Rank
    cells: tuple[Cell, ...]
    """The cells to measure, in the order of the plan."""
    missing: int
    """Number of blocks that are likely to be needed still."""
    missing_for_interval: int
    """Number of blocks that are missing to the first interval."""
    tier: int
    """Number of times that it had ``A_FEW`` blocks: those of its rank with a lower tier come first."""
    reserved: int
    """For how many blocks the time must last: to the answer of a question, else for one."""
    calibration_s: float
    """Seconds of the calibration that is still to be done."""
    block_s: float
    """Seconds of one block."""
    excess: float
    """The widest interval over the target width."""

    def seconds(self, blocks: int) -> float:
        """Return the expected seconds of so many blocks."""
        return self.calibration_s + self.block_s * blocks


class Planner:
    """Chooses block after block, from the entries of earlier blocks alone.

    A group is open while one of its ratios is undecided, has too few blocks, or too wide an interval.
    """

    def __init__(self, plan: Plan, entries: Iterable[Entry]) -> None:
        """Start with the entries of a run that is resumed, or with none."""
        self._plan = plan
        self._ledger = Ledger(plan)
        self._given_up = GivenUp(plan)
        self._ratios = PlannedRatios(plan, target_of(plan.effort))
        self._groups = groups_of(plan)
        self._members: dict[tuple[Group, tuple[Cell, ...]], int] = {}
        """Number of processes of a block, by group and cells."""
        self.learn(entries)

    def learn(self, entries: Iterable[Entry]) -> None:
        """Learn from more entries, in the order in which they were measured."""
        entries = tuple(entries)
        self._ledger.learn(entries)
        self._given_up.learn(entries)
        self._ratios.learn(entries)

    def next(self, block: int) -> Choice:
        """Choose what this block measures, and say why; a choice without groups ends the run.

        The most important questions come first, and of these the ones with the soonest answers. So no
        interpreter waits for a slow one, and the first answers come early.
        """
        candidates = self._candidates()
        if not candidates:
            return Choice(block, (), self._nothing_is_open())
        if block >= self._plan.effort.blocks:
            return Choice(block, (), NO_BLOCKS)
        for rank in Rank:
            of_rank = [one for one in candidates if one.rank is rank]
            chosen = _soonest(_affordable(of_rank, self.left_s)) or _optimistic(of_rank, self.left_s)
            if chosen:
                return self._choice(
                    block, chosen, f"{len(chosen)} of {len(of_rank)} groups: {self._why(rank)}"
                )
        one = next((one for one in sorted(candidates, key=_cost) if one.seconds(1) <= self.left_s), None)
        if one is None:
            return Choice(block, (), NO_BUDGET)
        return self._choice(block, [one], "time is left for a block of one group, not for an answer")

    def known(self, cells: Iterable[Cell]) -> tuple[Known, ...]:
        """Return what is known of the ratios of these cells."""
        return self._ratios.known(cells)

    def decided(self, group: Group) -> list[Decided]:
        """List the claims on a group's interpreter that are decided."""
        return self._ratios.decided(group)

    def rounds(self, group: Group) -> int:
        """Return how many rounds the next block of a group has."""
        last = self._ledger.last(group)
        if last is None:
            return self._ledger.guess(group, 1).rounds
        if not last.rounds or self._plan.effort.rounds < FEWEST_ROUNDS:
            return self._plan.effort.rounds
        usual = self._ledger.within_to_between(group)
        best = best_rounds(last, _variance_ratio(self._ratios.of(group), last.rounds, usual))
        return min(best, self._plan.effort.rounds) if self._is_question_on_waiting(group) else best

    def _is_question_on_waiting(self, group: Group) -> bool:
        """Tell whether a waiting group has an open question: few blocks answer it, even with few rounds."""
        candidate = self._candidate(group)
        return self._ledger.is_cold(group) and candidate is not None and candidate.rank is not Rank.PRECISION

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
        return min(self.left_s, sum(one.seconds(one.missing) for one in self._candidates()))

    def expected_by_rank(self) -> dict[Rank, float]:
        """Return the seconds that the questions of each rank are likely to take; not those for precision."""
        found = dict.fromkeys((Rank.HEADLINE, Rank.EVIDENCE, Rank.OTHERS), 0.0)
        for group, evidence in ((group, self._ratios.of(group)) for group in self._groups):
            for rank in found:
                one = self._candidate_of(group, evidence, rank)
                found[rank] += one.seconds(one.missing) if one else 0.0
        return found

    def is_given_up(self, cell: Cell) -> bool:
        """Tell whether a cell is not worth another invocation."""
        return cell in self._given_up

    def _choice(self, block: int, chosen: Sequence[BlockCandidate], why: str) -> Choice:
        """Keep the order, cheapest first: where the time ends, as few groups as possible are left out."""
        cells = tuple(chain.from_iterable(one.cells for one in chosen))
        return Choice(block, tuple(one.group for one in chosen), why, cells)

    def _candidates(self) -> list[BlockCandidate]:
        return [one for one in map(self._candidate, self._groups) if one]

    def _candidate(self, group: Group) -> BlockCandidate | None:
        """Return a group for the most important rank in which something is open; None if nothing is."""
        evidence = self._ratios.of(group)
        rank = min((one.rank for one in self._measurable(evidence) if one.rank is not None), default=None)
        return None if rank is None else self._candidate_of(group, evidence, rank)

    def _measurable(self, evidence: GroupRatios) -> list[PlannedRatio]:
        """Leave out the ratios with a cell that is given up."""
        return [
            ratio
            for ratio in evidence.ratios
            if ratio.over not in self._given_up and ratio.under not in self._given_up
        ]

    def _candidate_of(self, group: Group, evidence: GroupRatios, rank: Rank) -> BlockCandidate | None:
        """Return a group for what is open of one rank; None if nothing is."""
        asked = [ratio for ratio in self._measurable(evidence) if ratio.rank is rank]
        if not asked:
            return None
        cells = self._cells(group, asked)
        missing = max(ratio.blocks_missing(evidence.noise) for ratio in asked)
        is_question = any(aim.rank is rank for ratio in asked for aim in ratio.aims)
        return BlockCandidate(
            group=group,
            rank=rank,
            cells=cells,
            missing=missing,
            missing_for_interval=max(0, FEWEST_TO_DECIDE - min(ratio.answer.count for ratio in asked)),
            tier=min(max(ratio.blocks for ratio in asked), MANY) // A_FEW,
            reserved=missing if is_question else 1,
            calibration_s=self._ledger.calibration_s(group),
            block_s=self._ledger.block_s(group, self._members_of(group, cells)),
            excess=max(ratio.answer.excess for ratio in asked),
        )

    def _members_of(self, group: Group, cells: tuple[Cell, ...]) -> int:
        """Count once for each group and cells, as it goes through all controls."""
        if (group, cells) not in self._members:
            lineup = line_up(group, slots_of(self._plan, group, cells, 0))
            self._members[group, cells] = len(lineup.members)
        return self._members[group, cells]

    def _cells(self, group: Group, ratios: Iterable[PlannedRatio]) -> tuple[Cell, ...]:
        """Return the cells of some ratios, and serial, which all others are compared with."""
        asked = {cell for ratio in ratios for cell in (ratio.over, ratio.under)}
        return tuple(
            cell
            for cell in self._groups[group]
            if (cell in asked or cell.strategy is Strategy.SERIAL) and cell not in self._given_up
        )

    def _nothing_is_open(self) -> str:
        if all(cell in self._given_up for cells in self._groups.values() for cell in cells):
            return NOTHING_WORKS
        if any(ratio.answer.is_enough for group in self._groups for ratio in self._ratios.of(group).ratios):
            return f"every interval that matters is within {percent(self._plan.effort.precision)}"
        return NO_RATIO

    def _why(self, rank: Rank) -> str:
        return REASONS.get(rank, f"intervals that are not yet within {percent(self._plan.effort.precision)}")


def _cost(one: BlockCandidate) -> tuple[int, int, float]:
    """Return the key that orders candidates: by rank, then by the seconds to an answer or for precision."""
    if one.rank is Rank.PRECISION:
        return one.rank, 0, one.seconds(1) / min(one.excess, 1e6)
    return one.rank, one.tier, one.seconds(one.missing)


def _affordable(candidates: Iterable[BlockCandidate], left_s: float) -> list[BlockCandidate]:
    """Choose, cheapest first, as many as the time lasts for: to their answers, or for a block each."""
    chosen = []
    for one in sorted(candidates, key=_cost):
        needed_s = one.seconds(one.reserved)
        if needed_s <= left_s:
            left_s -= needed_s
            chosen.append(one)
    return chosen


def _soonest(candidates: Sequence[BlockCandidate]) -> list[BlockCandidate]:
    """Keep, of the headline, those that are answered about as soon as the first, which is the soonest."""
    first = next(iter(candidates), None)
    if first is None or first.rank not in {Rank.HEADLINE, Rank.EVIDENCE}:
        return list(candidates)
    longest_s = MOST_TIMES * first.seconds(first.missing)
    return [one for one in candidates if one.tier == first.tier and one.seconds(one.missing) <= longest_s]


def _optimistic(candidates: Iterable[BlockCandidate], left_s: float) -> list[BlockCandidate]:
    """Choose one group of the headline that may be answered in fewer blocks than are likely.

    The likely number comes from the spread of few blocks, which is uncertain itself.
    """
    headline = (one for one in candidates if one.rank is Rank.HEADLINE and one.tier < MANY // A_FEW)
    for one in sorted(headline, key=_cost):
        if one.seconds(one.missing_for_interval or math.ceil(OPTIMISM * one.missing)) <= left_s:
            return [one]
    return []


def _variance_ratio(evidence: GroupRatios, rounds: int, usual: float) -> float:
    """Estimate the variance between rounds over that between blocks, or return the usual."""
    spreads = [ratio.answer.running.spread for ratio in evidence.ratios if ratio.over != ratio.under]
    return variance_ratio(evidence.within, spreads, rounds, usual)
