"""What a run could not show, as it had few cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.sentences.text import listed, plural

if TYPE_CHECKING:
    from gilometer.model import Machine, Manifest

FEWEST = 2
"""The cores that two workers need to compute at once."""
LIMITS = {"affinity": "an affinity mask", "cpu-quota": "a CPU quota"}
"""What leaves a process fewer cores than the machine has, by the id of the machine's warning."""


def has_few_cores(machine: Machine) -> bool:
    """Tell whether not even two workers could compute at once."""
    return machine.usable_cores < FEWEST


def on_how_many_cores(manifest: Manifest) -> str:
    """Say with how many cores a run was measured, if they were few or not all; else nothing."""
    machine = manifest.machine
    of = f"{machine.usable_cores:g} of {plural(machine.cores, 'core')}"
    if machine.usable_cores >= machine.cores:
        of = plural(machine.cores, "core")
    limits = [LIMITS[one.id] for one in manifest.warnings if one.id in LIMITS]
    because = f" ({listed(limits)})" if limits else ""
    if has_few_cores(machine):
        return f"Measured on {of}{because}: two workers can't have a core each here, on any interpreter."
    if machine.usable_cores < machine.cores:
        most = plural(int(machine.usable_cores), "worker")
        return f"Measured on {of}{because}: no more than {most} can have a core each here."
    return ""
