"""The run itself: calibrate, then block after block, each sample on disk before the next invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec.structs import replace

from harness.errors import ServiceError
from harness.interpreters.containers.engine import Network
from harness.model import (
    Calibration,
    Cell,
    Choice,
    Entry,
    Finished,
    Interpreter,
    Known,
    Outcome,
    Plan,
    Sample,
    Slot,
    Step,
    Work,
)
from harness.plan.blocks import slots_of
from harness.plan.budget import iterations_of
from harness.plan.planner import Planner
from harness.run.calibrate import as_arguments, calibrate, pending
from harness.run.launcher import Exit, Invocation, Launcher, Launchers
from harness.run.outcome import Asked, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.run.services import Services
    from harness.run.store import Store

E = TypeVar("E", bound=Entry)


class Progress(Protocol):
    """Told between invocations how far the run is; draws nothing while one runs."""

    def know(self, known: Sequence[Known], precision: float) -> None:
        """Take in all ratios as a run begins, then those that an invocation told more of.

        ``precision`` is the half-width, as a share of a ratio, at which it counts as known.
        """
        ...

    def show(self, step: Step) -> None:
        """Say what comes next."""
        ...


class Measurement:
    """One run of a plan, from wherever its store says it is."""

    def __init__(
        self, plan: Plan, launchers: Launchers, services: Services, store: Store, progress: Progress
    ) -> None:
        """Take in how far the store says the run is."""
        self._plan = plan
        self._launchers = launchers
        self._services = services
        self._store = store
        self._progress = progress
        self._interpreters = {(one.name, one.variant): one for one in plan.interpreters}
        self._works = {work.label: work for work in plan.works}
        self._planner = Planner(plan, store.entries)
        self._calibrations = {_script_of(one): one for one in _of_type(store.entries, Calibration)}
        self._done = {sample.slot for sample in _of_type(store.entries, Sample)}

    def run(self) -> Finished:
        """Do what is left of the plan, until its planner says that it is enough.

        Raises:
            LauncherError: The launcher is gone.
            RunFolderError: The disk takes no more samples.

        """
        for finished in _of_type(self._store.entries, Finished):
            return finished
        self._tell(self._plan.cells)
        self._calibrate()
        begun = _of_type(self._store.entries, Choice)
        choice = begun[-1] if begun else self._choose(0)
        while choice.groups:
            self._measure_block(choice)
            choice = self._choose(choice.block + 1)
        finished = Finished(blocks=choice.block, why=choice.why)
        self._store.append([finished])
        return finished

    def _choose(self, block: int) -> Choice:
        """Decide what a block measures, and have that on disk before it begins."""
        choice = self._planner.next(block)
        if choice.groups:
            self._store.append([choice])
        return choice

    def _keep(self, entries: Sequence[Calibration | Sample]) -> None:
        self._store.append(entries)
        self._planner.learn(entries)

    def _calibrate(self) -> None:
        todo = pending(self._plan, tuple(self._calibrations.values()))
        whole = self._planner.next(0)
        slots = slots_of(self._plan, whole)
        for index, one in enumerate(todo):
            calibrating_s = sum(self._planner.calibration_s(*self._subject(other)) for other in todo[index:])
            left_s = self._planner.left_s(whole, slots, calibrating_s)
            self._announce("calibrating", f"{one.script} on {one.interpreter}{one.variant}", left_s)
            found = self._calibrate_one(one)
            self._keep([found])
            self._calibrations[_script_of(found)] = found

    def _calibrate_one(self, one: Calibration) -> Calibration:
        interpreter, work = self._subject(one)
        try:
            environment = self._services.environment(work.services)
        except ServiceError as error:
            return _unavailable(one, error)
        return calibrate(interpreter, work, self._plan, self._launcher(interpreter, work), environment)

    def _launcher(self, interpreter: Interpreter, work: Work) -> Launcher:
        return self._launchers.of(interpreter, Network.HOST if work.services else Network.NONE)

    def _subject(self, calibration: Calibration) -> tuple[Interpreter, Work]:
        """What is calibrated: an interpreter, and any work of the script."""
        interpreter = self._interpreters[calibration.interpreter, calibration.variant]
        return interpreter, next(work for work in self._plan.works if work.script == calibration.script)

    def _measure_block(self, choice: Choice) -> None:
        slots = [slot for slot in slots_of(self._plan, choice) if slot not in self._done]
        for index, slot in enumerate(slots):
            cell = slot.cell
            if self._planner.is_hopeless(cell):
                continue
            doing = f"{cell.workload} {cell.strategy} on {cell.interpreter}{cell.variant}"
            self._announce(f"block {slot.block + 1}", doing, self._planner.left_s(choice, slots[index:]))
            work = self._works[cell.workload]
            calibration = self._calibrations[cell.interpreter, cell.variant, work.script]
            self._keep(self._measure_slot(slot, work, calibration))
            self._tell([cell])

    def _announce(self, stage: str, doing: str, left_s: float) -> None:
        self._progress.show(Step(stage, doing, self._planner.spent_s, left_s))

    def _tell(self, cells: Iterable[Cell]) -> None:
        self._progress.know(self._planner.known(cells), self._plan.effort.precision)

    def _measure_slot(self, slot: Slot, work: Work, calibration: Calibration) -> list[Sample]:
        if calibration.outcome is not Outcome.OK:
            return [_not_started(slot, calibration)]
        try:
            environment = self._services.environment(work.services)
        except ServiceError as error:
            return [_not_started(slot, _unavailable(calibration, error))]
        interpreter = self._interpreters[slot.cell.interpreter, slot.cell.variant]
        launcher = self._launcher(interpreter, work)
        script = launcher.scripts / f"{work.script}.py"
        invocation = Invocation(
            argv=(*interpreter.command, str(script), *self._arguments(slot.cell, work, calibration)),
            env={**interpreter.env, **environment},
            timeout_s=self._plan.effort.timeout_s + interpreter.patience_s,
            copies=slot.copies,
        )
        return self._launch(slot, work, invocation, launcher)

    def _launch(self, slot: Slot, work: Work, invocation: Invocation, launcher: Launcher) -> list[Sample]:
        before_s = self._services.cpu_s(work.services)
        exits = launcher.launch(invocation)
        services_cpu_s = self._services.cpu_s(work.services) - before_s
        asked = Asked(work=work, cell=slot.cell, timeout_s=invocation.timeout_s)
        return [_sample(slot, copy, exited, asked, services_cpu_s) for copy, exited in enumerate(exits)]

    def _arguments(self, cell: Cell, work: Work, calibration: Calibration) -> tuple[str, ...]:
        interpreter = self._interpreters[cell.interpreter, cell.variant]
        return (
            "--strategy",
            cell.strategy.value,
            "--workers",
            str(cell.workers),
            "--loops",
            str(calibration.loops),
            "--iterations",
            str(iterations_of(interpreter, work, self._plan, calibration.iteration_s)),
            *as_arguments(work.parameters.items()),
        )


def _script_of(calibration: Calibration) -> tuple[str, str, str]:
    """Whose loops these are."""
    return calibration.interpreter, calibration.variant, calibration.script


def _of_type(entries: Iterable[Entry], kind: type[E]) -> list[E]:
    return [entry for entry in entries if isinstance(entry, kind)]


def _unavailable(calibration: Calibration, error: ServiceError) -> Calibration:
    return replace(calibration, outcome=Outcome.UNAVAILABLE, reason=str(error))


def _not_started(slot: Slot, calibration: Calibration) -> Sample:
    """Say why there was nothing to start: what calibrating it came to."""
    is_absent = calibration.outcome is Outcome.UNAVAILABLE
    return Sample(
        slot=slot,
        copy=0,
        outcome=calibration.outcome,
        reason=calibration.reason if is_absent else f"while calibrating: {calibration.reason}",
        wall_s=0.0,
        cpu_s=0.0,
        peak_rss=0,
        stderr_tail=calibration.stderr_tail,
    )


def _sample(slot: Slot, copy: int, exited: Exit, asked: Asked, services_cpu_s: float) -> Sample:
    verdict = judge(exited, asked)
    return Sample(
        slot=slot,
        copy=copy,
        outcome=verdict.outcome,
        reason=verdict.reason,
        wall_s=exited.wall_s,
        cpu_s=exited.cpu_s,
        peak_rss=exited.peak_rss,
        stderr_tail=exited.stderr if verdict.outcome.is_failure else "",
        line=verdict.line,
        services_cpu_s=services_cpu_s,
    )
