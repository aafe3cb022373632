from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gilometer.model import Estimate, Outcome, Strategy
from gilometer.report.results import results_of
from gilometer.report.results.cells import CellResult, Reading, read
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.interpreters import Category
from gilometer.report.sentences.certainty import caveat
from tests.report.cells import cell_result
from tests.report.worlds import alone, crowd, doubtful, matrix, serial_only, usual


def result(
    speedup: float,
    low: float = math.nan,
    high: float = math.nan,
    outcome: Outcome = Outcome.OK,
    q: float = 0.01,
) -> CellResult:
    return cell_result(outcome=outcome, speedup=Estimate(speedup, low, high), speedup_q=q)


@pytest.mark.parametrize(
    ("shown", "reading"),
    [
        (result(1.5, 1.4, 1.6), Reading.GAIN),
        (result(1.5, 0.9, 2.0), Reading.UNCLEAR),
        (result(1.5, 1.4, 1.6, q=0.06), Reading.UNCLEAR),
        (result(1.08, 1.07, 1.09), Reading.LEVEL),
        (result(0.6, 0.5, 0.7), Reading.HARM),
        (result(0.6, 0.5, 1.1), Reading.LEVEL),
        (result(1.5), Reading.GAIN),
        (result(1.2), Reading.UNCLEAR),
        (result(0.7), Reading.HARM),
        (result(3.1), Reading.DOUBTFUL),
        (result(3.1, 3.05, 3.2), Reading.DOUBTFUL),
        (result(3.1, 2.5, 3.7), Reading.GAIN),
        (result(math.nan), Reading.NOTHING),
        (result(1.5, 1.4, 1.6, Outcome.CRASHED), Reading.NOTHING),
    ],
)
def test_a_speedup_is_a_gain_only_beyond_noise_and_interval(shown, reading):
    assert read(shown) is reading


@pytest.mark.parametrize(
    ("speedup", "concurrency", "reading"),
    [
        (Estimate(1.0, 0.8, 1.3), Estimate(1.0, 0.99, 1.01), Reading.LEVEL),
        (Estimate(1.0, 0.8, 1.3), Estimate(1.5, 1.4, 1.6), Reading.UNCLEAR),
        (Estimate(1.5, 1.4, 1.6), Estimate(1.0, 0.99, 1.01), Reading.UNCLEAR),
        (Estimate(1.5, 1.4, 1.6), Estimate(1.6, 1.5, 1.7), Reading.GAIN),
        (Estimate(0.6, 0.5, 0.7), Estimate(1.0, 0.99, 1.01), Reading.HARM),
    ],
    ids=["noise on one core", "noise on more", "a gain on one core", "a gain on more", "a harm"],
)
def test_what_had_the_cores_of_one_gained_nothing_by_running_at_once(speedup, concurrency, reading):
    assert read(cell_result(speedup=speedup, concurrency=concurrency)) is reading


@pytest.mark.parametrize("capacity", [Estimate(), Estimate(1.3), Estimate(1.3, 1.05, 1.6)])
def test_no_gain_on_a_machine_that_was_not_shown_to_give_one_says_nothing(capacity):
    level = result(1.0, 0.95, 1.05)
    assert read(level) is Reading.LEVEL
    assert read(replace(level, capacity=capacity)) is Reading.UNCLEAR
    assert read(replace(result(0.6, 0.5, 0.7), capacity=capacity)) is Reading.HARM


def test_much_noise_makes_nothing_level():
    assert read(replace(result(1.04, 0.77, 1.39), noise=1.5)) is Reading.UNCLEAR


def test_interpreters_stand_in_one_order():
    labels = [one.label for one in results_of(*usual()).interpreters]
    assert labels == [
        "cpython-2.7",
        "cpython-3.13",
        "cpython-3.13t+gil",
        "cpython-3.13t",
        "jython-2.7",
        "graalpy-3.12",
    ]


def test_a_variant_follows_its_base_and_its_own_gil_says_where_it_belongs():
    results = results_of(*matrix())
    with_gil = [one.label for one in results.interpreters if one.category is Category.GIL]
    without = [one.label for one in results.interpreters if one.category is Category.NO_GIL]
    assert with_gil[1:6] == [
        "cpython-3.13t+gil",
        "cpython-3.14",
        "cpython-3.14t+gil",
        "cpython-3.15",
        "cpython-3.15+jit",
    ]
    assert without[:4] == ["cpython-3.13t", "cpython-3.14t", "jython-2.7", "jython-2.7+parallelgc"]


def test_versions_are_numbers_and_strangers_come_last():
    labels = [one.label for one in results_of(*crowd()).interpreters]
    assert labels.index("cpython-3.9") < labels.index("cpython-3.10")
    assert labels[-1] == "stranger"


def test_what_is_not_here_is_no_part_of_those_present():
    results = results_of(*usual())
    assert results.interpreters[-1].category is Category.MISSING
    assert results.present == results.interpreters[:-1]


def test_workloads_go_from_work_to_waiting():
    labels = [work.label for work in results_of(*usual()).works]
    assert labels == ["fib", "sha256", "mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1", "sleep"]


def test_the_widest_configuration_has_the_most_workers():
    results = results_of(*crowd())
    assert results.widest(Strategy.THREADS) == Configuration(Strategy.THREADS, 4)
    assert results.widest(Strategy.ASYNCIO) is None
    assert results_of(*serial_only()).configurations == ()


def test_doubts_and_caveats_are_of_all_results():
    assert results_of(*doubtful()).has_doubts
    assert not results_of(*usual()).has_doubts
    assert caveat(results_of(*usual())) == ""
    assert caveat(results_of(*alone())) == " (1 block: not established)"


def test_a_cell_that_was_not_planned_says_nothing():
    results = results_of(*usual())
    nowhere = Configuration(Strategy.ASYNCIO, 2)
    assert results.at(results.interpreters[0], results.works[0], nowhere) is None
    assert results.reading(results.interpreters[0], results.works[0], nowhere) is Reading.NOTHING
