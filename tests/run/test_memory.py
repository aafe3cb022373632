from __future__ import annotations

import psutil
import pytest

from gilometer.interpreters.containers.engine import LIMITS
from gilometer.model import Cell, Strategy
from gilometer.run import memory
from tests import records

GIB = 1 << 30


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """Where 10 GiB are free."""
    monkeypatch.setattr(
        psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10 * GIB, "total": 99 * GIB})
    )


def cells(*strategies: Strategy, workers: int = 2) -> list[Cell]:
    return [Cell("cpython-3.13", "", "fib", strategy, workers) for strategy in strategies]


@pytest.mark.parametrize(
    ("strategy", "processes"),
    [
        (Strategy.SERIAL, 1),
        (Strategy.THREADS, 1),
        (Strategy.ASYNCIO, 1),
        (Strategy.SUBINTERPRETERS, 1),
        (Strategy.PROCESSES, 5),
        (Strategy.HYBRID, 5),
    ],
)
def test_workers_that_are_processes_count_beside_the_one_that_started_them(strategy, processes):
    (cell,) = cells(strategy, workers=4)
    assert memory.processes_of(cell) == processes


def test_all_together_may_take_a_share_of_what_is_free():
    four = cells(records.SERIAL, records.PROCESSES)
    limit = int(memory.SHARE * 10 * GIB)
    assert memory.is_enough(four, limit // 4, image="")
    assert not memory.is_enough(four, limit // 4 + 1, image="")


def test_in_a_container_it_is_a_share_of_its_limit():
    one = cells(records.SERIAL)
    limit = int(memory.SHARE * LIMITS.memory_bytes)
    assert memory.is_enough(one, limit, image="sha256:jython")
    assert not memory.is_enough(one, limit + 1, image="sha256:jython")


def test_what_is_not_known_is_taken_for_nothing():
    assert memory.is_enough(cells(records.SERIAL, workers=1) * 1000, 0, image="")
