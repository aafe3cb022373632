from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time

import pytest

from gilometer.report.plots import forks
from gilometer.report.plots.forks import in_forks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux only")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(forks, "_cores", lambda: 2)


def sleep() -> None:
    time.sleep(60)


def interrupt() -> None:
    time.sleep(0.2)  # the parent waits by then
    os.kill(os.getppid(), signal.SIGINT)


def fail() -> None:
    raise ValueError("no such colour")


def test_results_come_in_the_order_of_their_tasks():
    def late() -> str:
        time.sleep(0.1)
        return "first"

    assert in_forks([late, lambda: "second", lambda: "third"]) == ["first", "second", "third"]


def test_a_fork_is_another_process_that_sees_what_is_here():
    here = object()
    assert in_forks([os.getppid, os.getppid]) == [os.getpid()] * 2
    assert in_forks([lambda: id(here)] * 2) == [id(here)] * 2


def test_what_a_task_raises_is_raised_here_and_no_fork_is_left():
    with pytest.raises(ValueError, match="no such colour"):
        in_forks([sleep, fail])
    assert not multiprocessing.active_children()


def test_ctrl_c_is_for_the_parent_and_ends_the_forks():
    with pytest.raises(KeyboardInterrupt):
        in_forks([sleep, interrupt])
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_the_work_of_a_fork_that_is_killed_or_stopped_is_done_here(end, monkeypatch):
    monkeypatch.setattr(forks, "PATIENCE_S", 0.2)
    here = os.getpid()

    def only_here() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), end)
        return os.getpid()

    assert in_forks([only_here, only_here]) == [here, here]
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("cores", [1, 2])
def test_one_core_or_one_task_needs_no_fork(cores, monkeypatch):
    monkeypatch.setattr(forks, "_cores", lambda: cores)
    assert in_forks([os.getpid] * (3 - cores)) == [os.getpid()] * (3 - cores)
    assert in_forks([]) == []
