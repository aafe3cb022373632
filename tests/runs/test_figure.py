from __future__ import annotations

import re

import pytest

from gilometer.errors import UsageError
from gilometer.model import Plan, Strategy
from gilometer.runs.figure import choose
from gilometer.runs.history import History, Past, RunState, TrackedSpeedup
from tests.records import SERIAL, interpreter, manifest, plan, work


def history(*plans: Plan) -> History:
    """Runs of these plans, oldest first."""
    return History(tuple(Past(manifest(one), 1, RunState.DONE, None) for one in plans), ())


FIB, SLEEP = work("fib"), work("sleep", "io")
SERIAL_ONLY = plan([interpreter("cpython-3.12")], [work("fib", "cpu", (SERIAL,))])
OLD = plan([interpreter("cpython-3.12")], [FIB])
NEW = plan([interpreter("pypy-3.11"), interpreter("cpython-3.13t", "+gil")], [SLEEP, FIB], workers=(2, 4))


def test_the_usual_is_threads_on_the_first_cpu_bound_workload_for_the_newest_baseline():
    assert choose(history(OLD, NEW), "") == TrackedSpeedup("pypy-3.11", "fib", Strategy.THREADS, 2)


def test_without_cpu_bound_work_it_is_what_there_is():
    only = plan([interpreter("pypy-3.11")], [SLEEP])
    assert choose(history(OLD, only), "") == TrackedSpeedup("pypy-3.11", "sleep", Strategy.THREADS, 2)


def test_a_newest_run_without_any_speedup_is_passed_over():
    assert str(choose(history(OLD, SERIAL_ONLY), "")) == "cpython-3.12 fib threads 2"


@pytest.mark.parametrize("name", ["cpython-3.13t+gil sleep processes 4", "cpython-3.12  fib   threads 2 "])
def test_a_figure_is_named_by_four_words(name):
    assert str(choose(history(OLD, NEW), name)) == " ".join(name.split())


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("cpython-3.12 fibb threads 2", 'as in "cpython-3.12 fib threads 2", '),
        ("pypy fib threads 2", '"pypy-3.11 fib threads 2"'),
        ("nonsense", 'as in "pypy-3.11 sleep threads 2", '),
        ("cpython-3.12 fib serial 1", '"cpython-3.12 fib threads 2"'),
    ],
)
def test_a_mistyped_figure_names_near_ones(name, near):
    with pytest.raises(UsageError, match=rf'--of "{name}": no run has it; .*{re.escape(near)}'):
        choose(history(OLD, NEW), name)


@pytest.mark.parametrize("name", ["", "cpython-3.12 fib threads 2"])
def test_runs_without_any_speedup_have_nothing_to_choose(name):
    observed = plan([interpreter("cpython-3.12")], [work("lost_updates", "semantics")])
    with pytest.raises(UsageError, match="none of these runs has a speedup"):
        choose(history(SERIAL_ONLY, observed), name)
