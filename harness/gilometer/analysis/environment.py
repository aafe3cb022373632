"""Compare the environments of two runs: the machine, the interpreters, the harness and its effort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gilometer.model import Interpreter, Manifest

_MEGABYTE = 1e6
_SHORT = 12
"""Characters of a digest that are shown."""
_MINUTE = 16
"""Characters of an ISO 8601 time, up to its minutes."""

Attributes = dict[str, str]
"""The attributes of a run, a machine or an interpreter, by their names for readers."""


@dataclass(frozen=True)
class Difference:
    """An attribute that differs between the runs."""

    subject: str
    """``run``, ``machine``, or an interpreter's label."""
    fact: str
    before: str
    after: str


def differences(before: Manifest, after: Manifest) -> tuple[Difference, ...]:
    """List the attributes that differ between two runs; an interpreter counts if both have it."""
    found = [
        *_differing("run", _run(before), _run(after)),
        *_differing("machine", _machine(before), _machine(after)),
    ]
    later = {one.label: one for one in after.plan.interpreters}
    for one in before.plan.interpreters:
        if one.label in later:
            found += _differing(one.label, _interpreter(one), _interpreter(later[one.label]))
    return tuple(found)


def _differing(subject: str, before: Attributes, after: Attributes) -> Iterator[Difference]:
    for fact, value in before.items():
        if value != after[fact]:
            yield Difference(subject, fact, value, after[fact])


def _run(manifest: Manifest) -> Attributes:
    effort = manifest.plan.effort
    return {
        "begun": manifest.started[:_MINUTE].replace("T", " "),
        "Gilometer": manifest.harness,
        "schema": str(manifest.schema),
        "workload scripts": manifest.plan.workloads_digest[:_SHORT],
        "baseline": manifest.plan.baseline,
        "effort": effort.name,
        "iteration": f"{effort.iteration_s:g} s",
        "iterations": str(effort.iterations),
        "warm-up": f"{effort.warm_up:g} of the usual",
        "budget": f"{effort.budget_s:g} s",
        "precision": f"{effort.precision:.0%}",
    }


def _machine(manifest: Manifest) -> Attributes:
    machine = manifest.machine
    return {
        "processor": machine.cpu,
        "cores": str(machine.cores),
        "usable cores": f"{machine.usable_cores:g}",
        "memory": f"{machine.memory_bytes / _MEGABYTE:.0f} MB",
        "system": machine.system,
        "file system": machine.file_system or "unknown",
        "harness runs on": machine.host_python,
        "warnings": ", ".join(sorted({warning.id for warning in manifest.warnings})) or "none",
    }


def _interpreter(one: Interpreter) -> Attributes:
    facts, build = one.facts, one.facts.build
    return {
        "version": facts.version,
        "implementation": facts.implementation_version,
        "compiler": _text(build.compiler),
        "PGO": _text(build.pgo),
        "LTO": _text(build.lto),
        "debug build": _text(build.debug),
        "GIL": _text(facts.gil),
        "JIT": facts.jit,
        "collector": facts.collector or facts.gc,
        "clock": facts.clock.name,
        "executable": facts.executable,
        "environment": " ".join(f"{name}={value}" for name, value in sorted(one.env.items())) or "-",
        "found in": one.source,
        "image": one.image[-_SHORT:] or "-",
        "fingerprint": one.fingerprint[:_SHORT],
    }


def _text(value: str | bool | None) -> str:  # noqa: FBT001  a fact, not a switch
    """Write a fact for readers; one that an interpreter doesn't tell is ``?``."""
    words = {True: "yes", False: "no", None: "?"}
    return value if isinstance(value, str) else words[value]
