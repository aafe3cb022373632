"""The probe's part that tells how an interpreter was built."""

from __future__ import annotations

import sys
from importlib import import_module
from types import SimpleNamespace

import pytest


@pytest.fixture
def built(shared_code):  # noqa: ARG001  it puts the workloads on the path
    return import_module("_build")


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
def test_reads_how_cpython_was_built(monkeypatch, built, config, prefix, optimised) -> None:
    monkeypatch.setattr(built, "sys", SimpleNamespace(version=sys.version, base_prefix=prefix, prefix=prefix))
    monkeypatch.setattr(built, "config", config.get)
    answer = built.build("cpython")
    assert (answer["pgo"], answer["lto"]) == optimised
    assert answer["debug"] is None


def test_says_nothing_of_what_others_were_built_with(monkeypatch, built) -> None:
    monkeypatch.setattr(built, "config", {"CONFIG_ARGS": "'--enable-optimizations'", "Py_DEBUG": 1}.get)
    answer = built.build("pyodide")
    assert (answer["pgo"], answer["lto"], answer["debug"]) == (None, None, True)


@pytest.mark.parametrize(
    ("version", "compiler"),
    [
        ("3.11.7 (main, Nov 1 2026) [GCC 12.2.0]", "GCC 12.2.0"),
        ("3.9.16 (7.3.11, Dec 2) \n[PyPy 7.3.11 with GCC 12.2.0]", "PyPy 7.3.11 with GCC 12.2.0"),
        ("3.14.2 (main) [Clang 23.0.0git (https:/github.com/llvm/llvm-project e5927", "Clang 23.0.0git"),
        ("3.4.0; MicroPython v1.29", None),
    ],
)
def test_names_the_compiler_if_the_version_does(monkeypatch, built, version, compiler) -> None:
    monkeypatch.setattr(built, "sys", SimpleNamespace(version=version))
    assert built.compiler() == compiler


def test_micropython_names_its_compiler_with_its_machine(monkeypatch, built) -> None:
    machine = SimpleNamespace(_machine="linux [GCC 14.2.1] version")
    monkeypatch.setattr(built, "sys", SimpleNamespace(version="3.4.0; MicroPython", implementation=machine))
    assert built.compiler() == "GCC 14.2.1"


class Bean:
    """What a JVM has for each task of its collector."""

    def __init__(self, name: str) -> None:
        self.getName = lambda: name


@pytest.mark.parametrize(
    ("tasks", "collector"),
    [
        (["G1 Young Generation", "G1 Old Generation"], "G1"),
        (["Copy", "MarkSweepCompact"], "Serial"),
        (["PS MarkSweep", "PS Scavenge"], "Parallel"),
        (["ZGC Minor Cycles", "ZGC Minor Pauses"], "ZGC"),
        (["Shenandoah Pauses", "Shenandoah Cycles"], "Shenandoah"),
        ([], ""),
    ],
)
def test_the_jvm_names_its_collector(monkeypatch, built, tasks, collector) -> None:
    factory = SimpleNamespace(getGarbageCollectorMXBeans=lambda: [Bean(task) for task in tasks])
    for package in ("java", "java.lang"):
        monkeypatch.setitem(sys.modules, package, SimpleNamespace())
    monkeypatch.setitem(sys.modules, "java.lang.management", SimpleNamespace(ManagementFactory=factory))
    assert built.collector("jython") == collector


@pytest.mark.parametrize(
    ("server", "latency", "collector"),
    [
        (True, "Batch", "server"),
        (True, "Interactive", "server concurrent"),
        (False, "Interactive", "workstation concurrent"),
    ],
)
def test_dotnet_names_its_collector(monkeypatch, built, server, latency, collector) -> None:
    settings = SimpleNamespace(IsServerGC=server, LatencyMode=latency)
    monkeypatch.setitem(sys.modules, "System", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "System.Runtime", SimpleNamespace(GCSettings=settings))
    assert built.collector("ironpython") == collector


@pytest.mark.parametrize("name", ["cpython", "jython", "ironpython"])
def test_no_collector_is_named_where_there_is_no_choice_or_no_word(built, name) -> None:
    assert built.collector(name) == ""
