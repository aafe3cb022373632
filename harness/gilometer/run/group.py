"""One group in one block: by turns where its processes can live at once, else one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.errors import ServiceError
from gilometer.interpreters.containers.engine import Network
from gilometer.machine.cores import usable as usable_cores
from gilometer.model import Calibration, Cell, Group, Outcome, Plan, Record, Sample, Slot, Spent
from gilometer.plan.budget import cores_to_warm_up, iterations_of, warm_up_iterations
from gilometer.plan.cores import FEWEST_WHOLE_ROUNDS, is_short
from gilometer.plan.groups import COMPARABLE_KINDS, OBSERVED_KINDS, group_of
from gilometer.plan.lineup import Lineup, line_up, shuffled
from gilometer.run import memory, samples
from gilometer.run.calibrate import as_arguments, calibrate
from gilometer.run.launcher import Invocation, Launcher, Launchers, Member
from gilometer.run.outcome import Expected
from gilometer.run.turns import Start, Turns
from gilometer.run.warm_up import WarmUp, correct_loops, has_loops_to_correct, rest_of, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.model import Interpreter, Work
    from gilometer.plan.lineup import Turn
    from gilometer.run.services import Services

SLACK_S = 5.0
"""How much later than the end of the budget something that was begun may end by itself."""
LONGEST_TURN = 100
"""Times as long as an iteration should be: what takes longer hangs."""
LONGEST_TURN_S = 10.0
"""What a turn may take at least."""
MOST_CORRECTIONS = 5
"""Times that loops are raised in one block: a JIT gets faster in steps."""
MOST_SHORT = 32
"""Rounds short of cores that a block takes beside those that it should have: what another start costs."""


class Measured(Record, frozen=True):
    """What came of a group in a block."""

    group: Group
    block: int
    samples: tuple[Sample, ...]
    """None, if the budget was spent before there was enough."""
    members: int = 0
    start_s: float = 0.0
    wall_s: float = 0.0
    rounds: int = 0
    corrected: tuple[Calibration, ...] = ()
    """Loops that were found to be too few, once warm."""

    @property
    def spent(self) -> Spent:
        """What it took."""
        return Spent(self.block, self.group, self.members, self.start_s, self.wall_s, self.rounds)


class GroupOrder(Record, frozen=True):
    """What is to be measured of a group in a block."""

    group: Group
    slots: tuple[Slot, ...]
    """At least one."""
    calibrations: dict[Cell, Calibration]
    """Of each cell in the slots."""
    rounds: int
    ends: float
    """When the budget is spent, on the bench's clock."""

    @property
    def block(self) -> int:
        """Its number."""
        return self.slots[0].block


class Bench:
    """Measures groups, through the launchers of where their interpreters live."""

    def __init__(
        self, plan: Plan, launchers: Launchers, services: Services, clock: Callable[[], float]
    ) -> None:
        """Start nothing yet."""
        self._plan = plan
        self._launchers = launchers
        self._services = services
        self._clock = clock
        self._is_short_at_times = True
        """Whether the machine had enough cores in some of the rounds, when it last was short of them."""
        self._interpreters = {(one.name, one.variant): one for one in plan.interpreters}
        self._works = {work.label: work for work in plan.works}

    def script_of(self, cell: Cell) -> tuple[str, str, str]:
        """Name what loops are calibrated for."""
        return cell.interpreter, cell.variant, self._works[cell.workload].script

    def calibrate(self, one: Calibration, ends: float) -> Calibration | None:
        """Find loops; None if the budget was spent before they were found."""
        interpreter = self._interpreters[one.interpreter, one.variant]
        work = next(work for work in self._plan.works if work.script == one.script)
        try:
            environment = self._services.environment(work.services)
        except ServiceError as error:
            return replace(one, outcome=Outcome.UNAVAILABLE, reason=str(error))
        launcher = self._launcher(interpreter, work)
        limit_s = self._limit_s(interpreter, ends)
        found = calibrate(interpreter, work, self._plan, launcher, environment, limit_s)
        return None if found.outcome is Outcome.TIMEOUT and self._clock() > ends else found

    def measure(self, order: GroupOrder) -> Measured:
        """Measure a group in a block, until the budget is spent at the latest.

        Raises:
            LauncherError: The launcher is gone.

        """
        began = self._clock()
        work = self._works[order.group.workload]
        try:
            self._services.environment(work.services)
        except ServiceError as error:
            absent = replace(
                order.calibrations[order.slots[0].cell], outcome=Outcome.UNAVAILABLE, reason=str(error)
            )
            found = [samples.not_started(slot, absent) for slot in order.slots]
            return Measured(order.group, order.block, tuple(found))
        bad = [slot for slot in order.slots if order.calibrations[slot.cell].outcome is not Outcome.OK]
        failed = [samples.not_started(slot, order.calibrations[slot.cell]) for slot in bad]
        good = replace(order, slots=tuple(slot for slot in order.slots if slot not in bad))
        measured = self._measure(good, work) if good.slots else Measured(order.group, order.block, ())
        wall_s = self._clock() - began
        return replace(measured, samples=(*failed, *measured.samples), wall_s=wall_s)

    def _measure(self, order: GroupOrder, work: Work) -> Measured:
        lineup = line_up(order.group, order.slots)
        if self._can_take_turns(order, lineup.members, work):
            return self._by_turns(order, lineup, work)
        return self._one_by_one(order)

    def _can_take_turns(self, order: GroupOrder, members: Sequence[Cell], work: Work) -> bool:
        """Tell whether the processes can live at once, and wait without using the CPU."""
        interpreters = [self._interpreter(cell) for cell in members]
        return (
            work.kind not in OBSERVED_KINDS
            and all(one.timing.takes_turns for one in interpreters)
            and memory.is_enough(
                members,
                max(order.calibrations[cell].peak_rss for cell in members),
                image=interpreters[0].image,
            )
        )

    # --- by turns ---------------------------------------------------------------------------

    def _by_turns(self, order: GroupOrder, lineup: Lineup, work: Work) -> Measured:
        began = self._clock()
        turns = Turns(lineup, [self._start(cell, work, order) for cell in lineup.members])
        turns.begin(max(0.0, order.ends - began) + SLACK_S)
        corrected = self._warm_up(turns, lineup, work, order)
        used: dict[Slot, float] = {}
        first = self._clock()
        is_whole = self._take_rounds(turns, lineup, order, used)
        rounds_s = self._clock() - first
        taken = turns.end()
        rounds = samples.whole_rounds(lineup, taken)
        tells = is_whole or rounds >= FEWEST_WHOLE_ROUNDS
        found = samples.by_turns(lineup, taken, work, self._turn_limit_s, used) if tells else []
        return Measured(
            group=order.group,
            block=order.block,
            samples=tuple(found),
            members=len(lineup.members),
            start_s=self._clock() - began - rounds_s,
            rounds=rounds,
            corrected=(corrected,) if corrected else (),
        )

    def _start(self, cell: Cell, work: Work, order: GroupOrder) -> Start:
        interpreter = self._interpreter(cell)
        launcher = self._launcher(interpreter, work)
        argv = (*self._command(cell, work, launcher, order.calibrations[cell]), "--turns")
        environment = self._services.environment(work.services)
        return Start(
            launcher=launcher,
            member=Member(argv, {**interpreter.env, **environment}),
            timeout_s=self._limit_s(interpreter, order.ends),
        )

    def _warm_up(self, turns: Turns, lineup: Lineup, work: Work, order: GroupOrder) -> Calibration | None:
        """Give each process of a JIT as many iterations as any other of that interpreter.

        Returns: the calibration that holds from now on, if it is another.

        """
        asked = [
            self._warm_up_of(place, cell, work, order.calibrations[cell])
            for place, cell in enumerate(lineup.members)
        ]
        if not any(one.iterations for one in asked):
            return None
        limit_s = max(0.0, order.ends - self._clock()) + SLACK_S
        cores = usable_cores()
        warm_up(turns, asked, cores, limit_s)
        if not asked[0].iterations or not has_loops_to_correct(work) or self._clock() > order.ends:
            return None
        own = [place for place, cell in enumerate(lineup.members) if group_of(cell) == order.group]
        first = found = order.calibrations[lineup.members[0]]
        for _ in range(MOST_CORRECTIONS):
            better = correct_loops(turns, found, own, self._plan.effort.iteration_s, limit_s)
            if better is None or self._clock() > order.ends:
                break
            whole = (self._warm_up_of(place, lineup.members[place], work, better) for place in own)
            warm_up(turns, [rest_of(one, found.loops, better.loops) for one in whole], cores, limit_s)
            found = better
        return None if found is first else found

    def _warm_up_of(self, place: int, cell: Cell, work: Work, calibration: Calibration) -> WarmUp:
        interpreter = self._interpreter(cell)
        iterations = warm_up_iterations(interpreter, work, self._plan, calibration.iteration_s)
        return WarmUp(place, iterations, cores_to_warm_up(interpreter, cell))

    def _take_rounds(self, turns: Turns, lineup: Lineup, order: GroupOrder, used: dict[Slot, float]) -> bool:
        """Give the turns of all rounds; False if the budget was spent before.

        A round in which another program had a core is taken again, as that costs less than another start;
        but not where all rounds of the block before were such.
        ``used`` gets what the harness's servers used of the CPU in each slot's turns.
        """
        good = short = 0
        spare = MOST_SHORT if self._is_short_at_times else 0
        controls = self._controls(lineup, order)
        rounds = lineup.rounds(self._seed(order))
        while good + max(0, short - spare) < order.rounds:
            of_round = next(rounds)
            if not self._take_round(turns, of_round, order, used):
                return False
            if any(is_short(turns.cores(one.slot), len(one.members)) for one in controls):
                short += 1
            else:
                good += 1
        if short:
            self._is_short_at_times = good >= FEWEST_WHOLE_ROUNDS
        return True

    def _take_round(
        self, turns: Turns, of_round: Sequence[Turn], order: GroupOrder, used: dict[Slot, float]
    ) -> bool:
        services = self._works[order.group.workload].services
        parts = [[turn] for turn in of_round] if services else turns.by_launcher(of_round)
        for part in parts:
            left_s = order.ends - self._clock()
            before_s = self._services.cpu_s(services)
            if left_s < 0 or not turns.take(part, self._turn_limit_s, left_s):
                return False
            if services:
                slot = part[0].slot
                used[slot] = used.get(slot, 0.0) + self._services.cpu_s(services) - before_s
        return True

    def _controls(self, lineup: Lineup, order: GroupOrder) -> list[Turn]:
        """Find the turns of several processes that the machine has a core for each of, if they need one."""
        if self._works[order.group.workload].kind not in COMPARABLE_KINDS:
            return []
        cores = usable_cores()
        return [turn for turn in lineup.turns if 1 < len(turn.members) <= cores]

    # --- one after the other ----------------------------------------------------------------

    def _one_by_one(self, order: GroupOrder) -> Measured:
        """Launch each slot, in the order of the plan's seed, as long as the budget lasts."""
        found: list[Sample] = []
        for slot in shuffled(order.slots, self._seed(order)):
            if self._clock() > order.ends:
                break
            taken = self._launch(slot, order)
            if self._clock() > order.ends and any(one.outcome is Outcome.TIMEOUT for one in taken):
                break
            found += taken
        return Measured(order.group, order.block, tuple(found), members=len(order.slots))

    def _launch(self, slot: Slot, order: GroupOrder) -> list[Sample]:
        interpreter, work = self._interpreter(slot.cell), self._works[slot.cell.workload]
        launcher = self._launcher(interpreter, work)
        calibration = order.calibrations[slot.cell]
        iterations = iterations_of(interpreter, work, self._plan, calibration.iteration_s)
        argv = (
            *self._command(slot.cell, work, launcher, calibration),
            "--iterations",
            str(iterations),
        )
        invocation = Invocation(
            argv=argv,
            env={**interpreter.env, **self._services.environment(work.services)},
            timeout_s=self._limit_s(interpreter, order.ends),
            copies=slot.copies,
        )
        before_s = self._services.cpu_s(work.services)
        exits = launcher.launch(invocation)
        services_cpu_s = self._services.cpu_s(work.services) - before_s
        asked = Expected(work=work, cell=slot.cell, timeout_s=invocation.timeout_s)
        return [samples.alone(slot, copy, one, asked, services_cpu_s) for copy, one in enumerate(exits)]

    # --- both -------------------------------------------------------------------------------

    @property
    def _turn_limit_s(self) -> float:
        """Seconds that a turn may take."""
        longest_s = max(LONGEST_TURN_S, LONGEST_TURN * self._plan.effort.iteration_s)
        return min(longest_s, self._plan.effort.timeout_s)

    def _seed(self, order: GroupOrder) -> str:
        group = order.group
        return f"{self._plan.seed}/{order.block}/{group.interpreter}{group.variant}/{group.workload}"

    def _interpreter(self, cell: Cell) -> Interpreter:
        return self._interpreters[cell.interpreter, cell.variant]

    def _launcher(self, interpreter: Interpreter, work: Work) -> Launcher:
        return self._launchers.of(interpreter, Network.HOST if work.services else Network.NONE)

    def _limit_s(self, interpreter: Interpreter, ends: float) -> float:
        """Seconds that a process may take: those of the run, or what is left of the budget."""
        left_s = max(0.0, ends - self._clock()) + SLACK_S
        return min(self._plan.effort.timeout_s + interpreter.timing.patience_s, left_s)

    def _command(self, cell: Cell, work: Work, launcher: Launcher, calibration: Calibration) -> Sequence[str]:
        """Give the words that start a cell's process, but for how many iterations it does."""
        return (
            *self._interpreter(cell).command,
            str(launcher.scripts / f"{work.script}.py"),
            "--strategy",
            cell.strategy.value,
            "--workers",
            str(cell.workers),
            "--loops",
            str(calibration.loops),
            *as_arguments(work.parameters.items()),
        )
