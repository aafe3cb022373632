"""The records of interpreters, and of the machine that they run on."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time

from gilometer.model.terms import Record


class Clock(Record, frozen=True):
    """The finest wall clock that an interpreter has."""

    name: str
    tick_s: float


class Build(Record, frozen=True):
    """The compilation of a binary. ``None``: the interpreter doesn't say."""

    compiler: str | None = None
    pgo: bool | None = None
    lto: bool | None = None
    debug: bool | None = None


class Facts(Record, frozen=True):
    """The facts that an interpreter told the probe (``workloads/_runtime.py``)."""

    implementation: str
    version: str
    """Version of the language, such as ``3.13.0``."""
    implementation_version: str
    executable: str
    free_threaded: bool
    """True if the build can run without a GIL."""
    gil: bool
    """True if it ran with a GIL when asked."""
    jit: str
    """``none``, ``off`` or ``on``."""
    gc: str
    """``refcount`` or ``tracing``."""
    build: Build
    clock: Clock
    capabilities: tuple[str, ...]
    """Modules of the standard library that it can import, of those that matter here."""
    collector: str = ""
    """The garbage collector that ran, if an interpreter can have several: ``G1``, ``server concurrent``."""
    lacks: Mapping[str, str] = {}
    """Reasons why it can't use a strategy, in its own words, by strategy; only those that are certain."""


class Timing(Record, frozen=True):
    """The timing of an interpreter's processes, as a matrix file gives it, for planning and timeouts."""

    warm_up_s: float = 1.0
    """Worth of work, in seconds when warm, that its JIT needs to get warm, if it has one."""
    startup_s: float = 0.1
    """A first guess of the CPU time that a process costs beside its iterations, until one was measured."""
    patience_s: float = 0.0
    """Seconds beyond the run's timeout that an invocation may take, if it is slow to start."""
    takes_turns: bool = True
    """True if its processes can wait for turns without using the CPU."""
    compiles_beside: bool = False
    """True if its JIT compiles in threads of its own while the program runs."""


class Interpreter(Record, frozen=True):
    """One Python that can run here."""

    name: str
    kind: str
    """Stem of its matrix file. By default one interpreter of each kind is selected."""
    command: tuple[str, ...]
    facts: Facts
    source: str
    """Place where it was found: ``pyenv``, ``PATH``, ``provisioned``, ``matrix``, ``image jython``, ..."""
    fingerprint: str
    """Identity of the binary and its command; it changes when either does."""
    variant: str = ""
    """Such as ``+gil``; empty for the command as it was found."""
    image: str = ""
    """Identity of the container image that it runs in; empty: on this machine."""
    env: Mapping[str, str] = {}
    timing: Timing = Timing()

    @property
    def label(self) -> str:
        """Name with variant, such as ``cpython-3.13t+gil``: the key of an interpreter."""
        return self.name + self.variant

    @property
    def warm_up_s(self) -> float:
        """Worth of work, in seconds when warm, that an invocation does at least; 0 without a JIT."""
        return self.timing.warm_up_s if self.facts.jit == "on" else 0.0


class Missing(Record, frozen=True):
    """One Python of the matrix that can't run here, and the remedy."""

    name: str
    kind: str
    why: str
    remedy: str
    """The one command that adds it."""


class MachineWarning(Record, frozen=True):
    """A fact about the machine or a build that distorts figures."""

    id: str
    sentence: str


class Machine(Record, frozen=True):
    """The machine that a run was measured on."""

    cpu: str
    cores: int
    """Logical processors of the machine."""
    usable_cores: float
    """Cores that affinity mask and cgroup quota allow."""
    memory_bytes: int
    system: str
    host_python: str
    file_system: str = ""
    """File system of the run's folder, where workloads write: ``ext4``, ``tmpfs``."""
