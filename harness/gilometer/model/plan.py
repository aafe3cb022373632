"""The records of a plan: workloads, cells, controls, and the questions that are asked of ratios."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from enum import IntEnum

import msgspec

from gilometer.model.interpreters import Interpreter, Missing  # noqa: TC001  msgspec resolves annotations at run time
from gilometer.model.terms import Alternative, Record, Role, Strategy


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


class Own(Record, frozen=True):
    """The user's own code that a work runs."""

    folder: str
    """Absolute path of the folder in which it runs."""
    file: str
    """Path of the file, from that folder."""
    digest: str
    """Digest of the file: a run is not resumed with another."""
    units: int
    """Number of its items."""


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
    """Empty: it is not known, and so no other is wrong."""
    services: tuple[str, ...] = ()
    own: Own | msgspec.UnsetType = msgspec.UNSET
    """Unset for the workloads of the project: their plans are the same as before there was this field."""


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

    @property
    def own(self) -> Own | None:
        """The user's own code; None if the run has none."""
        return next((work.own for work in self.works if isinstance(work.own, Own)), None)
