"""Whole runs to report on, from the usual to the odd; each is made once, so no test may change one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gilometer.analysis import Analysis, analyse
from gilometer.model import MachineWarning, Manifest, Outcome, Plan, Slot, Strategy
from gilometer.report.results import Results, results_of
from tests.records import (
    PROCESSES,
    SERIAL,
    STRATEGIES,
    THREADS,
    World,
    failed,
    interpreter,
    manifest,
    missing,
    plan,
    run,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.model import Cell

WORKS = (
    work("fib"),
    work("sha256", "native"),
    work("sleep", "io"),
    work("mixed:cpu=0", "mixed", cpu="0"),
    work("mixed:cpu=0.5", "mixed", cpu="0.5"),
    work("mixed:cpu=1", "mixed", cpu="1"),
)
WIDE = (*WORKS[:1], work("nested_loops"), *WORKS[1:], work("files", "io"))
GAINS = {("", "sleep"): 1.95, ("", "sha256"): 1.7, ("jython-2.7", "fib"): 1.8, ("jython-2.7", "mixed"): 1.8}
HOSTILE = "a|b `c` *d* [e](http://f) <script>\x1b[31m\n# g\n```\nh"


def outcome(manifest_of: Manifest, world: World, blocks: int) -> tuple[Manifest, Analysis]:
    """A manifest, and what its run meant."""
    return manifest_of, analyse(manifest_of, run(manifest_of.plan, world, blocks))


def changed(world: tuple[Manifest, Analysis], **fields: object) -> Results:
    """The results of a run, were these fields of its analysis otherwise."""
    of, analysis = world
    return results_of(of, replace(analysis, **fields))  # type: ignore[arg-type]  # each as its field asks


@cache
def usual(blocks: int = 6) -> tuple[Manifest, Analysis]:
    """Five interpreters and one that is missing; something is lacking, something crashed."""
    interpreters = [
        interpreter("cpython-3.13"),
        interpreter("cpython-2.7"),
        interpreter("cpython-3.13t", gil=False),
        interpreter("cpython-3.13t", "+gil"),
        interpreter("jython-2.7", gil=False, jit="on"),
    ]
    endings: dict[tuple[str, str, Strategy], tuple[Outcome, str]] = {
        ("jython-2.7", one.script, PROCESSES): (Outcome.UNSUPPORTED, "no multiprocessing") for one in WORKS
    }
    endings["cpython-2.7", "sha256", THREADS] = (Outcome.CRASHED, "died of SIGSEGV")
    free = {("cpython-3.13t", "fib"): 1.9, ("cpython-2.7", "fib"): 0.6}
    world = World({"jython-2.7": 0.4, "cpython-2.7": 0.7}, GAINS | free, endings=endings)
    return outcome(manifest(plan(interpreters, WORKS, [missing("graalpy-3.12")])), world, blocks)


@cache
def alone(blocks: int = 1) -> tuple[Manifest, Analysis]:
    """One interpreter, and too few blocks for an interval."""
    return outcome(manifest(plan([interpreter("cpython-3.13")], WORKS)), World(threads=GAINS), blocks)


@cache
def crowd() -> tuple[Manifest, Analysis]:
    """Twenty interpreters."""
    names = [f"cpython-3.{minor}" for minor in range(18)] + ["pypy-3.11", "stranger"]
    interpreters = [interpreter(name) for name in names]
    return outcome(manifest(plan(interpreters, WORKS, workers=(2, 4))), World(threads=GAINS), 3)


@cache
def throng() -> tuple[Manifest, Analysis]:
    """Forty interpreters, one with a long name."""
    names = [f"cpython-3.{minor}" for minor in range(38)] + ["pypy-3.11", "an-interpreter-of-somebody-s-own"]
    of = plan([interpreter(name) for name in names], WORKS)
    return outcome(manifest(of), World(threads=GAINS), 3)


@cache
def matrix() -> tuple[Manifest, Analysis]:
    """Fifteen interpreters: two binaries with their GIL on and off, containers, and what lacks much."""
    interpreters = [
        interpreter("cpython-2.7"),
        interpreter("cpython-3.13t", gil=False),
        interpreter("cpython-3.13t", "+gil"),
        interpreter("cpython-3.14t", gil=False, image="debian-sid"),
        interpreter("cpython-3.14t", "+gil", image="debian-sid"),
        interpreter("cpython-3.14"),
        interpreter("cpython-3.15", jit="off", image="debian-sid"),
        interpreter("cpython-3.15", "+jit", jit="on", image="debian-sid"),
        interpreter("graalpy-3.12", jit="on"),
        interpreter("jython-2.7", gil=False, jit="on", image="jython"),
        interpreter("jython-2.7", "+parallelgc", gil=False, jit="on", image="jython"),
        interpreter("micropython-3.4", gil=False),
        interpreter("pyodide-3.14"),
        interpreter("pypy-3.11", jit="on", image="debian-sid"),
        interpreter("rustpython-3.12", gil=False),
    ]
    baseline = next(one for one in interpreters if one.name == "cpython-3.14")
    rest = [one for one in interpreters if one is not baseline]
    of = plan([baseline, *rest], WIDE, [missing("ironpython-3.4")])
    speed = {
        "cpython-2.7": 0.6,
        "cpython-3.13t": 0.7,
        "cpython-3.13t+gil": 0.75,
        "cpython-3.14t": 0.93,
        "cpython-3.14t+gil": 0.97,
        "cpython-3.15+jit": 1.1,
        "graalpy-3.12": 9.0,
        "jython-2.7": 0.4,
        "micropython-3.4": 0.35,
        "pyodide-3.14": 0.2,
        "pypy-3.11": 7.0,
        "rustpython-3.12": 0.08,
    }
    free = {"cpython-3.13t": 1.85, "cpython-3.14t": 1.92, "jython-2.7": 1.5, "micropython-3.4": 1.7}
    free |= {"jython-2.7+parallelgc": 1.9, "rustpython-3.12": 1.1, "cpython-2.7": 0.6}
    threads = {
        (name, script): gain for name, gain in free.items() for script in ("fib", "nested_loops", "mixed")
    }
    threads |= {("", "sleep"): 1.95, ("", "sha256"): 1.7, ("", "files"): 1.3}
    lacking = dict.fromkeys(("jython-2.7", "pyodide-3.14", "micropython-3.4"), "no multiprocessing")
    endings: dict[tuple[str, str, Strategy], tuple[Outcome, str]] = {}
    for script in {one.script for one in WIDE}:
        for name, reason in lacking.items():
            endings[name, script, PROCESSES] = (Outcome.UNSUPPORTED, reason)
        endings["pyodide-3.14", script, THREADS] = (Outcome.UNSUPPORTED, "can't start new thread")
    return outcome(manifest(of), World(speed, threads, endings=endings), 6)


SEMANTICS = (
    work("lost_updates", "semantics", (SERIAL, THREADS)),
    work("convoy", "semantics", (SERIAL,)),
    work("gil_release", "semantics", (SERIAL,)),
    work("lifetimes", "semantics", (SERIAL,)),
)
RELEASING = ("sleep", "socket", "file", "sqlite", "sha256 of 1 MiB", "zlib.compress of 1 MiB")
KEEPING = ("pure Python loop", "re.search", "json.dumps")


def seen(cell: Cell) -> Mapping[tuple[str, str], float]:
    """What is known of interpreters: the GIL decides most, PyPy hands it over fast, few count references."""
    free = cell.interpreter in {"cpython-3.13t", "jython-2.7"} and not cell.variant
    return {
        "lost_updates": _lost(cell, free),
        "convoy": _delays(cell, free),
        "gil_release": {
            (call, "share of its speed alone"): 0.97 if free or call in RELEASING else 0.02
            for call in (*RELEASING, *KEEPING)
            if not (call == "sqlite" and cell.interpreter == "jython-2.7")
        },
        "lifetimes": {
            ("at del", "share run"): float(cell.interpreter.startswith("cpython")),
            ("in a cycle, at del", "share run"): 0.0,
            ("in a cycle, after gc.collect()", "share run"): 1.0,
        },
    }.get(cell.workload.partition(":")[0], {})


def _lost(cell: Cell, free: bool) -> Mapping[tuple[str, str], float]:  # noqa: FBT001  a fact of the world
    loses = cell.strategy is THREADS and (free or cell.interpreter == "cpython-2.7")
    return {
        ("counter lost", "share"): 0.41 if loses else 0.0,
        ("append lost", "share"): 0.0,
        ("setdefault lost", "share"): 0.0,
    }


def _delays(cell: Cell, free: bool) -> Mapping[tuple[str, str], float]:  # noqa: FBT001  a fact of the world
    beside = 0.08 if free else 0.2 if cell.interpreter == "pypy-3.11" else 5.1
    return {
        (f"wake-up delay {where} {point}", "ms"): delay * factor
        for where, delay in (("alone", 0.07), ("beside a CPU-bound thread", beside))
        for point, factor in (("p50", 1.0), ("p95", 1.4), ("max", 3.0))
    }


@cache
def semantics(blocks: int = 6) -> tuple[Manifest, Analysis]:
    """What threads do to one another on five interpreters, beside two usual workloads; one lacks a part."""
    interpreters = [
        interpreter("cpython-3.13"),
        interpreter("cpython-2.7"),
        interpreter("cpython-3.13t", gil=False),
        interpreter("jython-2.7", gil=False),
        interpreter("pypy-3.11"),
    ]
    endings: dict[tuple[str, str, Strategy], tuple[Outcome, str]] = {
        ("pypy-3.11", "lost_updates", THREADS): (Outcome.CRASHED, "died of SIGSEGV"),
        ("jython-2.7", "lifetimes", SERIAL): (Outcome.UNSUPPORTED, "lacks weakref"),
    }
    world = World(threads=GAINS, endings=endings, observed=seen, spread=1e-6)
    return outcome(manifest(plan(interpreters, (*WORKS[:1], WORKS[2], *SEMANTICS))), world, blocks)


@cache
def nothing_timed() -> tuple[Manifest, Analysis]:
    """A run of nothing but what is observed, too short for intervals."""
    return outcome(manifest(plan([interpreter("cpython-3.13")], SEMANTICS)), World(observed=seen), 2)


@cache
def all_strategies() -> tuple[Manifest, Analysis]:
    """Every strategy, of which no workload has all."""
    works = (
        work("fib", "cpu", (*STRATEGIES, Strategy.ASYNCIO, Strategy.SUBINTERPRETERS)),
        work("objects", "cpu", (*STRATEGIES, Strategy.SUBINTERPRETERS)),
        work("lock", "contention", (SERIAL, THREADS)),
        work("fetch_transform", "mixed", (*STRATEGIES, Strategy.HYBRID, Strategy.ASYNCIO)),
        work("sleep", "io", (*STRATEGIES, Strategy.ASYNCIO)),
    )
    of = plan([interpreter("cpython-3.14"), interpreter("cpython-3.14t", gil=False)], works)
    others = {Strategy.HYBRID: 3.1, Strategy.ASYNCIO: 1.2, Strategy.SUBINTERPRETERS: 1.8}
    return outcome(manifest(of), World(threads=GAINS, others=others), 6)


@cache
def broad() -> tuple[Manifest, Analysis]:
    """Five workloads without a wait, which leave a row of panels unfilled."""
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work(label) for label in "abcde"])
    return outcome(manifest(of), World({"pypy-3.11": 5.0}), 3)


@cache
def doubtful() -> tuple[Manifest, Analysis]:
    """Two threads that seem nine times as fast as one."""
    of = plan([interpreter("cpython-3.13"), interpreter("jython-2.7", gil=False)], WORKS)
    return outcome(manifest(of), World(threads={("jython-2.7", "fib"): 9.0}), 3)


@cache
def ruins(reason: str = "exit status 3", stderr_tail: str = "") -> tuple[Manifest, Analysis]:
    """Nothing went well, and the run did not end."""
    of = manifest(plan([interpreter("cpython-3.13")], WORKS), [MachineWarning("load", reason)])
    entries = [failed(Slot(0, cell), Outcome.CRASHED, reason, stderr_tail) for cell in of.plan.cells]
    return of, analyse(of, entries)


@cache
def serial_only() -> tuple[Manifest, Analysis]:
    """A plan with nothing to compare serial with."""
    whole = plan([interpreter("cpython-3.13")], WORKS)
    cells = tuple(cell for cell in whole.cells if cell.workers == 1)
    of = Plan(**{name: getattr(whole, name) for name in whole.__struct_fields__} | {"cells": cells})
    return outcome(manifest(of), World(), 1)
