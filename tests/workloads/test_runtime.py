"""The probe: what an interpreter says of itself."""

from __future__ import annotations

import platform
import sys
import sysconfig
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.model import Facts, Outcome, Strategy
from tests import required
from tests.workloads.running import ANY_STRATEGY, HOST, WORKLOADS, Ran, run, run_each

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ANYHOW = (
    ANY_STRATEGY
    + "    def fetch(self, index): return index\n    def transform(self, index, data): return data\n"
)
HALTED = "import of {} halted; None in sys.modules"
NO_MULTIPROCESSING = f"can't start a process: ModuleNotFoundError: {HALTED.format('multiprocessing')}"


def facts_of(python, cwd) -> Facts:
    return facts_in(run(WORKLOADS / "_runtime.py", python=python, cwd=cwd))


def facts_in(probed: Ran) -> Facts:
    assert probed.status == 0, probed.stderr
    assert probed.stdout.count("\n") == 1
    return msgspec.json.decode(probed.stdout, type=Facts)


def test_the_host_describes_itself(tmp_path) -> None:
    facts = facts_of(HOST, tmp_path)
    assert facts.implementation == sys.implementation.name
    assert facts.version == facts.implementation_version == platform.python_version().rstrip("+")
    assert facts.executable == sys.executable
    assert facts.free_threaded == bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    assert facts.clock.name == "perf_counter"
    assert 0 < facts.clock.tick_s < 0.1
    assert {"threading", "multiprocessing", "asyncio", "subprocess"} <= set(facts.capabilities)
    assert list(facts.capabilities) == sorted(facts.capabilities)


@pytest.mark.interpreters
@pytest.mark.parametrize("name", required.NAMES)
def test_every_interpreter_answers(name, tmp_path) -> None:
    implementation, _, version = name.partition("-")
    facts = facts_of(required.interpreter(name), tmp_path)
    assert facts.implementation == implementation
    assert facts.version.startswith(version.rstrip("t") + ".")
    assert facts.gil is not (
        implementation in {"jython", "micropython", "rustpython"} or version.endswith("t")
    )
    assert facts.gc == ("refcount" if implementation in {"cpython", "pyodide", "rustpython"} else "tracing")
    assert bool(facts.collector) is (implementation == "jython")
    assert ("threading" in facts.capabilities) is (implementation not in {"micropython", "pyodide"})
    assert ("_thread" in facts.capabilities) is (not version.startswith("2"))
    assert ("multiprocessing" in facts.capabilities) is (
        implementation not in {"jython", "micropython", "pyodide"}
    )


def refusals_in(answers: Iterable[Ran]) -> dict[str, str]:
    """By which strategies a workload can't be spread, and why, as it says itself."""
    lines = [answer.line for answer in answers]
    return {line.strategy: line.reason for line in lines if line.outcome is Outcome.UNSUPPORTED}


@pytest.mark.interpreters
@pytest.mark.parametrize("name", ["the host", *required.NAMES])
def test_every_interpreter_says_what_it_lacks_in_the_words_of_the_strategies(
    name, write_workload, tmp_path
) -> None:
    python, script = HOST if name == "the host" else required.interpreter(name), write_workload(ANYHOW)
    items: list[tuple[str | Path, ...]] = [(WORKLOADS / "_runtime.py",)]
    items += [(script, "--strategy", strategy, "--workers", "1") for strategy in Strategy]
    probed, *answers = run_each(items, python=python, name=name, cwd=tmp_path)
    assert facts_in(probed).lacks == refusals_in(answers)


def say_lacks(write_workload, tmp_path, broken) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the host says when something in it is broken, and its capabilities."""
    script = write_workload("")
    script.write_text(f"import sys\n{broken}\nimport _runtime\n_runtime.main()\n")
    facts = msgspec.json.decode(run(script, cwd=tmp_path).stdout, type=Facts)
    lacks = {strategy: why for strategy, why in facts.lacks.items() if strategy != "subinterpreters"}
    return lacks, facts.capabilities


@pytest.mark.parametrize(
    ("broken", "lacks"),
    [
        (
            "sys.modules['multiprocessing'] = None",
            {"processes": NO_MULTIPROCESSING, "hybrid": NO_MULTIPROCESSING},
        ),
        (
            "import threading; threading.Thread.start = lambda t: {}['new']",
            {"threads": "can't start a thread: 'new'", "hybrid": "can't start a thread: 'new'"},
        ),
        ("sys.modules['asyncio'] = None", {"asyncio": f"has no asyncio: {HALTED.format('asyncio')}"}),
        (
            "import asyncio; asyncio.new_event_loop = lambda: 1 // 0",
            {"asyncio": "can't run asyncio: ZeroDivisionError: integer division or modulo by zero"},
        ),
    ],
)
def test_what_is_broken_is_lacking(broken, lacks, write_workload, tmp_path) -> None:
    assert say_lacks(write_workload, tmp_path, broken)[0] == lacks


def test_what_may_work_another_time_is_left_out(write_workload, tmp_path) -> None:
    broken = "import os, multiprocessing as m; m.Process.start = lambda p: os.stat('/nowhere')"
    lacks, capabilities = say_lacks(write_workload, tmp_path, broken)
    assert (lacks, "multiprocessing" in capabilities) == ({}, False)


def test_graalpy_is_not_asked_what_takes_it_long(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="graalpy"))
    assert runtime.known_to_work(["asyncio", "threading"]) == ["threads", "asyncio"]
    assert runtime.known_to_work([]) == []


@dataclass(frozen=True)
class Known:
    """What its name alone says of an interpreter."""

    gil: bool
    jit: str
    free_threaded: bool


@pytest.fixture
def runtime(shared_code):  # noqa: ARG001  it puts the workloads on the path
    return import_module("_runtime")


def play(monkeypatch, runtime, **changes) -> None:
    """Let the module believe that it runs on another interpreter."""
    kept = {name: getattr(sys, name) for name in ("version", "version_info", "executable", "prefix")}
    monkeypatch.setattr(runtime, "sys", SimpleNamespace(**{**kept, **changes}))


@pytest.mark.parametrize(
    ("name", "version", "known"),
    [
        ("PyPy", "3.11 [PyPy 8.0.1 with GCC 14]", Known(gil=True, jit="on", free_threaded=False)),
        ("graalpy", "3.12 [Graal, GraalVM CE, Java 25]", Known(gil=True, jit="on", free_threaded=False)),
        ("graalpy", "3.12 [Graal, Interpreted, Java 25]", Known(gil=True, jit="off", free_threaded=False)),
        ("ironpython", "3.4 [.NETCoreApp,Version=v8.0]", Known(gil=False, jit="on", free_threaded=True)),
        ("rustpython", "3.12 [rustc 1.95]", Known(gil=False, jit="none", free_threaded=True)),
        ("micropython", "3.4.0; MicroPython", Known(gil=True, jit="none", free_threaded=False)),
    ],
)
def test_knows_its_kin_by_name(monkeypatch, runtime, name, version, known) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name=name), version=version)
    monkeypatch.setattr(import_module("_build"), "config", lambda _name: None)
    assert runtime.implementation() == name.lower()
    assert Known(gil=runtime.gil(), jit=runtime.jit(), free_threaded=runtime.free_threaded()) == known


def test_knows_the_pythons_that_do_not_name_themselves(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime)
    assert runtime.implementation() == "cpython"
    play(monkeypatch, runtime, pypy_version_info=(7, 3, 20, "final", 0))
    assert (runtime.implementation(), runtime.implementation_version()) == ("pypy", "7.3.20")
    monkeypatch.setattr(runtime, "ON_JAVA", True)
    assert runtime.implementation() == "jython"


def test_graalpy_names_its_release(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="graalpy"), version_info=(3, 12, 8))
    assert runtime.implementation_version() == "3.12.8"
    release = SimpleNamespace(get_graalvm_version=lambda: "25.0.1")
    monkeypatch.setitem(sys.modules, "__graalpython__", release)
    assert runtime.implementation_version() == "25.0.1"


@pytest.mark.parametrize(("available", "enabled", "jit"), [(1, 1, "on"), (1, 0, "off"), (0, 0, "none")])
def test_tells_the_state_of_cpythons_jit(monkeypatch, runtime, available, enabled, jit) -> None:
    switch = SimpleNamespace(is_available=lambda: available, is_enabled=lambda: enabled)
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), _jit=switch)
    assert runtime.jit() == jit


@pytest.mark.parametrize(
    ("raised", "flags", "asked", "jit"),
    [
        (RuntimeError, "", "1", "none"),
        (ImportError, "", "", "none"),
        (ValueError, "-D_Py_TIER2=3 -D_Py_JIT", "", "off"),
        (ValueError, "-D_Py_TIER2=3 -D_Py_JIT", "1", "on"),
        (ValueError, "-D_Py_TIER2=1 -D_Py_JIT", "", "on"),
        (ValueError, "-D_Py_TIER2=1 -D_Py_JIT", "0", "off"),
        (ValueError, None, "", "off"),
        (None, None, "1", "on"),
    ],
)
def test_finds_out_the_jit_of_3_13_which_says_nothing_of_it(
    monkeypatch, runtime, *, raised, flags, asked, jit
) -> None:
    def get_executor(_code, _offset):
        if raised:
            raise raised

    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), version_info=(3, 13, 5))
    monkeypatch.setitem(sys.modules, "_opcode", SimpleNamespace(get_executor=get_executor))
    monkeypatch.setattr(import_module("_build"), "config", {"PY_CORE_CFLAGS": flags}.get)
    monkeypatch.setenv("PYTHON_JIT", asked)
    assert runtime.jit() == jit


def test_no_other_version_is_asked_in_that_way(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), version_info=(3, 12, 1))
    assert runtime.jit() == "none"


def test_pyodide_is_known_by_its_platform(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), version_info=(3, 14, 2))
    monkeypatch.setattr(runtime, "ON_THE_WEB", True)
    assert (runtime.implementation(), runtime.implementation_version()) == ("pyodide", "3.14.2")
    monkeypatch.setitem(sys.modules, "pyodide", SimpleNamespace(__version__="314.0.7"))
    assert runtime.implementation_version() == "314.0.7"


@pytest.mark.parametrize(("threads", "gil"), [("GIL", True), ("unsafe", False)])
def test_micropython_says_whether_it_was_built_with_a_gil(monkeypatch, runtime, threads, gil) -> None:
    named = SimpleNamespace(name="micropython", version=(1, 29, 0, ""), _thread=threads)
    play(monkeypatch, runtime, implementation=named)
    assert (runtime.gil(), runtime.free_threaded()) == (gil, not gil)
    assert runtime.implementation_version() == "1.29.0"


def test_counts_micropythons_ticks_in_seconds(monkeypatch, runtime) -> None:
    monkeypatch.setattr(runtime, "time", SimpleNamespace(ticks_us=lambda: 1_500_000, time=lambda: 0))
    assert runtime.wall_clock_name() == "ticks_us"
    assert runtime.wall_clock()() == 1.5
    assert runtime.cpu_clock() is None


def test_takes_no_cpu_time_of_a_graalpy_that_is_no_jvm(monkeypatch, runtime) -> None:
    """Its ``process_time`` is the sum of the threads that live."""
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="graalpy"))
    assert runtime.cpu_clock() is None


def test_asks_a_free_threaded_build_whether_its_gil_is_on(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), _is_gil_enabled=lambda: False)
    assert runtime.gil() is False


def test_what_can_not_be_started_is_no_capability(monkeypatch, runtime) -> None:
    monkeypatch.setitem(sys.modules, "threading", None)
    monkeypatch.setitem(sys.modules, "multiprocessing", None)
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert not {"threading", "multiprocessing", "sqlite3"} & set(runtime.capabilities())
