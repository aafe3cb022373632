"""Calibration: how often a unit's work is repeated, for each interpreter and workload script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Calibration, Cell, Interpreter, Line, Outcome, Own, Plan, Record, Strategy, Work
from gilometer.plan.budget import CALIBRATION_WARM_UP, warm_up_s
from gilometer.run.launcher import Invocation, Launcher
from gilometer.run.outcome import Expected, assess

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class CalibrationKey(Record, frozen=True):
    """The interpreter and the script that a calibration is for."""

    interpreter_label: str
    script: str

    @classmethod
    def of(cls, calibration: Calibration) -> CalibrationKey:
        """Return the key of a calibration."""
        return cls(calibration.interpreter_label, calibration.script)


def pending(plan: Plan, done: Sequence[Calibration]) -> list[Calibration]:
    """List the calibrations that are still to be made, as records with no loops yet."""
    have = {CalibrationKey.of(one) for one in done}
    scripts = dict.fromkeys(work.script for work in plan.works)
    return [
        Calibration(one.name, one.variant, script, 0, 0.0, Outcome.OK, "", 0.0)
        for one in plan.interpreters
        for script in scripts
        if CalibrationKey(one.label, script) not in have
    ]


def calibrate(  # noqa: PLR0917  what a calibration depends on
    interpreter: Interpreter,
    work: Work,
    plan: Plan,
    launcher: Launcher,
    environment: Mapping[str, str],
    timeout_s: float,
) -> Calibration:
    """Let the script itself find the loops, in one process, after a part of the warm-up of its JIT.

    ``environment`` is added to the interpreter's own.
    """
    argv = (
        *interpreter.command,
        str(launcher.scripts / f"{work.script}.py"),
        "--calibrate",
        str(plan.effort.iteration_s),
        *at_least(CALIBRATION_WARM_UP * warm_up_s(interpreter, work, plan)),
        *as_arguments(work.calibrate_with.items()),
        *units_of(work),
    )
    invocation = Invocation(argv=argv, env={**interpreter.env, **environment}, timeout_s=timeout_s)
    exited = launcher.launch(invocation)[0]
    serial = Cell(interpreter.name, interpreter.variant, work.label, Strategy.SERIAL, 1)
    found = assess(exited, Expected(work=work, cell=serial, timeout_s=timeout_s))
    return Calibration(
        interpreter=interpreter.name,
        variant=interpreter.variant,
        script=work.script,
        loops=found.line.loops if found.line else 0,
        iteration_s=_iteration_s(found.line, interpreter, work, plan) if found.line else 0.0,
        outcome=found.outcome,
        reason=found.reason,
        wall_s=exited.wall_s,
        stderr_tail=found.stderr_tail,
        peak_rss=exited.peak_rss,
    )


def _iteration_s(line: Line, interpreter: Interpreter, work: Work, plan: Plan) -> float:
    """Return the seconds of an iteration; with a JIT, which was half cold, those that the loops aim at."""
    if line.loops > 1 and warm_up_s(interpreter, work, plan):
        return plan.effort.iteration_s
    return line.iterations[-1].wall_s if line.iterations else 0.0


def at_least(seconds: float) -> tuple[str, ...]:
    """Return ``--seconds`` with its value; nothing for 0 seconds."""
    return ("--seconds", str(seconds)) if seconds else ()


def units_of(work: Work) -> tuple[str, ...]:
    """Return ``--units`` for the user's own code, which has as many as it has items."""
    return ("--units", str(work.own.units)) if isinstance(work.own, Own) else ()


def as_arguments(parameters: Iterable[tuple[str, str]]) -> list[str]:
    """Return ``--param`` for each."""
    return [word for name, value in parameters for word in ("--param", f"{name}={value}")]
