"""The probe: what an interpreter says of itself."""

from __future__ import annotations

import platform
import sys
import sysconfig
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace

import msgspec
import pytest

from harness.model import Facts
from tests import required
from tests.workloads.running import HOST, WORKLOADS, run


def facts_of(python, cwd) -> Facts:
    probed = run(WORKLOADS / "_runtime.py", python=python, cwd=cwd)
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
    assert facts.gil is (implementation != "jython" and not version.endswith("t"))
    assert facts.gc == ("refcount" if implementation == "cpython" else "tracing")
    assert "threading" in facts.capabilities
    assert ("multiprocessing" in facts.capabilities) is (implementation != "jython")


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
    monkeypatch.setattr(runtime, "config", lambda _name: None)
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


def test_asks_a_free_threaded_build_whether_its_gil_is_on(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), _is_gil_enabled=lambda: False)
    assert runtime.gil() is False


@pytest.mark.parametrize(
    ("config", "prefix", "optimised"),
    [
        ({"CONFIG_ARGS": "'--enable-optimizations' '--with-lto'"}, "/opt/python", (True, True)),
        ({"CONFIG_ARGS": "'--with-lto=no'"}, "/opt/python", (False, False)),
        ({"CONFIG_ARGS": "'--prefix=/x'", "PY_CORE_CFLAGS": "-fprofile-use -flto"}, "/x", (True, True)),
        ({"CONFIG_ARGS": "'--enable-shared'"}, "/usr", (None, None)),
        ({}, "/opt/python", (None, None)),
    ],
)
def test_reads_how_cpython_was_built(monkeypatch, runtime, config, prefix, optimised) -> None:
    play(monkeypatch, runtime, implementation=SimpleNamespace(name="cpython"), base_prefix=prefix)
    monkeypatch.setattr(runtime, "config", config.get)
    built = runtime.build()
    assert (built["pgo"], built["lto"]) == optimised
    assert built["debug"] is None


def test_a_version_without_brackets_names_no_compiler(monkeypatch, runtime) -> None:
    play(monkeypatch, runtime, version="3.4.0; MicroPython v1.29")
    assert runtime.compiler() is None


def test_what_can_not_be_started_is_no_capability(monkeypatch, runtime) -> None:
    monkeypatch.setitem(sys.modules, "threading", None)
    monkeypatch.setitem(sys.modules, "multiprocessing", None)
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert not {"threading", "multiprocessing", "sqlite3"} & set(runtime.capabilities())
