"""A local `ipy`, from the folder where it lies to its names: with its habits, and the real probe."""

from __future__ import annotations

from pathlib import Path

from gilometer.interpreters import discovery
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.places import Place
from gilometer.interpreters.probe import SCRIPT, Probe
from gilometer.interpreters.survey import Survey, survey
from gilometer.locations import workloads_folder

FAKES = Path(__file__).parent / "fakes"


def surveyed() -> Survey:
    matrix = load_matrix()
    candidates = discovery.search(matrix.families, [Place("PATH", FAKES)])
    ask = Probe(workloads_folder() / SCRIPT)
    return survey(matrix, ask=ask, patterns=["*+servergc"], candidates=list(candidates))


def test_it_is_found_by_its_name_and_given_the_time_that_dotnet_takes():
    (candidate,) = discovery.search(load_matrix().families, [Place("PATH", FAKES)])
    assert candidate.command == (str(FAKES / "ipy"),)
    assert candidate.timeout_s == 30


def test_it_runs_without_a_gil_and_once_more_with_the_servers_collector():
    plain, server = surveyed().runnable
    assert (plain.label, plain.kind, plain.source) == ("ironpython-3.4", "ironpython", "PATH")
    assert (server.label, server.env) == ("ironpython-3.4+servergc", {"DOTNET_gcServer": "1"})
    assert not plain.facts.gil
    assert (plain.facts.collector, server.facts.collector) == ("workstation concurrent", "server concurrent")


def test_the_probe_says_what_it_can_do_and_what_it_lacks():
    facts = surveyed().runnable[0].facts
    assert (facts.implementation, facts.version, facts.jit) == ("ironpython", "3.4.2", "on")
    assert facts.build.compiler == ".NETCoreApp,Version=v10.0 on .NET 10.0.12 (64-bit)"
    assert {"_thread", "http.server", "socket", "threading", "zlib"} <= set(facts.capabilities)
    assert not {"_hashlib", "asyncio", "multiprocessing", "sqlite3"} & set(facts.capabilities)
    no_process = "can't start a process: AttributeError: module 'os' has no attribute 'fork'"
    assert facts.lacks == {
        "processes": no_process,
        "hybrid": no_process,
        "asyncio": "has no asyncio",
        "subinterpreters": "has no subinterpreters",
    }


def test_a_collector_that_the_shell_asks_for_changes_nothing(monkeypatch):
    monkeypatch.setenv("DOTNET_gcServer", "1")
    plain, server = surveyed().runnable
    assert (plain.facts.collector, server.facts.collector) == ("workstation concurrent", "server concurrent")


def test_it_is_not_called_missing():
    assert "ironpython-3.4" not in {each.name for each in surveyed().missing}
