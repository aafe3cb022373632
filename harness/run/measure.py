"""The run itself: calibrate, then block after block, each sample on disk before the next invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from harness.model import (
    Calibration,
    Cell,
    Entry,
    Finished,
    Outcome,
    Plan,
    Role,
    Sample,
    Slot,
    Work,
)
from harness.plan.blocks import slots_of
from harness.plan.budget import Ledger, iterations_of
from harness.run.calibrate import as_arguments, calibrate, pending
from harness.run.launcher import Exit, Invocation, Launchers
from harness.run.outcome import Asked, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.run.store import Store

E = TypeVar("E", bound=Entry)


class Progress(Protocol):
    """Told between invocations how far the run is; draws nothing while one runs."""

    def show(self, doing: str, done_s: float, left_s: float) -> None:
        """Say what comes next, the seconds measured so far and the estimate of those to come."""
        ...


class Measurement:
    """One run of a plan, from wherever its store says it is."""

    def __init__(self, plan: Plan, launchers: Launchers, store: Store, progress: Progress) -> None:
        """Take in how far the store says the run is."""
        self._plan = plan
        self._launchers = launchers
        self._store = store
        self._progress = progress
        self._interpreters = {(one.name, one.variant): one for one in plan.interpreters}
        self._works = {work.label: work for work in plan.works}
        self._ledger = Ledger(plan, store.entries)
        self._hopeless = Hopeless(_of_type(store.entries, Sample))

    def run(self) -> Finished:
        """Do what is left of the plan, within its budget.

        Raises:
            LauncherError: The launcher is gone.
            RunFolderError: The disk takes no more samples.

        """
        for finished in _of_type(self._store.entries, Finished):
            return finished
        self._calibrate()
        block, why = 0, ""
        while not why:
            self._measure_block(block)
            block += 1
            why = self._reason_to_stop(block)
        finished = Finished(blocks=block, why=why)
        self._store.append([finished])
        return finished

    def _reason_to_stop(self, block: int) -> str:
        """Why this block is not to be measured; empty if it is."""
        if block == self._plan.effort.blocks:
            return "all blocks were measured"
        if all(slot.cell in self._hopeless for slot in slots_of(self._plan, block)):
            return "no cell is left that works"
        return "" if self._ledger.allows(block) else "the budget is spent"

    def _keep(self, entries: Sequence[Calibration | Sample]) -> None:
        self._store.append(entries)
        self._ledger.learn(entries)
        self._hopeless.learn(_of_type(entries, Sample))

    def _calibrate(self) -> None:
        scripts = {work.script: work for work in self._plan.works}
        todo = pending(self._plan, _of_type(self._store.entries, Calibration))
        for index, one in enumerate(todo):
            left_s = self._ledger.calibration_s() * (len(todo) - index) / len(todo)
            self._announce(f"calibrating {one.script} on {one.interpreter}{one.variant}", left_s, 0)
            interpreter = self._interpreters[one.interpreter, one.variant]
            work = scripts[one.script]
            self._keep([calibrate(interpreter, work, self._plan, self._launchers.of(interpreter))])

    def _measure_block(self, block: int) -> None:
        loops = {
            (one.interpreter, one.variant, one.script): one
            for one in _of_type(self._store.entries, Calibration)
        }
        done = {sample.slot for sample in _of_type(self._store.entries, Sample)}
        slots = [slot for slot in slots_of(self._plan, block) if slot not in done]
        for index, slot in enumerate(slots):
            cell = slot.cell
            if cell in self._hopeless:
                continue
            doing = f"block {block + 1}: {cell.workload} {cell.strategy} on {cell.interpreter}{cell.variant}"
            left_s = self._ledger.slots_s(one for one in slots[index:] if one.cell not in self._hopeless)
            self._announce(doing, left_s, block + 1)
            work = self._works[cell.workload]
            calibration = loops[cell.interpreter, cell.variant, work.script]
            self._keep(self._measure_slot(slot, work, calibration))

    def _announce(self, doing: str, left_s: float, next_block: int) -> None:
        """Show what comes next; later blocks are counted in as far as the budget is likely to hold them."""
        spent_s = self._ledger.spent_s
        spare_s = self._plan.effort.budget_s - spent_s - left_s
        later = self._ledger.blocks_after(spare_s, next_block)
        later_s = later * self._ledger.slots_s(slots_of(self._plan, next_block))
        self._progress.show(doing, spent_s, left_s + later_s)

    def _measure_slot(self, slot: Slot, work: Work, calibration: Calibration) -> list[Sample]:
        if calibration.outcome is not Outcome.OK:
            return [_not_calibrated(slot, calibration)]
        interpreter = self._interpreters[slot.cell.interpreter, slot.cell.variant]
        launcher = self._launchers.of(interpreter)
        script = launcher.scripts / f"{work.script}.py"
        invocation = Invocation(
            argv=(*interpreter.command, str(script), *self._arguments(slot.cell, work, calibration)),
            env=dict(interpreter.env),
            timeout_s=self._plan.effort.timeout_s + interpreter.patience_s,
            copies=slot.copies,
        )
        asked = Asked(work=work, cell=slot.cell, timeout_s=invocation.timeout_s)
        exits = launcher.launch(invocation)
        return [_sample(slot, copy, exited, asked) for copy, exited in enumerate(exits)]

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


class Hopeless:
    """Cells that have only ever failed, or that their interpreter lacks: not worth another block."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        """Begin with what was measured before."""
        self._worked: set[Cell] = set()
        self._failed: set[Cell] = set()
        self.learn(samples)

    def learn(self, samples: Iterable[Sample]) -> None:
        """Take in how more invocations went; a control's failure leaves its cell to speak for itself."""
        for sample in samples:
            if sample.slot.role is not Role.MEASURE:
                continue
            (self._worked if sample.outcome is Outcome.OK else self._failed).add(sample.slot.cell)

    def __contains__(self, cell: Cell) -> bool:
        return cell in self._failed and cell not in self._worked


def _of_type(entries: Iterable[Entry], kind: type[E]) -> list[E]:
    return [entry for entry in entries if isinstance(entry, kind)]


def _not_calibrated(slot: Slot, calibration: Calibration) -> Sample:
    return Sample(
        slot=slot,
        copy=0,
        outcome=calibration.outcome,
        reason=f"while calibrating: {calibration.reason}",
        wall_s=0.0,
        cpu_s=0.0,
        peak_rss=0,
        stderr_tail=calibration.stderr_tail,
    )


def _sample(slot: Slot, copy: int, exited: Exit, asked: Asked) -> Sample:
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
    )
