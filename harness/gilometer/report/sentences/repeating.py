"""The command by which a person repeats what failed, in a shell at the top of the repository."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gilometer.interpreters.containers import engine
from gilometer.printing import without_passwords
from gilometer.run.calibrate import as_arguments

if TYPE_CHECKING:
    from gilometer.model import Interpreter, Plan, Work
    from gilometer.report.results.failures import CellFailure

SCRIPTS = "workloads"


def command_of(plan: Plan, failure: CellFailure) -> str:
    """Return the command, quoted for a shell; empty if the plan has no such interpreter or workload."""
    interpreter = next((one for one in plan.interpreters if one.label == failure.mode.interpreter), None)
    work = next((one for one in plan.works if one.label == failure.workload), None)
    if interpreter is None or work is None:
        return ""
    started = _in_container(interpreter, work) if interpreter.image else _here(interpreter)
    scripts = engine.WORKLOADS if interpreter.image else SCRIPTS
    asked = _asked(plan, work, failure) if failure.loops else _calibration(plan, work)
    words = [*started, f"{scripts}/{work.script}.py", *asked]
    return shlex.join(map(without_passwords, words))


def needs_servers(plan: Plan, failure: CellFailure) -> bool:
    """Tell whether the workload talks to servers."""
    return any(work.services for work in plan.works if work.label == failure.workload)


def _here(interpreter: Interpreter) -> list[str]:
    variables = [f"{name}={value}" for name, value in interpreter.env.items()]
    return [*(["env", *variables] if variables else []), *interpreter.command]


def _in_container(interpreter: Interpreter, work: Work) -> list[str]:
    program, *words = interpreter.command
    return [
        *("podman", "run", "--rm", f"--network={'host' if work.services else 'none'}"),
        f"--volume=./{SCRIPTS}:{engine.WORKLOADS}:ro",
        *(f"--env={name}={value}" for name, value in interpreter.env.items()),
        *(f"--entrypoint={program}", interpreter.image, *words),
    ]


def _asked(plan: Plan, work: Work, failure: CellFailure) -> list[str]:
    configuration = failure.configuration
    return [
        *("--strategy", configuration.strategy.value, "--workers", str(configuration.workers)),
        *("--loops", str(failure.loops), "--iterations", str(plan.effort.iterations)),
        *as_arguments(work.parameters.items()),
    ]


def _calibration(plan: Plan, work: Work) -> list[str]:
    return ["--calibrate", str(plan.effort.iteration_s), *as_arguments(work.calibrate_with.items())]
