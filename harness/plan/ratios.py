"""The ratios that a run is there for, each learned from the blocks that gave it."""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from harness.model import Cell, Entry, Group, Known, Outcome, Plan, Role, Sample, Slot, Strategy
from harness.plan.groups import COMPARABLE_KINDS, OBSERVED_KINDS, baseline_serial, groups_of
from harness.plan.precision import FEWEST, Answer, Target
from harness.plan.times import settled_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LARGEST = math.log(sys.float_info.max)


class Ratio:
    """The time of one cell over that of another, within blocks."""

    __slots__ = ("answer", "over", "under")

    def __init__(self, over: Cell, under: Cell, target: Target) -> None:
        """``over`` is what the ratio is above 1 for when ``under`` is faster."""
        self.over = over
        self.under = under
        self.answer = Answer(target)

    def take(self, logs: Mapping[Cell, float]) -> None:
        """Learn from the times of one block, once both are among them."""
        over, under = logs.get(self.over), logs.get(self.under)
        if over is not None and under is not None:
            self.answer.add(over - under)


class Ratios:
    """All of a plan, by group: speedups over serial, and one thread's speed over the baseline's."""

    def __init__(self, plan: Plan, target: Target) -> None:
        """Lay them out; none has a value yet."""
        kinds = {work.label: work.kind for work in plan.works}
        self._of = {
            group: tuple(Ratio(over, under, target) for over, under in _pairs(cells, plan, kinds))
            for group, cells in groups_of(plan).items()
        }
        self._with: defaultdict[Cell, list[Ratio]] = defaultdict(list)
        for ratio in chain.from_iterable(self._of.values()):
            for cell in {ratio.over, ratio.under}:
                self._with[cell].append(ratio)
        self._logs: dict[Cell, float] = {}
        self._block = 0
        self._outcomes: dict[Cell, Outcome] = {}

    def of(self, group: Group) -> Sequence[Ratio]:
        """Those whose answers the group is measured for."""
        return self._of[group]

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in samples, in the order of their blocks."""
        for entry in entries:
            if isinstance(entry, Sample) and entry.slot.role is Role.MEASURE:
                self._end(entry.slot.cell, entry.outcome)
                log = settled_log(entry)
                if log is not None:
                    self._learn(entry.slot, log)

    def known(self, cells: Iterable[Cell]) -> tuple[Known, ...]:
        """Tell what is known of the ratios that these cells are in; not of those that are always 1."""
        touched = dict.fromkeys(ratio for cell in cells for ratio in self._with.get(cell, ()))
        return tuple(self._known(ratio) for ratio in touched if ratio.over != ratio.under)

    def _known(self, ratio: Ratio) -> Known:
        answer = ratio.answer
        count, middle, half = answer.running.count, answer.running.mean, answer.half_width
        return Known(
            over=ratio.over,
            under=ratio.under,
            ratio=_exp(middle) if count else math.nan,
            low=_exp(middle - half) if count >= FEWEST else math.nan,
            high=_exp(middle + half) if count >= FEWEST else math.nan,
            is_precise=answer.is_enough,
            outcome=_outcome(self._outcomes.get(ratio.over), self._outcomes.get(ratio.under)),
        )

    def _end(self, cell: Cell, outcome: Outcome) -> None:
        """Remember how a cell ended; a failure is not made good by what comes after it."""
        before = self._outcomes.get(cell)
        if before is None or not before.is_failure:
            self._outcomes[cell] = outcome

    def _learn(self, slot: Slot, log: float) -> None:
        if slot.block != self._block:
            self._block = slot.block
            self._logs.clear()
        self._logs[slot.cell] = log
        for ratio in self._with[slot.cell]:
            ratio.take(self._logs)


def _exp(log: float) -> float:
    """Undo a logarithm; infinite where no number is large enough."""
    return math.exp(log) if log < LARGEST else math.inf


def _outcome(over: Outcome | None, under: Outcome | None) -> Outcome | None:
    """How both ended: badly, if one of them did."""
    bad = [one for one in (under, over) if one not in {None, Outcome.OK}]
    return bad[0] if bad else None if None in {over, under} else Outcome.OK


def _pairs(cells: Sequence[Cell], plan: Plan, kinds: Mapping[str, str]) -> list[tuple[Cell, Cell]]:
    """What a group is measured for: the two cells of each ratio.

    What is compared with nothing is so with itself: that is always 1, so it is measured in the fewest blocks.
    """
    kind = kinds[cells[0].workload]
    if kind in OBSERVED_KINDS:
        return [(cell, cell) for cell in cells]
    serials = [cell for cell in cells if cell.strategy is Strategy.SERIAL]
    pairs = [(serial, cell) for serial in serials for cell in cells if cell != serial]
    for serial in serials:
        baseline = baseline_serial(plan, serial.workload)
        if kind in COMPARABLE_KINDS and serial != baseline:
            pairs.append((baseline, serial))
    return pairs or [(cells[0], cells[0])]
