"""The frozen records that pass between the rooms, in the words of docs/design.md.

Times are seconds, memory is bytes, unless a name says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from enum import IntEnum, StrEnum

import msgspec

SCHEMA = 4
"""Version of a run's files. A reader refuses a newer one."""

CONTRACT = 2
"""Version of the line that a workload prints."""

MOST_SPANS = 400
"""The most spans in one line: as many as a plot can show, and a run of many invocations can keep."""


class Record(msgspec.Struct, frozen=True):
    """The base of all records."""


class Estimate(Record, frozen=True):
    """A value with both ends of its 95% interval; NaN where there is none."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def has_interval(self) -> bool:
        """True if there were enough values for an interval."""
        return not math.isnan(self.low)

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of the interval; without one, the value twice."""
        return (self.low, self.high) if self.has_interval else (self.value, self.value)


class Outcome(StrEnum):
    """The outcome of a cell, or of one invocation of it."""

    OK = "ok"
    UNSUPPORTED = "unsupported"
    UNAVAILABLE = "unavailable"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    WRONG_CHECKSUM = "wrong_checksum"
    KILLED = "killed"
    NOT_REACHED = "not_reached"
    """The budget was spent before the cell."""

    @property
    def is_failure(self) -> bool:
        """True if it makes the run's exit status 1."""
        return self not in {Outcome.OK, Outcome.UNSUPPORTED, Outcome.UNAVAILABLE, Outcome.NOT_REACHED}

    @property
    def words(self) -> str:
        """Name for readers, such as ``wrong checksum``."""
        return self.value.replace("_", " ")


class Strategy(StrEnum):
    """A way to spread the work."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"
    HYBRID = "hybrid"
    ASYNCIO = "asyncio"
    SUBINTERPRETERS = "subinterpreters"

    def at_once(self, workers: int) -> int:
        """Return how many threads, processes or tasks of so many workers can be at work at once.

        Under ``hybrid`` a worker is two: a thread that fetches, and a process that transforms.
        """
        return 2 * workers if self is Strategy.HYBRID else workers


class Role(StrEnum):
    """The purpose of a slot in its block."""

    MEASURE = "measure"
    TWIN = "twin"
    """The same cell a second time; the ratio of this A/A pair is the noise."""
    CAPACITY = "capacity"
    """As many independent serial processes as a strategy has workers: the most that it could reach."""
    REFERENCE = "reference"
    """The serial cell of another interpreter, in the rounds of a group whose serial is compared with it."""


class Alternative(StrEnum):
    """The place of a ratio relative to the margin, or of an observation relative to a threshold."""

    ABOVE = "above"
    NOT_ABOVE = "not above"
    BELOW = "below"
    NOT_BELOW = "not below"
    EQUAL = "equal"
    UNEQUAL = "unequal"

    @property
    def contrary(self) -> Alternative:
        """The alternative that refutes it."""
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


# --- stage 2: plan --------------------------------------------------------------------------


class Card(Record, frozen=True):
    """The description of a workload (``--describe``)."""

    name: str
    kind: str
    shows: str
    parameters: Mapping[str, int | float | str]
    meanings: Mapping[str, str]
    sweep: Mapping[str, tuple[int | float | str, ...]]
    """Values of a parameter that are measured as cells of their own. At most one parameter has any."""
    calibrate_with: Mapping[str, int | float | str]
    strategies: tuple[Strategy, ...]
    claims: tuple[str, ...]
    checksum: str
    """The result for the default units, the same for every interpreter and strategy."""
    services: tuple[str, ...] = ()
    """Services that it needs: ``http``, ``postgres``."""
    loops: int = 1
    """Repetitions of a unit when it is run by hand; a run calibrates."""


class Work(Record, frozen=True):
    """A workload at one point of its sweep; a cell names it by its label."""

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
    """One thing to measure: interpreter x variant x workload x strategy x workers."""

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
        """Name for readers, such as ``cpython-3.13t+gil fib threads 2``."""
        return f"{self.interpreter_label} {self.workload} {self.strategy.value} {self.workers}"

    @property
    def group(self) -> Group:
        """The group that it is measured in."""
        return Group(self.interpreter, self.variant, self.workload)

    @property
    def at_once(self) -> int:
        """Number of threads, processes or tasks that can be at work at once: the copies of its capacity."""
        return self.strategy.at_once(self.workers)


class Slot(Record, frozen=True, order=True):
    """A place in a block: one invocation, or ``copies`` of it at once."""

    block: int
    cell: Cell
    role: Role = Role.MEASURE
    copies: int = 1
    beside: str = ""
    """Label of the interpreter whose group a reference is measured with; empty for other roles."""


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
    """The effort of a run: ``quick``, ``default`` or ``rigorous``, with the user's changes."""

    name: str
    iteration_s: float
    """Seconds of an iteration, which calibration aims at."""
    iterations: int
    warm_up: float
    """Factor on the ``warm_up_s`` of interpreters."""
    blocks: int
    """The most blocks."""
    budget_s: float
    timeout_s: float
    """Limit of one invocation."""
    sweep_points: int = 5
    """The most values of a swept parameter that are measured; both ends are among them."""
    workloads: tuple[str, ...] = ()
    """Workloads that are measured unless others are asked for; none: all."""
    precision: float = 0.02
    """Half-width at which the interval of a ratio is narrow enough, as a share of the ratio."""
    fewest_blocks: int = 6
    """Under so many blocks, no interval counts as narrow."""
    jit_iterations: int = 20
    """The fewest iterations of an invocation on a JIT: with fewer, no change of its speed can be seen."""
    rounds: int = 4
    """Turns of each process of a group in a block, until its spreads are known."""


class Lack(Record, frozen=True):
    """A strategy that an interpreter can't use, as the probe says; so it is not started."""

    interpreter: str
    variant: str
    strategy: Strategy
    why: str
    """The reason in the interpreter's own words."""

    @property
    def interpreter_label(self) -> str:
        """Label of its interpreter, as ``Interpreter.label``."""
        return self.interpreter + self.variant


class Rank(IntEnum):
    """The order in which a run answers its questions."""

    HEADLINE = 0
    """The questions whether threads and processes help, by one workload of each kind."""
    EVIDENCE = 1
    """The same questions, by all other workloads that are evidence."""
    OTHERS = 2
    """All other claims."""
    PRECISION = 3
    """Narrower intervals of ratios whose questions are answered."""


class Aim(Record, frozen=True, order=True, rename={"alternative": "stance"}):
    """A question on one ratio: whether it is above, below or within the margin, as a claim says."""

    rank: Rank
    claim: str
    over: Cell
    """The cell in the numerator: the ratio of times is above 1 where ``under`` is faster."""
    under: Cell
    alternative: Alternative
    """The place of the ratio, as the claim says."""
    margin: float
    is_bounded: bool = False
    """True if the ratio is a speedup over serial, which capacity limits."""
    is_whole: bool = True
    """True if the claim is on ratios alone; if not, ratios can refute it, but not make it hold."""


class Plan(Record, frozen=True):
    """Everything that a run's measurements depend on."""

    seed: int
    effort: Effort
    interpreters: tuple[Interpreter, ...]
    missing: tuple[Missing, ...]
    works: tuple[Work, ...]
    cells: tuple[Cell, ...]
    controls: tuple[Slot, ...]
    """A/A pairs, capacity controls and references of all groups (their ``block`` is 0 here)."""
    baseline: str
    """Name of the interpreter that others are compared with."""
    workloads_digest: str
    lacks: tuple[Lack, ...] = ()
    aims: tuple[Aim, ...] = ()
    """Questions of the claims on this run's ratios, the most important first."""


# --- stage 3: run ---------------------------------------------------------------------------


class Iteration(Record, frozen=True):
    """One timed repetition of the work: all units, ``passes`` times."""

    wall_s: float
    cpu_s: float | None


class Gil(Record, frozen=True):
    """The state of the GIL before the workers started and after they ended: True if it was on."""

    before: bool
    after: bool


class Observed(Record, frozen=True):
    """An observation of a workload: a value that is no time."""

    what: str
    unit: str
    values: tuple[float, ...]
    """One value for each iteration."""


class Span(Record, frozen=True):
    """A stretch in which a worker ran, in seconds since its iteration began."""

    worker: int
    """Number of the worker, from 0."""
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
    """Repetitions of the fixed work in an iteration; times are divided by it."""
    parameters: Mapping[str, int | float | str]
    checksum: str
    clock: Clock
    pool_start_s: float
    script_s: float
    """Seconds from the contract's first statement to this line; the rest of the process is start-up."""
    iterations: tuple[Iteration, ...]
    gil: Gil
    implementation: str
    version: str
    jit: str
    outcome: Outcome
    reason: str
    observations: tuple[Observed, ...] = ()
    spans: tuple[Span, ...] = ()
    """Spans of the workers in the last iteration, if a workload gives them; at most ``MOST_SPANS``."""
    turns_from: int | None = None
    """Number of warm-up iterations before its first turn; ``None``: it had no turns."""


class Sample(Record, frozen=True, tag="sample"):
    """The result of one invocation."""

    slot: Slot
    copy: int
    """Number of the copy of the slot, from 0."""
    outcome: Outcome
    reason: str
    wall_s: float
    """Seconds of the whole process, start-up and exit included."""
    cpu_s: float
    """CPU seconds of the whole process tree."""
    peak_rss: int
    """Bytes, summed over the process tree when its line arrived; 0 if it ended before that."""
    stderr_tail: str = ""
    line: Line | None = None
    services_cpu_s: float = 0.0
    """CPU seconds of the harness's servers meanwhile, for all copies together; 0 without servers."""
    rounds: tuple[Iteration, ...] = ()
    """Turns that a process had done before it failed; empty for one that did not fail."""


class Calibration(Record, frozen=True, tag="calibration"):
    """The loops that one interpreter and workload script need for a well-timed iteration."""

    interpreter: str
    variant: str
    script: str
    loops: int
    iteration_s: float
    """Seconds of an iteration with these loops, with a warm JIT."""
    outcome: Outcome
    reason: str
    wall_s: float
    stderr_tail: str = ""
    peak_rss: int = 0
    """Peak memory of its process tree, in bytes."""

    @property
    def interpreter_label(self) -> str:
        """Label of its interpreter, as ``Interpreter.label``."""
        return self.interpreter + self.variant


class Header(Record, frozen=True, tag="header"):
    """First line of ``samples.jsonl``: the run and the plan of the samples."""

    schema: int
    run: str
    plan: str
    """Digest of the plan."""


class Choice(Record, frozen=True, tag="choice"):
    """The choice of what a block measures; it is on disk before the block begins."""

    block: int
    groups: tuple[Group, ...]
    why: str
    cells: tuple[Cell, ...] = ()
    """The cells of the groups that are measured; none: all of them."""


class Spent(Record, frozen=True, tag="spent"):
    """The cost of measuring one group in one block."""

    block: int
    group: Group
    members: int
    """Number of processes."""
    start_s: float
    """Seconds beside the rounds: for start, warm-up and end of the processes."""
    wall_s: float
    """Seconds in all."""
    rounds: int
    """Number of rounds; 0 if the processes were measured one after the other."""


class Extended(Record, frozen=True, tag="extended"):
    """Time that was added to a run when it was resumed."""

    budget_s: float


class Decided(Record, frozen=True):
    """The decision on a claim for an interpreter, from the blocks so far."""

    claim: str
    interpreter: str
    """Label of the interpreter."""
    holds: bool
    """True if the claim holds; if not, it is refuted."""
    cell: Cell
    """Cell of the ratio that decided."""
    ratio: float
    low: float
    high: float


class Known(Record, frozen=True):
    """The estimate of a ratio from the blocks so far."""

    over: Cell
    under: Cell
    """The ratio is above 1 where this cell is faster."""
    ratio: float
    """NaN while there is none."""
    low: float
    """End of its 95% interval; NaN, like ``high``, while there are too few blocks."""
    high: float
    is_precise: bool
    """True if it is precise enough."""
    outcome: Outcome | None
    """Outcome of its cells: a failure, if one ever failed; ``None`` while one was not measured."""


class Step(Record, frozen=True):
    """The next step of a run, and its progress."""

    stage: str
    """``calibrating``, or ``block 3``."""
    doing: str
    done_s: float
    """Seconds measured so far."""
    left_s: float
    """Expected seconds to the end."""


class Finished(Record, frozen=True, tag="finished"):
    """Last line of a run that has reached its end."""

    blocks: int
    why: str


Entry = Header | Calibration | Choice | Sample | Spent | Extended | Finished
"""A line of ``samples.jsonl``."""


class Manifest(Record, frozen=True, rename={"warnings": "traps"}):
    """The content of ``run.json``: all that is known before the first invocation."""

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
