"""Measure one group in one block: by turns if its processes can live at once, else one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.errors import ServiceError
from gilometer.interpreters.containers.engine import Network
from gilometer.machine.cores import usable as usable_cores
from gilometer.model import Calibration, Cell, Group, Outcome, Plan, Record, Sample, Slot, Spent
from gilometer.plan.budget import FEWEST_ROUNDS, cores_to_warm_up, iterations_of, warm_up_iterations
from gilometer.plan.cores import FEWEST_WHOLE_ROUNDS, is_short
from gilometer.plan.groups import BUSY_KINDS, OBSERVED_KINDS
from gilometer.plan.lineup import Lineup, line_up, shuffled
from gilometer.run import memory, samples
from gilometer.run.calibrate import CalibrationKey, as_arguments, calibrate, units_of
from gilometer.run.launcher import Invocation, Launcher, Launchers, MemberCommand
from gilometer.run.losses import Losses
from gilometer.run.outcome import Expected
from gilometer.run.turns import MemberStart, Turns
from gilometer.run.warm_up import WarmUp, correct_loops, has_loops_to_correct, rest_of, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.model import Interpreter, Work
    from gilometer.plan.lineup import Turn
    from gilometer.run.services import Services

SLACK_S = 5.0
"""Seconds after the end of the budget in which a process may end that was started before."""
LONGEST_TURN = 100
"""A turn hangs if it takes so many times the length that an iteration should have,"""
LONGEST_TURN_S = 10.0
"""and longer than this."""
MOST_CORRECTIONS = 5
"""The most times that loops are raised in one block: a JIT gets faster in steps."""
MOST_SHORT = 32
"""The most short rounds that a block has in addition; more would cost as much as another start."""


def never() -> int:
    """Return how often something happened that never does."""
    return 0


class GroupMeasurement(Record, frozen=True):
    """The samples of a group in a block, and what they cost."""

    group: Group
    block: int
    samples: tuple[Sample, ...]
    """Empty if the budget was spent before there were enough rounds."""
    members: int = 0
    start_s: float = 0.0
    wall_s: float = 0.0
    rounds: int = 0
    corrected: tuple[Calibration, ...] = ()
    """Calibrations with more loops than before, as the JIT got warm."""

    @property
    def spent(self) -> Spent:
        """The cost, as an entry of the run."""
        return Spent(self.block, self.group, self.members, self.start_s, self.wall_s, self.rounds)


class GroupTask(Record, frozen=True):
    """The slots of a group to be measured in a block, and what is needed for that."""

    group: Group
    slots: tuple[Slot, ...]
    """At least one."""
    calibrations: dict[Cell, Calibration]
    """The calibration of each cell in the slots."""
    rounds: int
    ends: float
    """When the budget is spent, on the runner's clock."""

    @property
    def block(self) -> int:
        """The number of the block."""
        return self.slots[0].block


class GroupRunner:
    """Measures groups through the launchers of their interpreters."""

    def __init__(
        self,
        plan: Plan,
        launchers: Launchers,
        services: Services,
        clock: Callable[[], float],
        *,
        stops: Callable[[], int] = never,
        losses: Callable[[], int] = never,
    ) -> None:
        """Start no process yet.

        ``stops`` returns how often the harness was stopped so far, ``losses`` how often what starts and
        times others was lost.
        """
        self._plan = plan
        self._launchers = launchers
        self._services = services
        self._clock = clock
        self._stops = stops
        self._losses = Losses(losses)
        self._may_repeat_short = True
        """False after a block of which nearly all rounds were short: then it is useless to repeat them."""
        self._interpreters = {one.label: one for one in plan.interpreters}
        self._works = {work.label: work for work in plan.works}

    def calibration_key(self, cell: Cell) -> CalibrationKey:
        """Return the key of a cell's calibration."""
        return CalibrationKey(cell.interpreter_label, self._works[cell.workload].script)

    def calibrate(self, one: Calibration, ends: float) -> Calibration | None:
        """Calibrate the loops; None if the budget was spent before they were found."""
        interpreter = self._interpreters[one.interpreter_label]
        work = next(work for work in self._plan.works if work.script == one.script)
        if why := self._why_unavailable(interpreter.label, work):
            return replace(one, outcome=Outcome.UNAVAILABLE, reason=why)
        environment = self._services.environment(work.services)
        launcher = self._launcher(interpreter, work)
        limit_s = self._limit_s(interpreter, ends)
        with self._losses.counting(interpreter.label):
            found = calibrate(interpreter, work, self._plan, launcher, environment, limit_s)
        return None if found.outcome is Outcome.TIMEOUT and self._clock() > ends else found

    def measure(self, task: GroupTask) -> GroupMeasurement:
        """Measure a group in a block, until the budget is spent at the latest."""
        began = self._clock()
        work = self._works[task.group.workload]
        if why := self._why_unavailable(task.group.interpreter_label, work):
            calibration = task.calibrations[task.slots[0].cell]
            unavailable = replace(calibration, outcome=Outcome.UNAVAILABLE, reason=why)
            found = [samples.not_started(slot, unavailable) for slot in task.slots]
            return GroupMeasurement(task.group, task.block, tuple(found))
        bad = [slot for slot in task.slots if task.calibrations[slot.cell].outcome is not Outcome.OK]
        failed = [samples.not_started(slot, task.calibrations[slot.cell]) for slot in bad]
        good = replace(task, slots=tuple(slot for slot in task.slots if slot not in bad))
        nothing = GroupMeasurement(task.group, task.block, ())
        with self._losses.counting(task.group.interpreter_label):
            measured = self._measure(good, work) if good.slots else nothing
        wall_s = self._clock() - began
        return replace(measured, samples=(*failed, *measured.samples), wall_s=wall_s)

    def _why_unavailable(self, label: str, work: Work) -> str:
        """Say why nothing can be started; empty if it can."""
        try:
            self._services.environment(work.services)
        except ServiceError as error:
            return str(error)
        return self._losses.why_given_up(label)

    def _measure(self, task: GroupTask, work: Work) -> GroupMeasurement:
        lineup = line_up(task.group, task.slots)
        if self._can_take_turns(task, lineup.members, work):
            return self._by_turns(task, lineup, work)
        return self._one_by_one(task)

    def _can_take_turns(self, task: GroupTask, members: Sequence[Cell], work: Work) -> bool:
        """Tell whether the processes can live at once, and wait for turns without using the CPU."""
        interpreters = [self._interpreter(cell) for cell in members]
        return (
            work.kind not in OBSERVED_KINDS
            and all(one.timing.takes_turns for one in interpreters)
            and memory.is_enough(
                members,
                max(task.calibrations[cell].peak_rss for cell in members),
                image=interpreters[0].image,
            )
        )

    # --- by turns ---------------------------------------------------------------------------

    def _by_turns(self, task: GroupTask, lineup: Lineup, work: Work) -> GroupMeasurement:
        began = self._clock()
        turns = Turns(lineup, [self._start(cell, work, task) for cell in lineup.members])
        turns.begin(max(0.0, task.ends - began) + SLACK_S)
        corrected = self._warm_up(turns, lineup, work, task)
        used: dict[Slot, float] = {}
        first = self._clock()
        is_complete = self._give_rounds(turns, lineup, task, used)
        rounds_s = self._clock() - first
        results = turns.end()
        rounds = samples.whole_rounds(lineup, results)
        is_enough = is_complete or rounds >= FEWEST_WHOLE_ROUNDS
        found = samples.by_turns(lineup, results, work, self._turn_limit_s, used) if is_enough else []
        return GroupMeasurement(
            group=task.group,
            block=task.block,
            samples=tuple(found),
            members=len(lineup.members),
            start_s=self._clock() - began - rounds_s,
            rounds=rounds,
            corrected=(corrected,) if corrected else (),
        )

    def _start(self, cell: Cell, work: Work, task: GroupTask) -> MemberStart:
        interpreter = self._interpreter(cell)
        launcher = self._launcher(interpreter, work)
        argv = (*self._command(cell, work, launcher, task.calibrations[cell]), "--turns")
        environment = self._services.environment(work.services)
        return MemberStart(
            launcher=launcher,
            member=MemberCommand(argv, {**interpreter.env, **environment}),
            timeout_s=self._limit_s(interpreter, task.ends),
        )

    def _warm_up(self, turns: Turns, lineup: Lineup, work: Work, task: GroupTask) -> Calibration | None:
        """Warm up the processes of JITs: as many iterations for each process of the same interpreter.

        Returns: the new calibration, if the loops were corrected.

        """
        asked = [
            self._warm_up_of(place, cell, work, task.calibrations[cell])
            for place, cell in enumerate(lineup.members)
        ]
        if not any(one.iterations for one in asked):
            return None
        limit_s = max(0.0, task.ends - self._clock()) + SLACK_S
        cores = usable_cores()
        warm_up(turns, asked, cores, limit_s)
        if not asked[0].iterations or not has_loops_to_correct(work) or self._clock() > task.ends:
            return None
        own = [place for place, cell in enumerate(lineup.members) if cell.group == task.group]
        first = found = task.calibrations[lineup.members[0]]
        for _ in range(MOST_CORRECTIONS):
            better = correct_loops(turns, found, own, self._plan.effort.iteration_s, limit_s)
            if better is None or self._clock() > task.ends:
                break
            whole = (self._warm_up_of(place, lineup.members[place], work, better) for place in own)
            warm_up(turns, [rest_of(one, found.loops, better.loops) for one in whole], cores, limit_s)
            found = better
        return None if found is first else found

    def _warm_up_of(self, place: int, cell: Cell, work: Work, calibration: Calibration) -> WarmUp:
        interpreter = self._interpreter(cell)
        iterations = warm_up_iterations(interpreter, work, self._plan, calibration.iteration_s)
        return WarmUp(place, iterations, cores_to_warm_up(interpreter, cell))

    def _give_rounds(self, turns: Turns, lineup: Lineup, task: GroupTask, used: dict[Slot, float]) -> bool:
        """Give the turns of all rounds; False if the budget was spent before.

        A short round, in which another program used a core, is repeated, as that costs less than another
        start; but not if nearly all rounds of the last block with short ones were short. A round in which
        the harness was stopped is repeated, too, and does not count.
        ``used`` gets the CPU seconds that the harness's servers used in the turns of each slot.
        """
        good = short = 0
        spare = self._spare_rounds(task)
        controls = self._controls(lineup, task)
        rounds = lineup.rounds(self._seed(task))
        while good + max(0, short - spare) < task.rounds:
            of_round = next(rounds)
            stops, used_before = self._stops(), dict(used)
            turns.begin_round()
            if not self._give_round(turns, of_round, task, used):
                return False
            if self._stops() != stops:
                turns.forget_round()
                used.clear()
                used.update(used_before)
            elif any(is_short(turns.cores(one.slot), len(one.members)) for one in controls):
                short += 1
            else:
                good += 1
        if short:
            self._may_repeat_short = good >= FEWEST_WHOLE_ROUNDS
        return True

    def _spare_rounds(self, task: GroupTask) -> int:
        """Return how many short rounds may be repeated; fewer of the user's own, which has a minute."""
        if not self._may_repeat_short or task.rounds < FEWEST_ROUNDS:
            return 0
        return task.rounds if self._plan.own else MOST_SHORT

    def _give_round(
        self, turns: Turns, of_round: Sequence[Turn], task: GroupTask, used: dict[Slot, float]
    ) -> bool:
        services = self._works[task.group.workload].services
        parts = [[turn] for turn in of_round] if services else turns.by_launcher(of_round)
        for part in parts:
            left_s = task.ends - self._clock()
            before_s = self._services.cpu_s(services)
            if left_s < 0 or not turns.give(part, self._turn_limit_s, left_s):
                return False
            if services:
                slot = part[0].slot
                used[slot] = used.get(slot, 0.0) + self._services.cpu_s(services) - before_s
        return True

    def _controls(self, lineup: Lineup, task: GroupTask) -> list[Turn]:
        """List the turns of capacity controls by which short rounds are found: those with enough cores."""
        if self._works[task.group.workload].kind not in BUSY_KINDS:
            return []
        cores = usable_cores()
        return [turn for turn in lineup.turns if 1 < len(turn.members) <= cores]

    # --- one after the other ----------------------------------------------------------------

    def _one_by_one(self, task: GroupTask) -> GroupMeasurement:
        """Launch each slot, in an order that the plan's seed gives, as long as the budget lasts."""
        found: list[Sample] = []
        for slot in shuffled(task.slots, self._seed(task)):
            if self._clock() > task.ends:
                break
            of_slot = self._launch_unstopped(slot, task)
            if self._clock() > task.ends and any(one.outcome is Outcome.TIMEOUT for one in of_slot):
                break
            found += of_slot
        return GroupMeasurement(task.group, task.block, tuple(found), members=len(task.slots))

    def _launch_unstopped(self, slot: Slot, task: GroupTask) -> list[Sample]:
        """Launch a slot; again if the harness was stopped meanwhile, as long as the budget lasts."""
        while True:
            stops = self._stops()
            found = self._launch(slot, task)
            if self._stops() == stops or self._clock() > task.ends:
                return found

    def _launch(self, slot: Slot, task: GroupTask) -> list[Sample]:
        interpreter, work = self._interpreter(slot.cell), self._works[slot.cell.workload]
        launcher = self._launcher(interpreter, work)
        calibration = task.calibrations[slot.cell]
        iterations = iterations_of(interpreter, work, self._plan, calibration.iteration_s)
        argv = (
            *self._command(slot.cell, work, launcher, calibration),
            "--iterations",
            str(iterations),
        )
        invocation = Invocation(
            argv=argv,
            env={**interpreter.env, **self._services.environment(work.services)},
            timeout_s=self._limit_s(interpreter, task.ends),
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
        """The seconds that a turn may take."""
        longest_s = max(LONGEST_TURN_S, LONGEST_TURN * self._plan.effort.iteration_s)
        return min(longest_s, self._plan.effort.timeout_s)

    def _seed(self, task: GroupTask) -> str:
        group = task.group
        return f"{self._plan.seed}/{task.block}/{group.interpreter_label}/{group.workload}"

    def _interpreter(self, cell: Cell) -> Interpreter:
        return self._interpreters[cell.interpreter_label]

    def _launcher(self, interpreter: Interpreter, work: Work) -> Launcher:
        return self._launchers.of(interpreter, Network.HOST if work.services else Network.NONE)

    def _limit_s(self, interpreter: Interpreter, ends: float) -> float:
        """Return the seconds that a process may take: those of the run, or what is left of the budget."""
        left_s = max(0.0, ends - self._clock()) + SLACK_S
        return min(self._plan.effort.timeout_s + interpreter.timing.patience_s, left_s)

    def _command(self, cell: Cell, work: Work, launcher: Launcher, calibration: Calibration) -> Sequence[str]:
        """Return the command of a cell's process, without its number of iterations."""
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
            *units_of(work),
        )
