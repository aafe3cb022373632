"""A made-up machine on which the truth is known, for the proofs of coverage, power and stopping.

The plan, the blocks, the planner's choices and the analysis are the harness's own; only the times are drawn.
A block has processes of its own, each with a level that differs from block to block, and rounds: a turn of
each process differs from round to round, and a round may be slower for all of them alike.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from gilometer.analysis.frames import gather
from gilometer.analysis.grid import grid
from gilometer.claims.reading import claims
from gilometer.model import (
    CONTRACT,
    Build,
    Calibration,
    Card,
    Clock,
    Entry,
    Facts,
    Gil,
    Group,
    Interpreter,
    Iteration,
    Line,
    Outcome,
    Plan,
    Record,
    Role,
    Sample,
    Slot,
    Spent,
    Strategy,
)
from gilometer.plan.budget import A_TURN
from gilometer.plan.groups import baseline_of, groups_of
from gilometer.plan.lineup import line_up, slots_of
from gilometer.plan.make import Material, Request, make
from gilometer.plan.planner import Planner
from gilometer.stats import bootstrap

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gilometer.model import Cell, Effort
    from gilometer.plan.lineup import Lineup

# They depend on the number of blocks alone, and a proof asks for each number in each of thousands of trials.
bootstrap._weights = functools.cache(bootstrap._weights.__wrapped__)  # noqa: SLF001

BASELINE, OTHER = "cpython-3.14", "cpython-3.13"
WORKLOAD = "fib"
WORKERS = 2
START_S = 0.06
"""Seconds of a process for its start and its end."""
CALIBRATION_S = 0.3
TURN_S = 0.04
CAPACITY = 1.9
"""Work of two processes at once, over that of one."""
CORES_BETWEEN, CORES_WITHIN = 0.01, 0.02
"""Standard deviations of the logarithm of a process's cores, from block to block and from turn to turn."""
CLOCK = Clock(name="perf_counter", tick_s=1e-7)
GIL = Gil(before=True, after=True)
ROUNDS_FILE = Path(__file__).with_name("rounds.json")
CARD = Card(
    name=WORKLOAD,
    kind="cpu",
    shows="nothing that is real",
    parameters={},
    meanings={},
    sweep={},
    calibrate_with={},
    strategies=(Strategy.SERIAL, Strategy.THREADS),
    claims=(),
    checksum="c0ffee",
)


@dataclass(frozen=True)
class Range:
    """The range from which a value is drawn, uniformly."""

    low: float
    high: float

    def draw(self, source: random.Random) -> float:
        """Draw one value."""
        return source.uniform(self.low, self.high)


NOWHERE = Range(1.0, 1.0)


class Recorded(Record, frozen=True):
    """One block that was measured on a machine (``record_rounds.py``)."""

    singles: tuple[tuple[float, ...], ...]
    """Logarithms of seconds, less what is usual for that process over all blocks: a row a process that had
    turns alone, a value a round."""
    copies: tuple[tuple[float, ...], ...]
    """The same of processes that had their turns together."""


@dataclass(frozen=True)
class Noise:
    """The disturbances of times, as factors. Each trial draws its own from the ranges."""

    name: str
    between: Range = Range(0.002, 0.02)
    """Standard deviation of the logarithm of a process's level from block to block."""
    within: Range = Range(0.01, 0.05)
    """The same of a turn, from round to round."""
    drift: float = 1.0
    """The most that the machine's speed wanders in a minute; it is shared by all that run in it."""
    slow_rounds: float = 0.0
    """Share of rounds that are slower for all processes alike."""
    slow_turns: float = 0.0
    """Share of turns that a neighbour slows, without the others of their round."""
    slow_processes: float = 0.0
    """Share of processes that are slower in all turns of a block."""
    slow: Range = NOWHERE
    """Factor by which each of these is slower."""
    modes: Range = NOWHERE
    """Ratio of the two speeds in one of which a process of an interpreter settles."""
    first: Range = NOWHERE
    """Factor by which the first round is slower."""
    recorded: tuple[Recorded, ...] = ()
    """Blocks to draw from instead of all the above."""


OUTLIERS = Range(1.3, 3.0)
MODES = Range(1.1, 1.5)
WARM_UP = Range(1.5, 4.0)
NEIGHBOUR = Range(1.2, 1.5)
ALL = Noise(
    "all of these",
    drift=1.6,
    slow_rounds=0.3,
    slow_turns=0.05,
    slow_processes=0.05,
    slow=NEIGHBOUR,
    modes=MODES,
    first=WARM_UP,
)
QUIET = Noise("quiet", between=Range(0.002, 0.01), within=Range(0.005, 0.03))
BUSY = Noise("busy", drift=1.6, slow_rounds=0.4, slow_turns=0.1, slow=NEIGHBOUR)
MODE_SHARE = Range(0.3, 0.7)
"""Share of an interpreter's processes that settle in its slower mode."""


@functools.cache
def scenarios() -> tuple[Noise, ...]:
    """Return all kinds of noise; the last is a recorded one, if there is any."""
    made_up = (
        QUIET,
        Noise("lognormal"),
        Noise("drift", drift=1.6),
        Noise("slow rounds", slow_rounds=0.3, slow=OUTLIERS),
        Noise("slow turns", slow_turns=0.05, slow=OUTLIERS),
        Noise("slow processes", slow_processes=0.05, slow=OUTLIERS),
        Noise("slow first round", first=WARM_UP),
        Noise("bimodal", modes=MODES),
        BUSY,
        ALL,
    )
    return (*made_up, *as_recorded())


@functools.cache
def as_recorded() -> tuple[Noise, ...]:
    """Return the noise of rounds that were measured here, if there are any."""
    if not ROUNDS_FILE.exists():
        print(f"no {ROUNDS_FILE.name}: no noise is as it was measured; record_rounds.py makes it")
        return ()
    blocks = msgspec.json.decode(ROUNDS_FILE.read_bytes(), type=tuple[Recorded, ...])
    return (Noise("as recorded", recorded=blocks),)


class Simulated:
    """A machine, and the interpreters on it, in one trial."""

    def __init__(
        self,
        noise: Noise,
        speeds: dict[str, float],
        source: random.Random,
        threads: dict[str, float] | None = None,
    ) -> None:
        """Draw what stays as it is during a trial.

        Args:
            noise: What disturbs it.
            speeds: Of interpreters, over the baseline's.
            source: What all is drawn from.
            threads: What threads gain on each; drawn if not given.

        """
        self._noise = noise
        self._source = source
        self._speeds = speeds
        self._between, self._within = noise.between.draw(source), noise.within.draw(source)
        self._gaps = {name: math.log(noise.modes.draw(source)) for name in speeds}
        self._shares = {name: MODE_SHARE.draw(source) for name in speeds}
        self._threads = threads or {name: math.exp(source.uniform(-0.2, 0.7)) for name in speeds}
        self._drift = 0.0

    def speed(self, name: str) -> float:
        """Tell the truth: how fast an interpreter's serial is over the baseline's, as a geometric mean."""
        return math.exp(self._expected(BASELINE) - self._expected(name))

    def speedup(self, name: str) -> float:
        """Tell the truth: what threads gain there."""
        return self._threads[name]

    def measure(self, group: Group, slots: Sequence[Slot], rounds: int) -> list[Entry]:
        """Measure a group in a block: the samples of its processes, and what it took."""
        lineup = line_up(group, slots)
        draw = self._recorded if self._noise.recorded else self._made_up
        levels = [self._level(cell) for cell in lineup.members]
        turns = draw(lineup, rounds)
        samples: list[Entry] = []
        for turn, noises in zip(lineup.turns, turns, strict=True):
            crowded = math.log(turn.slot.copies / CAPACITY) if turn.slot.copies > 1 else 0.0
            for copy, (place, noise) in enumerate(zip(turn.members, noises, strict=True)):
                walls = [math.exp(levels[place] + crowded + one) for one in noise]
                samples.append(_sample(turn.slot, copy, self._iterations(turn.slot.cell, walls)))
        start_s = START_S * len(lineup.members)
        wall_s = start_s + rounds * len(lineup.turns) * A_TURN * TURN_S
        spent = Spent(slots[0].block, group, len(lineup.members), start_s, wall_s, rounds)
        return [*samples, spent]

    def _iterations(self, cell: Cell, walls: Sequence[float]) -> tuple[Iteration, ...]:
        """Add CPU times: threads have the cores that their speedup needs, and no core more."""
        cores = 1.0 if cell.strategy is Strategy.SERIAL else self._threads[cell.interpreter]
        cores *= math.exp(self._source.gauss(0.0, CORES_BETWEEN))
        return tuple(
            Iteration(wall, wall * cores * math.exp(self._source.gauss(0.0, CORES_WITHIN))) for wall in walls
        )

    def _expected(self, name: str) -> float:
        """Mean logarithm of a serial time, but for what all interpreters share."""
        return self._shares[name] * self._gaps[name] - math.log(self._speeds[name])

    def _level(self, cell: Cell) -> float:
        """Logarithm of what a turn of a process takes, but for what comes and goes."""
        name, source, noise = cell.interpreter, self._source, self._noise
        log = math.log(TURN_S / self._speeds[name])
        if cell.strategy is not Strategy.SERIAL:
            log -= math.log(self._threads[name])
        if noise.recorded:
            return log
        log += source.gauss(0.0, self._between)
        if source.random() < self._shares[name]:
            log += self._gaps[name]
        if source.random() < noise.slow_processes:
            log += math.log(noise.slow.draw(source))
        return log

    def _made_up(self, lineup: Lineup, rounds: int) -> list[list[list[float]]]:
        """Draw the noise of each turn of each round: by turn, then by member, then by round."""
        noise, source = self._noise, self._source
        found: list[list[list[float]]] = [[[] for _ in turn.members] for turn in lineup.turns]
        for number in range(rounds):
            shared = math.log(noise.first.draw(source)) if number == 0 else 0.0
            if source.random() < noise.slow_rounds:
                shared += math.log(noise.slow.draw(source))
            for of_turn in found:
                self._wander(A_TURN * TURN_S)
                for of_member in of_turn:
                    log = shared + self._drift + source.gauss(0.0, self._within)
                    if source.random() < noise.slow_turns:
                        log += math.log(noise.slow.draw(source))
                    of_member.append(log)
        return found

    def _wander(self, seconds: float) -> None:
        """Take a step of a random walk between two walls, about a minute from one to the other."""
        room = math.log(self._noise.drift)
        if room:
            at = abs(self._drift + self._source.gauss(0.0, room * math.sqrt(seconds / 60)))
            self._drift = room - abs(room - at)

    def _recorded(self, lineup: Lineup, rounds: int) -> list[list[list[float]]]:
        """Take the noise of a measured block, with its processes shuffled, from a random round on."""
        source = self._source
        block = source.choice(self._noise.recorded)
        length = len(block.singles[0])
        begin = source.randrange(length)
        places = [(begin + number) % length for number in range(rounds)]
        singles = iter(source.sample(block.singles, len(block.singles)))
        found = []
        for turn in lineup.turns:
            rows = block.copies if turn.slot.copies > 1 else (next(singles),)
            found.append([[row[place] for place in places] for row in rows[: len(turn.members)]])
        return found


def _sample(slot: Slot, copy: int, iterations: tuple[Iteration, ...]) -> Sample:
    """Make up a process that took turns, as its line tells of it."""
    line = Line(
        contract=CONTRACT,
        workload=WORKLOAD,
        strategy=slot.cell.strategy.value,
        workers=slot.cell.workers,
        units=24,
        loops=1,
        passes=1,
        parameters={},
        checksum=CARD.checksum,
        clock=CLOCK,
        pool_start_s=0.0,
        script_s=1.0,
        iterations=iterations,
        gil=GIL,
        implementation="cpython",
        version="3.13.0",
        jit="none",
        outcome=Outcome.OK,
        reason="",
        turns_from=0,
    )
    return Sample(slot, copy, Outcome.OK, "", 1.0, 1.0, 20 << 20, "", line)


def plan_of(effort: Effort, strategies: tuple[Strategy, ...], seed: int) -> Plan:
    """Plan a comparison of two interpreters on one workload, with the claims under test."""
    interpreters = (_interpreter(BASELINE), _interpreter(OTHER))
    request = Request((WORKLOAD,), strategies, (WORKERS,), seed, effort)
    return make(Material(interpreters, (), (CARD,), "digest", claims()), request)


def _interpreter(name: str) -> Interpreter:
    facts = Facts(
        implementation="cpython",
        version=name.partition("-")[2],
        implementation_version=name,
        executable=name,
        free_threaded=False,
        gil=True,
        jit="none",
        gc="refcount",
        build=Build(),
        clock=CLOCK,
        capabilities=("threading",),
    )
    return Interpreter(name, "cpython", (name,), facts, "PATH", name)


@dataclass(frozen=True)
class Ratio:
    """The estimate of one ratio in a trial, and its truth."""

    truth: float
    """The logarithm of the true ratio."""
    logs: NDArray[np.float64]
    """One value for each block that gave one."""


def measured_in(blocks: int, plan: Plan, machine: Simulated) -> list[Entry]:
    """Return the entries of a run that measures everything in so many blocks."""
    found = (
        machine.measure(group, slots_of(plan, group, cells, block), plan.effort.rounds)
        for block, (group, cells) in itertools.product(range(blocks), groups_of(plan).items())
    )
    return list(itertools.chain.from_iterable(found))


def measured_until_enough(plan: Plan, machine: Simulated) -> list[Entry]:
    """Return the entries of a run in which the planner chooses, and stops."""
    entries: list[Entry] = [_calibrated(one) for one in plan.interpreters]
    planner = Planner(plan, entries)
    for block in itertools.count():
        choice = planner.next(block)
        for group in choice.groups:
            cells = [cell for cell in choice.cells if cell.group == group]
            slots = slots_of(plan, group, cells, block)
            found = machine.measure(group, slots, planner.rounds(group))
            planner.learn(found)
            entries += found
        if not choice.groups:
            return entries
    raise AssertionError


def seconds_of(entries: Iterable[Entry]) -> float:
    """Add up what measuring took."""
    return sum(one.wall_s for one in entries if isinstance(one, Spent))


def ratios(plan: Plan, machine: Simulated, entries: Iterable[Entry]) -> list[Ratio]:
    """Analyse them: return the speed of the other, and the gain of threads on each."""
    found = grid(gather(plan.cells, entries), Role.MEASURE)
    speeds = found.reference_logs(baseline_of(plan)) - found.logs
    speedups = found.serial_logs() - found.logs
    return [
        Ratio(math.log(machine.speedup(cell.interpreter)), _real(speedups[:, column]))
        if cell.strategy is Strategy.THREADS
        else Ratio(math.log(machine.speed(OTHER)), _real(speeds[:, column]))
        for column, cell in enumerate(found.cells)
        if cell.strategy is Strategy.THREADS or cell.interpreter == OTHER
    ]


def _real(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    return logs[~np.isnan(logs)]


def side_by_side(found: Sequence[Ratio]) -> NDArray[np.float64]:
    """Put the values of many ratios, less their truth, in a column each, with NaN below the shorter ones."""
    table = np.full((max(len(one.logs) for one in found), len(found)), np.nan)
    for column, one in enumerate(found):
        table[: len(one.logs), column] = one.logs - one.truth
    return table


def _calibrated(one: Interpreter) -> Calibration:
    return Calibration(one.name, one.variant, WORKLOAD, 1, TURN_S, Outcome.OK, "", CALIBRATION_S)
