"""What it takes to decide the next block, for 1,000 cells after 100 blocks. Goal: 5 ms."""

from __future__ import annotations

import gc
import itertools
import random
import statistics
import time

import msgspec
from perf_report import ITERATIONS, STRATEGIES, interpreter, sample

from harness.model import Cell, Iteration, Plan, Role, Sample, Slot, Strategy, Work
from harness.plan.blocks import slots_of
from harness.plan.effort import DEFAULT
from harness.plan.planner import Planner

CELLS = 1000
BLOCKS = 100
LOOKS = 20
GOAL_S = 0.005
NOISE = random.Random(1)  # noqa: S311  for noise, not for secrets


def main() -> None:
    """Feed the planner whole blocks, and time its decisions about the next ones."""
    gc.disable()  # what there is to collect is of the benchmark's own making
    plan = made_up()
    planner = Planner(plan, [])
    choice = planner.next(0)
    learning, deciding, telling = [], [], []
    for block in range(BLOCKS + LOOKS):
        taken = [measured(slot) for slot in slots_of(plan, choice)]
        before = time.perf_counter()
        planner.learn(taken)
        between = time.perf_counter()
        choice = planner.next(block + 1)
        learning.append((between - before) / len(taken))
        after = time.perf_counter()
        deciding.append(after - between)
        for one in taken:
            planner.known([one.slot.cell])
        telling.append((time.perf_counter() - after) / len(taken))
        assert len(choice.groups) == CELLS / len(STRATEGIES), choice.why  # noqa: S101  the worst case
    early_s, late_s = statistics.median(deciding[:LOOKS]), statistics.median(deciding[BLOCKS:])
    print(
        f"{CELLS:,} cells: the next block is decided in {1e3 * late_s:.1f} ms after {BLOCKS} blocks (goal: "
        f"at most {1e3 * GOAL_S:g} ms), in {1e3 * early_s:.1f} ms after up to {LOOKS}; "
        f"each sample takes {1e6 * statistics.median(learning):.0f} us to learn from, and "
        f"{1e6 * statistics.median(telling):.0f} us to tell the view what it changed"
    )


def measured(slot: Slot) -> Sample:
    """An invocation with so much noise that its ratio is never known well enough."""
    quiet = sample(slot.block, slot.cell)
    assert quiet.line is not None  # noqa: S101  the sample is made up
    wall_s = NOISE.lognormvariate(-2.0, 0.5)
    line = msgspec.structs.replace(quiet.line, iterations=(Iteration(wall_s, wall_s),) * ITERATIONS)
    return msgspec.structs.replace(quiet, slot=slot, line=line)


def made_up() -> Plan:
    """1,000 cells whose groups all stay open."""
    interpreters = tuple(interpreter(f"cpython-3.{number}") for number in range(10))
    works = tuple(
        Work(f"w{number}", f"w{number}", "cpu", {}, {}, STRATEGIES, "c0ffee") for number in range(CELLS // 20)
    )
    cells = tuple(
        Cell(one.name, "", work.label, strategy, 1 if strategy is Strategy.SERIAL else 2)
        for one, work, strategy in itertools.product(interpreters, works, STRATEGIES)
    )
    serials = [cell for cell in cells if cell.interpreter == interpreters[0].name and cell.workers == 1]
    controls = tuple(Slot(0, serial, Role.TWIN) for serial in serials)
    effort = msgspec.structs.replace(DEFAULT, budget_s=1e9)
    return Plan(1, effort, interpreters, (), works, cells, controls, interpreters[0].name, "digest")


if __name__ == "__main__":
    main()
