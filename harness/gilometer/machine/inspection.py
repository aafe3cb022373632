"""Describe the machine, and warn about what changes the figures on it."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from gilometer.machine import cores, disks
from gilometer.machine.fairness import comparison_warnings
from gilometer.model import Machine, MachineWarning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gilometer.model import Interpreter

BUSY = 0.25
"""Share of the usable cores that other processes may use without a warning."""


def inspect(folder: Path, root: Path = cores.ROOT) -> Machine:
    """Describe this machine; ``folder`` is that of a run, and ``root`` has /proc and /sys."""
    import psutil  # noqa: PLC0415  not needed until a machine is asked about

    return Machine(
        cpu=cores.model(root) or platform.processor() or platform.machine(),
        cores=cores.logical_cores(),
        usable_cores=cores.usable(root),
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        host_python=f"{platform.python_implementation()} {platform.python_version()}",
        file_system=disks.file_system(folder),
    )


def warnings(
    machine: Machine, interpreters: Sequence[Interpreter], root: Path = cores.ROOT
) -> tuple[MachineWarning, ...]:
    """List the warnings about the machine and about these interpreters."""
    return (*_of_machine(machine, root), *comparison_warnings(interpreters))


def _of_machine(machine: Machine, root: Path) -> Iterator[MachineWarning]:
    yield from disks.warnings(machine.file_system)
    if (allowed := cores.affinity()) < machine.cores:
        yield MachineWarning("affinity", f"An affinity mask leaves {allowed} of {machine.cores} cores.")
    if (granted := cores.quota(root)) is not None and granted < machine.cores:
        yield MachineWarning(
            "cpu-quota",
            f"A control group grants the time of {granted:g} of {machine.cores} cores,"
            " and throttles whatever takes more.",
        )
    if cores.shared_cores(root):
        yield MachineWarning(
            "smt", "Some logical cores share a physical one (SMT): two workers there are less than two cores."
        )
    if others := sorted(cores.governors(root) - {"performance"}):
        yield MachineWarning(
            "governor",
            f'The frequency governor is "{", ".join(others)}", not "performance": the clock rate wanders.',
        )
    if (load := cores.load(root)) > BUSY * machine.usable_cores:
        yield MachineWarning(
            "load",
            f"Over the last minute {load:.1f} processes wanted a core:"
            " wait for them to end, or expect noise.",
        )
