"""A clean-up that fails replaces nothing that happened before it."""

from __future__ import annotations

import pytest

from gilometer.model import Outcome
from tests.workloads.running import ANY_STRATEGY, run

EACH = ("serial", "threads", "processes", "hybrid", "asyncio")
WORK = ANY_STRATEGY + (
    "    def fetch(self, index): return index\n"
    "    def transform(self, index, data): return data\n"
    "    def close(self): raise OSError(9, 'Bad file descriptor')\n"
)
LACKING = "    def open(self): raise _contract.Unsupported('has no such thing')\n"
FAILING = "    def fetch(self, index): raise ValueError('boom')\n"
WITHOUT_PROCESSES = """
    import multiprocessing
    class Pipe(object):
        def close(self): raise OSError(9, 'Bad file descriptor')
    def refuse(**_): raise NotImplementedError('no fork')
    multiprocessing.Pipe = lambda Pipe=Pipe: (Pipe(), Pipe())
    multiprocessing.Process = refuse
"""
WITHOUT_STOP = """
    import _strategies
    def stop(self): raise OSError(9, 'Bad file descriptor')
    _strategies.Serial.stop = stop
"""


def spread(strategy: str) -> tuple[str, ...]:
    return ("--strategy", strategy, "--workers", "1" if strategy == "serial" else "2", "--units", "2")


@pytest.mark.parametrize("strategy", EACH)
def test_a_workload_that_fails_to_close_has_done_its_work(strategy, write_workload, tmp_path) -> None:
    ran = run(write_workload(WORK), *spread(strategy), cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    assert "Bad file descriptor" in ran.stderr


@pytest.mark.parametrize("strategy", EACH)
def test_a_workload_that_fails_and_then_fails_to_close_tells_the_first(
    strategy, write_workload, tmp_path
) -> None:
    ran = run(write_workload(WORK + FAILING), *spread(strategy), cwd=tmp_path)
    assert ran.status == 1
    assert ran.stderr.splitlines()[-1].startswith("own.py: ")
    assert "boom" in ran.stderr


@pytest.mark.parametrize("strategy", ["serial", "threads", "processes", "asyncio"])
def test_a_lack_is_told_though_closing_fails(strategy, write_workload, tmp_path) -> None:
    line = run(write_workload(WORK + LACKING), *spread(strategy), cwd=tmp_path).line
    assert (line.outcome, line.reason) == (Outcome.UNSUPPORTED, "has no such thing")


def test_a_lack_of_processes_is_told_though_a_pipe_fails_to_close(write_workload, tmp_path) -> None:
    line = run(write_workload(WORK + WITHOUT_PROCESSES), *spread("processes"), cwd=tmp_path).line
    assert (line.outcome, line.reason) == (
        Outcome.UNSUPPORTED,
        "can't start a process: NotImplementedError: no fork",
    )


def test_a_strategy_that_fails_to_stop_has_done_its_work(write_workload, tmp_path) -> None:
    ran = run(write_workload(WORK + WITHOUT_STOP), *spread("serial"), cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    assert "cleaning up failed" in ran.stderr
