"""Synthetic manifests and entries: what a run would have recorded, had it gone just so."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from gilometer.interpreters.matrix import shipped_families
from gilometer.model import (
    CONTRACT,
    SCHEMA,
    Build,
    Cell,
    Clock,
    Effort,
    Entry,
    Facts,
    Finished,
    Header,
    Interpreter,
    Line,
    Machine,
    MachineWarning,
    Manifest,
    Missing,
    Outcome,
    Own,
    Plan,
    Role,
    Sample,
    Slot,
    Strategy,
    Timing,
    Work,
)
from gilometer.plan.groups import baseline_of
from gilometer.plan.make import choose_baseline, controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

CLOCK = Clock(name="perf_counter", tick_s=1e-7)
STRATEGIES = (Strategy.SERIAL, Strategy.THREADS, Strategy.PROCESSES)
SERIAL = Strategy.SERIAL
THREADS = Strategy.THREADS
PROCESSES = Strategy.PROCESSES

WARM_UP_S = 1.5
"""Of every JIT here."""
TIMINGS = {
    family.implementation: msgspec.structs.replace(
        family.timing, warm_up_s=WARM_UP_S, patience_s=0.0, takes_turns=True
    )
    for family in shipped_families()
}


def interpreter(
    name: str, variant: str = "", *, gil: bool = True, jit: str = "none", image: str = ""
) -> Interpreter:
    """One Python that ran, if need be in the image of that name."""
    kind, _, version = name.partition("-")
    return Interpreter(
        name=name,
        kind=kind,
        command=(f"/opt/{name}/bin/python",),
        facts=Facts(
            implementation=kind,
            version=version.rstrip("t") + ".1",
            implementation_version=version,
            executable=f"/opt/{name}/bin/python",
            free_threaded=not gil or variant == "+gil",
            gil=gil,
            jit=jit,
            gc="refcount" if kind == "cpython" else "tracing",
            build=Build(compiler="gcc 12.2.0", pgo=True, lto=False, debug=False),
            clock=CLOCK,
            capabilities=("threading", "multiprocessing"),
        ),
        source=f"image {image}" if image else "PATH",
        fingerprint=f"{name}{variant}",
        variant=variant,
        image=image and f"sha256:{image}",
        env={"PYTHON_GIL": "1"} if variant == "+gil" else {},
        timing=TIMINGS.get(kind, Timing(warm_up_s=WARM_UP_S)),
    )


def alone(one: Interpreter) -> Interpreter:
    """The same, if it could not wait for turns."""
    timing = msgspec.structs.replace(one.timing, takes_turns=False)
    return msgspec.structs.replace(one, timing=timing)


def work(
    label: str, kind: str = "cpu", strategies: Sequence[Strategy] = STRATEGIES, **parameters: str
) -> Work:
    """A workload at one point of its sweep."""
    return Work(
        label=label,
        script=label.partition(":")[0],
        kind=kind,
        parameters=parameters,
        calibrate_with={},
        strategies=tuple(strategies),
        checksum=f"sum-of-{label}",
    )


def own_work(strategies: Sequence[Strategy] = STRATEGIES, kind: str = "computing") -> Work:
    """A function of the user's own."""
    return msgspec.structs.replace(
        work("work", kind, strategies, function="mine.py:work", items="24"),
        script="_function",
        checksum="",
        own=Own(folder="/home/me", file="mine.py", digest="d2", units=24),
    )


def missing(name: str) -> Missing:
    """One Python that can't run."""
    kind = name.partition("-")[0]
    return Missing(
        name=name, kind=kind, why=f"no {kind} on this machine", remedy=f"gilometer provision {kind}"
    )


def cells_of(
    names: Iterable[tuple[str, str]], works: Sequence[Work], workers: Sequence[int] = (2,)
) -> Iterator[Cell]:
    """Every combination, serial first."""
    for name, variant in names:
        for one in works:
            for strategy in one.strategies:
                for count in (1,) if strategy is SERIAL else workers:
                    yield Cell(name, variant, one.label, strategy, count)


def plan(
    interpreters: Sequence[Interpreter],
    works: Sequence[Work],
    absent: Sequence[Missing] = (),
    workers: Sequence[int] = (2,),
) -> Plan:
    """A plan of everything."""
    names = [(one.name, one.variant) for one in interpreters] + [(one.name, "") for one in absent]
    cells = tuple(cells_of(names, works, workers))
    return Plan(
        seed=7,
        effort=Effort("default", 0.1, 4, 1.0, 30, 270.0, 60.0),
        interpreters=tuple(interpreters),
        missing=tuple(absent),
        works=tuple(works),
        cells=cells,
        controls=tuple(controls(interpreters, works, cells)),
        baseline=choose_baseline(interpreters).name,
        workloads_digest="d1",
    )


def of_schema_2(of: Plan) -> Plan:
    """The same plan as it was before groups had controls of their own: the baseline's stand for all."""
    baseline = baseline_of(of)
    own = [one for one in of.controls if one.cell.interpreter_label == baseline.label and not one.beside]
    return msgspec.structs.replace(of, controls=tuple(own))


def manifest(of: Plan, warnings: Sequence[MachineWarning] = ()) -> Manifest:
    """A run of a plan, as it is known before it begins."""
    return Manifest(
        schema=SCHEMA,
        harness="0.1.0",
        run="20260102-030405",
        command=("compare", "--seed", "7"),
        started="2026-01-02T03:04:05Z",
        machine=Machine(
            cpu="Example 9000",
            cores=2,
            usable_cores=2.0,
            memory_bytes=8 * 2**30,
            system="Linux 6.1",
            host_python="3.13.1",
            file_system="ext4",
        ),
        warnings=tuple(warnings),
        plan=of,
    )


def line(cell: Cell, walls: Sequence[float], **changes: object) -> Line:
    """What a workload printed: one iteration for each of ``walls``, two passes each, on a core a worker."""
    settings: dict[str, object] = {
        "contract": CONTRACT,
        "workload": cell.workload.partition(":")[0],
        "strategy": cell.strategy.value,
        "workers": cell.workers,
        "units": 64,
        "loops": 3,
        "passes": 2,
        "parameters": {},
        "checksum": f"sum-of-{cell.workload}",
        "clock": {"name": "perf_counter", "tick_s": 1e-7},
        "pool_start_s": 0.001,
        "script_s": sum(walls) + 0.01,
        "iterations": [{"wall_s": wall, "cpu_s": wall * 0.99 * cell.workers} for wall in walls],
        "gil": {"before": True, "after": True},
        "implementation": "cpython",
        "version": "3.13.1",
        "jit": "none",
        "outcome": Outcome.OK,
        "reason": "",
    }
    return msgspec.convert(settings | changes, Line)


def sample(slot: Slot, walls: Sequence[float], copy: int = 0, **changes: object) -> Sample:
    """An invocation that went well; ``changes`` are of its line."""
    return Sample(
        slot=slot,
        copy=copy,
        outcome=Outcome.OK,
        reason="",
        wall_s=sum(walls) + 0.05,
        cpu_s=sum(walls),
        peak_rss=20_000_000,
        line=line(slot.cell, walls, **changes),
    )


def failed(slot: Slot, outcome: Outcome, reason: str, stderr_tail: str = "") -> Sample:
    """An invocation that left no line."""
    return Sample(
        slot=slot,
        copy=0,
        outcome=outcome,
        reason=reason,
        wall_s=0.1,
        cpu_s=0.1,
        peak_rss=0,
        stderr_tail=stderr_tail,
    )


@dataclass(frozen=True)
class World:
    """How fast things are there: the truth that an analysis should find again."""

    speed: Mapping[str, float] = field(default_factory=dict)
    """By interpreter (its label, or else its name): over the baseline's."""
    threads: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Speedup by interpreter (its label) and workload script; ("", script) is for the rest."""
    processes: float = 1.9
    others: Mapping[Strategy, float] = field(default_factory=dict)
    """Speedup of the other strategies; 1 if not given."""
    spread: float = 0.02
    """Standard deviation of the logarithm of a time."""
    endings: Mapping[tuple[str, str, Strategy], tuple[Outcome, str]] = field(default_factory=dict)
    """Cells (interpreter, workload script, strategy) that don't end well, and why."""
    observed: Callable[[Cell], Mapping[tuple[str, str], float]] = lambda _: {}
    """What a cell tells besides its times, by its name and unit; what is neither 0 nor 1 is noisy."""
    spans: Callable[[Cell], Sequence[tuple[int, float, float]]] = lambda _: ()
    """Who ran when in every invocation of a cell: the worker, and from when to when, in seconds."""


def run(of: Plan, world: World, blocks: int) -> Iterator[Entry]:
    """Every entry of a whole run in that world."""
    draw = random.Random(of.seed)  # noqa: S311  for noise, not for secrets
    yield Header(schema=SCHEMA, run="20260102-030405", plan="p1")
    absent = {one.name for one in of.missing}
    gils = {one.label: dict.fromkeys(("before", "after"), one.facts.gil) for one in of.interpreters}
    for block in range(blocks):
        for cell in of.cells:
            if cell.interpreter not in absent:
                gil = gils[cell.interpreter_label]
                yield _measured(Slot(block, cell), world, draw, gil)
        for control in of.controls:
            slot = msgspec.structs.replace(control, block=block)
            gil = gils[slot.cell.interpreter_label]
            for copy in range(slot.copies):
                yield sample(slot, _walls(slot, world, draw), copy, gil=gil, turns_from=TURNS_FROM)
    yield Finished(blocks=blocks, why="all blocks were measured")


TURNS_FROM = 2
"""Iterations of a made up process before its turns."""


def _measured(slot: Slot, world: World, draw: random.Random, gil: Mapping[str, bool]) -> Sample:
    cell = slot.cell
    ending = world.endings.get((cell.interpreter, cell.workload.partition(":")[0], cell.strategy))
    if ending is not None:
        return failed(slot, *ending, stderr_tail="Traceback (most recent call last):\n  boom")
    seen, spans = _observed(cell, world, draw), _spans(cell, world)
    turns_from = None if seen else TURNS_FROM
    walls = _walls(slot, world, draw)
    return sample(slot, walls, gil=gil, observations=seen, spans=spans, turns_from=turns_from)


def _spans(cell: Cell, world: World) -> list[dict[str, float]]:
    return [{"worker": who, "start_s": start, "end_s": end} for who, start, end in world.spans(cell)]


def _observed(cell: Cell, world: World, draw: random.Random) -> list[dict[str, object]]:
    """What an invocation of four iterations observed."""
    return [
        {
            "what": what,
            "unit": unit,
            "values": [
                value if value in {0, 1} else value * draw.lognormvariate(0, world.spread) for _ in range(4)
            ],
        }
        for (what, unit), value in world.observed(cell).items()
    ]


def _walls(slot: Slot, world: World, draw: random.Random) -> list[float]:
    """Two iterations to warm up, and two turns."""
    cell = slot.cell
    speed = world.speed.get(cell.interpreter_label, world.speed.get(cell.interpreter, 1.0))
    settled = 0.1 / speed / _speedup(cell, world)
    if slot.role is Role.CAPACITY:
        settled *= 1.05
    settled *= draw.lognormvariate(0, world.spread)
    return [settled * 3, settled * 1.2, settled, settled]


def _speedup(cell: Cell, world: World) -> float:
    if cell.strategy is PROCESSES:
        return world.processes
    if cell.strategy is not THREADS:
        return world.others.get(cell.strategy, 1.0)
    script, _, point = cell.workload.partition(":cpu=")
    label = cell.interpreter_label
    gain = world.threads.get((label, script), world.threads.get(("", script), 1.0))
    if not point:
        return gain
    share = float(point)
    return 1.0 / ((1 - share) / 1.95 + share / gain)
