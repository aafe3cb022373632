"""The machine that figures are measured on, and what about it and its interpreters bends them."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.interpreters import cores
from harness.interpreters.versions import version_key
from harness.model import Machine, Trap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from harness.model import Facts, Interpreter

ROOT = Path("/")

BUSY = 0.25
"""Share of the usable cores that, taken by others, is worth a warning."""


def inspect(root: Path = ROOT) -> Machine:
    """Describe this machine; ``root`` is where its /proc and /sys are."""
    import psutil  # noqa: PLC0415  the only need of it here

    total = cores.logical_cores()
    granted = cores.quota(root)
    return Machine(
        cpu=cores.model(root) or platform.processor() or platform.machine(),
        cores=total,
        usable_cores=float(min(total, cores.affinity(), granted or total)),
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        host_python=f"{platform.python_implementation()} {platform.python_version()}",
    )


def traps(machine: Machine, interpreters: Sequence[Interpreter], root: Path = ROOT) -> tuple[Trap, ...]:
    """List what bends the figures of these interpreters on this machine."""
    return (*_of_machine(machine, root), *_of_interpreters(interpreters))


def _of_machine(machine: Machine, root: Path) -> Iterator[Trap]:
    if (allowed := cores.affinity()) < machine.cores:
        yield Trap("affinity", f"An affinity mask leaves {allowed} of {machine.cores} cores.")
    if (granted := cores.quota(root)) is not None and granted < machine.cores:
        yield Trap(
            "cpu-quota",
            f"A control group grants the time of {granted:g} of {machine.cores} cores,"
            " and throttles whatever takes more.",
        )
    if cores.shared_cores(root):
        yield Trap(
            "smt", "Some logical cores share a physical one (SMT): two workers there are less than two cores."
        )
    if others := sorted(cores.governors(root) - {"performance"}):
        yield Trap(
            "governor",
            f'The frequency governor is "{", ".join(others)}", not "performance": the clock rate wanders.',
        )
    if (load := cores.load(root)) > BUSY * machine.usable_cores:
        yield Trap(
            "load",
            f"Over the last minute {load:.1f} processes wanted a core:"
            " wait for them to end, or expect noise.",
        )


def _of_interpreters(interpreters: Sequence[Interpreter]) -> Iterator[Trap]:
    for trap in _BUILD_TRAPS:
        names = [each.name for each in interpreters if trap.applies(each.facts)]
        if names:
            yield Trap(trap.id, f"{trap.sentence}: {', '.join(names)}.")


@dataclass(frozen=True)
class _BuildTrap:
    """Something about a build, told by its facts."""

    id: str
    sentence: str
    """To be followed by the interpreters' names."""
    applies: Callable[[Facts], bool]


def _is(facts: Facts, implementation: str, *version: int) -> bool:
    """Tell whether facts are of this implementation and language version or, given none, of any."""
    return facts.implementation == implementation and version_key(facts.version)[: len(version)] == version


_BUILD_TRAPS = (
    _BuildTrap(
        "debug-build",
        "Built for debugging, several times slower",
        lambda facts: facts.build.debug is True,
    ),
    _BuildTrap(
        "unoptimised-build",
        "Built without profile-guided optimisation, slower than what most people run",
        lambda facts: facts.build.pgo is False and facts.build.debug is not True,
    ),
    _BuildTrap(
        "jit-off",
        "Has a JIT that is off unless asked for",
        lambda facts: facts.jit == "off" and not _is(facts, "graalpy"),
    ),
    _BuildTrap(
        "graalpy-interpreted",
        "Runs without its compiler, tens of times slower than GraalPy is",
        lambda facts: facts.jit == "off" and _is(facts, "graalpy"),
    ),
    _BuildTrap(
        "gil-switched-on",
        "Can run without a GIL, and ran with one",
        lambda facts: facts.free_threaded and facts.gil,
    ),
    _BuildTrap(
        "immortal-objects",
        "Makes objects immortal once a second thread starts, so memory grows",
        lambda facts: _is(facts, "cpython", 3, 13) and facts.free_threaded,
    ),
    _BuildTrap(
        "forkserver",
        "Starts processes by forkserver unless told otherwise, slower than older versions' fork",
        lambda facts: _is(facts, "cpython") and version_key(facts.version) >= (3, 14),
    ),
)
