from __future__ import annotations

from msgspec.structs import replace

from gilometer.model import Cell, Outcome, Strategy
from gilometer.report.terminal.so_far import SoFar
from tests.report.knowing import crowd, speedup


def so_far(*known, precision: float = 0.05) -> SoFar:
    found = SoFar()
    found.learn(known, precision)
    return found


def with_cell(known, strategy: Strategy, workers: int):
    return replace(known, under=replace(known.under, strategy=strategy, workers=workers))


def test_interpreters_are_in_the_one_order_and_workloads_in_the_plan_s():
    found = so_far(*crowd(["pypy-3.11", "cpython-3.13", "cpython-3.9"], ["sleep", "fib"]))
    assert list(found.interpreters) == ["cpython-3.9", "cpython-3.13", "pypy-3.11"]
    assert list(found.workloads) == ["sleep", "fib"]


def test_of_many_strategies_threads_with_the_most_workers_are_shown():
    two, processes = speedup("cpython-3.13", "fib"), speedup("cpython-3.13", "fib", 1.9)
    four = replace(speedup("cpython-3.13", "fib", 1.1), under=replace(two.under, workers=4))
    found = so_far(two, four, with_cell(processes, Strategy.PROCESSES, 8))
    assert found.doers == "4 threads"
    assert found.speedup("cpython-3.13", "fib") == four


def test_without_threads_another_strategy_is():
    processes = with_cell(speedup("cpython-3.13", "fib", 1.9), Strategy.PROCESSES, 2)
    assert so_far(processes).doers == "2 processes"


def test_the_speed_of_one_thread_is_counted_but_is_no_speedup():
    serial = Cell("pypy-3.11", "", "fib", Strategy.SERIAL, 1)
    found = so_far(speedup("cpython-3.13", "fib"), replace(speedup("cpython-3.13", "fib"), under=serial))
    assert list(found.interpreters) == ["cpython-3.13"]
    assert found.count == "0 of 2 ratios known to 5%"


def test_what_failed_or_is_lacking_will_not_be_known():
    found = so_far(
        speedup("cpython-3.13", "fib", 1.0, 0.01, is_precise=True),
        speedup("cpython-3.13", "sleep", 1.9, 0.2),
        speedup("cpython-3.13", "files", outcome=Outcome.CRASHED),
        speedup("cpython-3.13", "sqlite", outcome=Outcome.UNSUPPORTED),
    )
    assert found.count == "1 of 2 ratios known to 5%"


def test_news_take_the_place_of_what_was_known():
    found = so_far(*crowd(["cpython-3.13"], ["fib", "sleep"]))
    found.learn([speedup("cpython-3.13", "sleep", 1.9, 0.01, is_precise=True)], 0.05)
    assert found.count == "1 of 2 ratios known to 5%"
    assert found.workloads.seen(1) == ["sleep"]


def test_where_nothing_is_compared_there_is_nothing_to_show():
    found = so_far()
    assert not found.doers
    assert not found.count
    assert found.speedup("cpython-3.13", "fib") is None
