"""The command by which a person repeats what failed, in a shell at the top of the repository.

What failed of the user's own code is repeated in the folder of that code.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gilometer import locations
from gilometer.interpreters.containers import engine
from gilometer.model import Own
from gilometer.printing import without_passwords
from gilometer.run.calibrate import as_arguments, units_of

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
    scripts = engine.WORKLOADS if interpreter.image else _scripts(work)
    asked = _asked(plan, work, failure) if failure.loops else _calibration(plan, work)
    words = [*started, f"{scripts}/{work.script}.py", *asked]
    return shlex.join(map(without_passwords, words))


def _scripts(work: Work) -> str:
    return str(locations.workloads_folder()) if isinstance(work.own, Own) else SCRIPTS


def needs_servers(plan: Plan, failure: CellFailure) -> bool:
    """Tell whether the workload talks to servers."""
    return any(work.services for work in plan.works if work.label == failure.workload)


def _here(interpreter: Interpreter) -> list[str]:
    variables = [f"{name}={value}" for name, value in interpreter.env.items()]
    return [*(["env", *variables] if variables else []), *interpreter.command]


def _in_container(interpreter: Interpreter, work: Work) -> list[str]:
    program, *words = interpreter.command
    own = (f"--volume=.:{engine.OWN}:ro", f"--workdir={engine.OWN}") if isinstance(work.own, Own) else ()
    scripts = _scripts(work) if own else f"./{SCRIPTS}"
    return [
        *("podman", "run", "--rm", f"--network={'host' if work.services else 'none'}"),
        f"--volume={scripts}:{engine.WORKLOADS}:ro",
        *own,
        *(f"--env={name}={value}" for name, value in interpreter.env.items()),
        *(f"--entrypoint={program}", interpreter.image, *words),
    ]


def _asked(plan: Plan, work: Work, failure: CellFailure) -> list[str]:
    configuration = failure.configuration
    return [
        *("--strategy", configuration.strategy.value, "--workers", str(configuration.workers)),
        *("--loops", str(failure.loops), "--iterations", str(plan.effort.iterations)),
        *as_arguments(work.parameters.items()),
        *units_of(work),
    ]


def _calibration(plan: Plan, work: Work) -> list[str]:
    found = as_arguments(work.calibrate_with.items())
    return ["--calibrate", str(plan.effort.iteration_s), *found, *units_of(work)]
