"""The frozen records that pass between the stages, in the words of docs/design.md.

Times are seconds, memory is bytes, unless a name says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from enum import IntEnum, StrEnum

import msgspec

SCHEMA = 3
"""Version of a run's files. A reader refuses a newer one."""

CONTRACT = 2
"""Version of the line that a workload prints."""

MOST_SPANS = 400
"""That one line may have: what a picture can show, and a run of many invocations can keep."""


class Record(msgspec.Struct, frozen=True):
    """What all records share."""


class Estimate(Record, frozen=True):
    """A value with both ends of its 95% interval; NaN: there is none."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def has_interval(self) -> bool:
        """Tell whether enough was measured for an interval."""
        return not math.isnan(self.low)


class Outcome(StrEnum):
    """How a cell, or one invocation of it, ended."""

    OK = "ok"
    UNSUPPORTED = "unsupported"
    UNAVAILABLE = "unavailable"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    WRONG_CHECKSUM = "wrong_checksum"
    KILLED = "killed"
    NOT_REACHED = "not_reached"
    """Of a cell: the budget was spent before it."""

    @property
    def is_failure(self) -> bool:
        """Whether it makes the run's exit status 1."""
        return self not in {Outcome.OK, Outcome.UNSUPPORTED, Outcome.UNAVAILABLE, Outcome.NOT_REACHED}

    @property
    def words(self) -> str:
        """For readers: ``wrong checksum``."""
        return self.value.replace("_", " ")


class Strategy(StrEnum):
    """How the work is spread."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"
    HYBRID = "hybrid"
    ASYNCIO = "asyncio"
    SUBINTERPRETERS = "subinterpreters"

    def at_once(self, workers: int) -> int:
        """How many threads, processes or tasks of so many workers can be at work at once.

        Under ``hybrid`` a worker is two: a thread that fetches, and a process that transforms.
        """
        return 2 * workers if self is Strategy.HYBRID else workers


class Role(StrEnum):
    """Why a slot is in its block."""

    MEASURE = "measure"
    TWIN = "twin"
    """The same cell a second time: the A/A pair, whose ratio is the noise."""
    CAPACITY = "capacity"
    """As many independent serial processes as a strategy has workers: the most it could reach."""
    REFERENCE = "reference"
    """The serial cell of another interpreter, measured beside the group whose serial is compared with it."""


class Alternative(StrEnum):
    """Where a ratio is said to be, to within the margin; or an observation, above or below a threshold."""

    ABOVE = "above"
    NOT_ABOVE = "not above"
    BELOW = "below"
    NOT_BELOW = "not below"
    EQUAL = "equal"
    UNEQUAL = "unequal"

    @property
    def contrary(self) -> Alternative:
        """What refutes it."""
        return _CONTRARY[self]


_CONTRARY = {
    one: other
    for pair in (
        (Alternative.ABOVE, Alternative.NOT_ABOVE),
        (Alternative.BELOW, Alternative.NOT_BELOW),
        (Alternative.EQUAL, Alternative.UNEQUAL),
    )
    for one, other in (pair, pair[::-1])
}


# --- stage 1: interpreters ------------------------------------------------------------------


class Clock(Record, frozen=True):
    """The finest wall clock that an interpreter has."""

    name: str
    tick_s: float


class Build(Record, frozen=True):
    """How a binary was compiled. ``None``: the interpreter doesn't say."""

    compiler: str | None = None
    pgo: bool | None = None
    lto: bool | None = None
    debug: bool | None = None


class Facts(Record, frozen=True):
    """What an interpreter said of itself to the probe (``workloads/_runtime.py``)."""

    implementation: str
    version: str
    """Of the language, such as ``3.13.0``."""
    implementation_version: str
    executable: str
    free_threaded: bool
    """Whether the build can run without a GIL."""
    gil: bool
    """Whether it ran with one when asked."""
    jit: str
    """``none``, ``off`` or ``on``."""
    gc: str
    """``refcount`` or ``tracing``."""
    build: Build
    clock: Clock
    capabilities: tuple[str, ...]
    """Modules of the standard library that matter here and can be imported."""
    collector: str = ""
    """Which garbage collector ran, where an interpreter can have several: ``G1``, ``server concurrent``."""
    lacks: Mapping[str, str] = {}
    """Why it can't spread work by a strategy, in its own words; only what the probe knows for certain."""


class Interpreter(Record, frozen=True):
    """One Python that can run here."""

    name: str
    kind: str
    """One of each kind is selected by default; the stem of its matrix file."""
    command: tuple[str, ...]
    facts: Facts
    source: str
    """Where it was found: ``pyenv``, ``PATH``, ``provisioned``, ``matrix``, ``image jython``, ..."""
    fingerprint: str
    """Identity of the binary and its command: changes when either does."""
    variant: str = ""
    """Such as ``+gil``; empty for the command as it was found."""
    image: str = ""
    """Identity of the container image that it runs in; none: on this machine."""
    env: Mapping[str, str] = {}
    warm_up_s: float = 0.0
    """Worth of work, in seconds when warm, that an invocation does at least; 0 without a JIT."""
    patience_s: float = 0.0
    """What an invocation may take beyond the timeout of the run, for one that is slow to start."""
    takes_turns: bool = True
    """Whether its processes can wait for turns without using the CPU."""

    @property
    def label(self) -> str:
        """Its name with its variant, such as ``cpython-3.13t+gil``."""
        return self.name + self.variant


class Missing(Record, frozen=True):
    """One Python of the matrix that can't run here."""

    name: str
    kind: str
    why: str
    remedy: str
    """The one command that adds it."""


class MachineWarning(Record, frozen=True):
    """Something about the machine or a build that bends the figures."""

    id: str
    sentence: str


class Machine(Record, frozen=True):
    """What the figures were measured on."""

    cpu: str
    cores: int
    """Logical processors of the machine."""
    usable_cores: float
    """What affinity mask and cgroup quota leave of them."""
    memory_bytes: int
    system: str
    host_python: str
    file_system: str = ""
    """Of the run's folder, where workloads write: ``ext4``, ``tmpfs``."""


# --- stage 2: plan --------------------------------------------------------------------------


class Card(Record, frozen=True):
    """What a workload says of itself (``--describe``)."""

    name: str
    kind: str
    shows: str
    parameters: Mapping[str, int | float | str]
    meanings: Mapping[str, str]
    sweep: Mapping[str, tuple[int | float | str, ...]]
    """Parameters that are measured at several values, each its own cell. At most one."""
    calibrate_with: Mapping[str, int | float | str]
    strategies: tuple[Strategy, ...]
    claims: tuple[str, ...]
    checksum: str
    """What every interpreter and strategy must return for the default units."""
    services: tuple[str, ...] = ()
    """What must be running for it: ``http``, ``postgres``."""
    loops: int = 1
    """What it repeats a unit when run by hand; a run calibrates."""


class Work(Record, frozen=True):
    """A workload at one point of its sweep: what a cell names as its workload."""

    label: str
    """``fib``, or ``mixed:cpu=0.5``."""
    script: str
    kind: str
    parameters: Mapping[str, str]
    calibrate_with: Mapping[str, str]
    strategies: tuple[Strategy, ...]
    checksum: str
    services: tuple[str, ...] = ()


class Cell(Record, frozen=True, order=True):
    """Interpreter x variant x workload x strategy x workers."""

    interpreter: str
    variant: str
    workload: str
    strategy: Strategy
    workers: int

    @property
    def interpreter_label(self) -> str:
        """Label of its interpreter, as ``Interpreter.label``."""
        return self.interpreter + self.variant

    @property
    def label(self) -> str:
        """Name it for readers: ``cpython-3.13t+gil fib threads 2``."""
        return f"{self.interpreter_label} {self.workload} {self.strategy.value} {self.workers}"

    @property
    def group(self) -> Group:
        """The group that it is measured in."""
        return Group(self.interpreter, self.variant, self.workload)

    @property
    def at_once(self) -> int:
        """How many threads, processes or tasks of it can be at work at once: the copies of its capacity."""
        return self.strategy.at_once(self.workers)


class Slot(Record, frozen=True, order=True):
    """A place in a block: one invocation, or ``copies`` of it at once."""

    block: int
    cell: Cell
    role: Role = Role.MEASURE
    copies: int = 1
    beside: str = ""
    """Of a reference: label of the interpreter whose group it is measured with."""


class Group(Record, frozen=True, order=True):
    """The cells of a block whose ratios are taken: one workload on one interpreter."""

    interpreter: str
    variant: str
    workload: str

    @property
    def interpreter_label(self) -> str:
        """Label of its interpreter, as ``Interpreter.label``."""
        return self.interpreter + self.variant


class Effort(Record, frozen=True):
    """How hard a run tries: ``quick``, ``default`` or ``rigorous``, with the user's changes."""

    name: str
    iteration_s: float
    """Length that calibration gives an iteration."""
    iterations: int
    warm_up: float
    """Factor on the ``warm_up_s`` of interpreters."""
    blocks: int
    """The most blocks that are worth their time."""
    budget_s: float
    timeout_s: float
    """For one invocation."""
    sweep_points: int = 5
    """How many values of a swept parameter are measured, ends first."""
    workloads: tuple[str, ...] = ()
    """Those that are measured unless others are asked for; none: all."""
    precision: float = 0.02
    """Half-width at which the interval of a ratio is narrow enough, as a share of the ratio."""
    fewest_blocks: int = 6
    """Before which no interval counts as narrow, however narrow it looks."""
    jit_iterations: int = 20
    """The fewest iterations of an invocation on a JIT: under these, no change of its speed can be seen."""
    rounds: int = 4
    """Turns that each process of a group has in a block, until the spreads say how many are worth it."""


class Lack(Record, frozen=True):
    """What the probe says an interpreter can't do: nothing of it is started."""

    interpreter: str
    variant: str
    strategy: Strategy
    why: str
    """In the interpreter's own words."""

    @property
    def interpreter_label(self) -> str:
        """Label of its interpreter, as ``Interpreter.label``."""
        return self.interpreter + self.variant


class Rank(IntEnum):
    """Which questions a run answers first."""

    HEADLINE = 0
    """Whether threads and processes help, by one workload of each kind."""
    EVIDENCE = 1
    """The same by all other workloads that are evidence."""
    OTHERS = 2
    """All other claims."""
    PRECISION = 3
    """How large it is, once it is known where it stands."""


class Aim(Record, frozen=True, order=True, rename={"alternative": "stance"}):
    """A question on one ratio: where it stands to the edges of a claim."""

    rank: Rank
    claim: str
    over: Cell
    """What the ratio is above 1 for when ``under`` is faster."""
    under: Cell
    alternative: Alternative
    """Where the claim says it stands."""
    margin: float
    is_bounded: bool = False
    """Whether the ratio is a speedup over serial, which capacity is the bound of."""
    is_whole: bool = True
    """Whether the claim asks of ratios alone: if not, they can refute it, and not make it hold."""


class Plan(Record, frozen=True):
    """Everything that decides what a run does, and in which order."""

    seed: int
    effort: Effort
    interpreters: tuple[Interpreter, ...]
    missing: tuple[Missing, ...]
    works: tuple[Work, ...]
    cells: tuple[Cell, ...]
    controls: tuple[Slot, ...]
    """A/A pairs, capacity controls and references of all groups (their ``block`` is 0 here)."""
    baseline: str
    """Name of the interpreter that others are compared with, and that runs the controls."""
    workloads_digest: str
    lacks: tuple[Lack, ...] = ()
    aims: tuple[Aim, ...] = ()
    """What the claims ask of this run's ratios, the most important first."""


# --- stage 3: run ---------------------------------------------------------------------------


class Iteration(Record, frozen=True):
    """The whole of the units, ``passes`` times."""

    wall_s: float
    cpu_s: float | None


class Gil(Record, frozen=True):
    """Whether a GIL was on before the workers started and after they ended."""

    before: bool
    after: bool


class Observed(Record, frozen=True):
    """What a workload told besides its times."""

    what: str
    unit: str
    values: tuple[float, ...]
    """One for each iteration."""


class Span(Record, frozen=True):
    """A stretch in which a worker ran, in seconds since its iteration began."""

    worker: int
    """From 0."""
    start_s: float
    end_s: float


class Line(Record, frozen=True):
    """The one line that a workload prints: the contract."""

    contract: int
    workload: str
    strategy: str
    workers: int
    units: int
    loops: int
    passes: int
    """How often an iteration does the fixed work; times are divided by it."""
    parameters: Mapping[str, int | float | str]
    checksum: str
    clock: Clock
    pool_start_s: float
    script_s: float
    """From the contract's first statement to this line; the rest of the process is start-up."""
    iterations: tuple[Iteration, ...]
    gil: Gil
    implementation: str
    version: str
    jit: str
    outcome: Outcome
    reason: str
    observations: tuple[Observed, ...] = ()
    spans: tuple[Span, ...] = ()
    """Who ran when in the last iteration, where a workload tells: the first ``MOST_SPANS`` at most."""
    turns_from: int | None = None
    """How many iterations came before its first turn, to warm up; ``None``: it was not given turns."""


class Sample(Record, frozen=True, tag="sample"):
    """What one invocation gave."""

    slot: Slot
    copy: int
    """Which of the slot's copies, from 0."""
    outcome: Outcome
    reason: str
    wall_s: float
    """Of the whole process, start-up and exit included."""
    cpu_s: float
    """Of the whole process tree."""
    peak_rss: int
    """Bytes, summed over the process tree when its line arrived; 0 when it was gone too soon to be seen."""
    stderr_tail: str = ""
    line: Line | None = None
    services_cpu_s: float = 0.0
    """What the harness's own servers used meanwhile, for all copies together; 0 if it needs none."""
    rounds: tuple[Iteration, ...] = ()
    """Of a process that failed in the midst of its turns: those that it had done."""


class Calibration(Record, frozen=True, tag="calibration"):
    """The loops that one interpreter and workload script need for a well-timed iteration."""

    interpreter: str
    variant: str
    script: str
    loops: int
    iteration_s: float
    """What an iteration with these loops took, the JIT warm."""
    outcome: Outcome
    reason: str
    wall_s: float
    stderr_tail: str = ""
    peak_rss: int = 0
    """Bytes that its process tree held at most."""

    @property
    def interpreter_label(self) -> str:
        """Label of its interpreter, as ``Interpreter.label``."""
        return self.interpreter + self.variant


class Header(Record, frozen=True, tag="header"):
    """First line of ``samples.jsonl``: whose samples these are."""

    schema: int
    run: str
    plan: str
    """Digest of the plan."""


class Choice(Record, frozen=True, tag="choice"):
    """What a block measures, decided and on disk before its first invocation."""

    block: int
    groups: tuple[Group, ...]
    why: str
    cells: tuple[Cell, ...] = ()
    """Those of the groups' cells that are measured; none: all of them."""


class Spent(Record, frozen=True, tag="spent"):
    """What measuring one group in one block took."""

    block: int
    group: Group
    members: int
    """How many processes it had."""
    start_s: float
    """Seconds beside the rounds: until these had started and were warm, and until they had ended."""
    wall_s: float
    """Seconds in all."""
    rounds: int
    """How many each process did; 0 where they were measured one after the other."""


class Extended(Record, frozen=True, tag="extended"):
    """More time, given to a run that is gone on with."""

    budget_s: float


class Decided(Record, frozen=True):
    """What the blocks so far say of a claim on an interpreter, once it is sure."""

    claim: str
    interpreter: str
    """Its label."""
    holds: bool
    """Else it is refuted."""
    cell: Cell
    """Of the ratio that decided."""
    ratio: float
    low: float
    high: float


class Known(Record, frozen=True):
    """What the blocks so far say of a ratio that a run is there for."""

    over: Cell
    under: Cell
    """The ratio is above 1 where this one is faster."""
    ratio: float
    """NaN while no block gave one."""
    low: float
    """Of its 95% interval; NaN, like ``high``, while the blocks are too few for one."""
    high: float
    is_precise: bool
    """Whether no more blocks are measured for it."""
    outcome: Outcome | None
    """How its cells ended: a failure, if either ever did; ``None`` while one was not measured."""


class Step(Record, frozen=True):
    """What a run does next, and how far it is."""

    stage: str
    """``calibrating``, or ``block 3``."""
    doing: str
    done_s: float
    """Measured so far."""
    left_s: float
    """Expected from here to the end."""


class Finished(Record, frozen=True, tag="finished"):
    """Last line of a run that did all it meant to do."""

    blocks: int
    why: str


Entry = Header | Calibration | Choice | Sample | Spent | Extended | Finished
"""A line of ``samples.jsonl``."""


class Manifest(Record, frozen=True, rename={"warnings": "traps"}):
    """``run.json``: all that is known before the first invocation."""

    schema: int
    harness: str
    """Version of Gilometer."""
    run: str
    command: tuple[str, ...]
    started: str
    """ISO 8601, UTC."""
    machine: Machine
    warnings: tuple[MachineWarning, ...]
    plan: Plan
