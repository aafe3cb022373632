"""Measure the time to choose the next block, for 1,000 cells after 100 blocks. Goal: at most 20 ms.

A block of so many cells takes minutes.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING

from msgspec.structs import replace
from perf_report import ROUNDS, STRATEGIES, interpreter, sample

from gilometer.claims.reading import claims
from gilometer.model import Cell, Entry, Iteration, Plan, Sample, Slot, Spent, Strategy, Work
from gilometer.plan.aims import Aims
from gilometer.plan.effort import DEFAULT
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import slots_of
from gilometer.plan.make import choose_baseline, controls
from gilometer.plan.planner import Planner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Group

CELLS = 1000
BLOCKS = 100
LOOKS = 20
GOAL_S = 0.02
NOISE = random.Random(1)  # noqa: S311  for noise, not for secrets


def main() -> int:
    """Feed the planner whole blocks, and time what it decides next; whether the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    blocks = parser.parse_args().blocks
    gc.disable()  # what there is to collect is of the benchmark's own making
    plan = made_up()
    planner = Planner(plan, [])
    groups = {group: slots_of(plan, group, cells, 0) for group, cells in groups_of(plan).items()}
    learning, deciding, telling = [], [], []
    for block in range(blocks + LOOKS):
        for group, slots in groups.items():
            entries = measured(group, slots, block)
            before = time.perf_counter()
            planner.learn(entries)
            between = time.perf_counter()
            planner.known([slot.cell for slot in slots])
            planner.decided(group)
            learning.append(between - before)
            telling.append(time.perf_counter() - between)
        before = time.perf_counter()
        choice = planner.next(block + 1)
        deciding.append(time.perf_counter() - before)
        assert choice.groups, choice.why  # noqa: S101  the worst case: all stay open
    early_s, late_s = statistics.median(deciding[:LOOKS]), statistics.median(deciding[blocks:])
    print(
        f"{CELLS:,} cells: the next block is decided in {1e3 * late_s:.1f} ms after {blocks} blocks (goal: "
        f"at most {1e3 * GOAL_S:g} ms), in {1e3 * early_s:.1f} ms after up to {LOOKS}; "
        f"a group of a block takes {1e3 * statistics.median(learning):.2f} ms to learn from, and "
        f"{1e3 * statistics.median(telling):.2f} ms to tell the view what it changed"
    )
    return int(late_s > GOAL_S)


def measured(group: Group, slots: Sequence[Slot], block: int) -> list[Entry]:
    """Make up what a group gives in a block."""
    placed = [replace(slot, block=block) for slot in slots]
    samples = [noisy(slot, copy) for slot in placed for copy in range(slot.copies)]
    return [*samples, Spent(block, group, len(slots), 0.3, 1.0, ROUNDS)]


def noisy(slot: Slot, copy: int) -> Sample:
    """Make up an invocation with so much noise that its ratio is never known well enough."""
    quiet = sample(slot.block, slot.cell)
    assert quiet.line is not None  # noqa: S101  the sample is made up
    wall_s = NOISE.lognormvariate(-2.0, 0.5)
    line = replace(quiet.line, iterations=(Iteration(wall_s, wall_s),) * ROUNDS)
    return replace(quiet, slot=slot, copy=copy, line=line)


def made_up() -> Plan:
    """Plan 1,000 cells whose groups all stay open."""
    interpreters = tuple(interpreter(f"cpython-3.{number}") for number in range(10))
    works = tuple(
        Work(f"w{number}", f"w{number}", "cpu", {}, {}, STRATEGIES, "c0ffee") for number in range(CELLS // 20)
    )
    cells = tuple(
        Cell(one.name, "", work.label, strategy, 1 if strategy is Strategy.SERIAL else 2)
        for one, work, strategy in itertools.product(interpreters, works, STRATEGIES)
    )
    effort = replace(DEFAULT, budget_s=1e9, blocks=10 * BLOCKS)
    own = tuple(controls(interpreters, works, cells))
    aims = Aims(interpreters, works, cells).of(claims())
    baseline = choose_baseline(interpreters).name
    return Plan(1, effort, interpreters, (), works, cells, own, baseline, "digest", aims=aims)


if __name__ == "__main__":
    sys.exit(main())
