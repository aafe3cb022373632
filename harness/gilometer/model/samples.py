"""The records of what was measured: the entries of a run, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time

from gilometer.model.interpreters import Clock  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model.plan import Cell, Group, Slot  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model.terms import Outcome, Record

CONTRACT = 2
"""Version of the line that a workload prints."""

MOST_SPANS = 400
"""The most spans in one line: as many as a plot can show, and a run of many invocations can keep."""


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
    concurrency: float
    """Cores of the cell over those of the other; NaN where they are unknown."""


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
