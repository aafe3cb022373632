from __future__ import annotations

import re
from dataclasses import replace

from gilometer.model import Estimate
from gilometer.report.results import Results, results_of
from gilometer.report.results.cells import Reading
from gilometer.report.sentences.headlines import headlines
from gilometer.report.sentences.own import answer, decided, own_answer
from tests.records import World
from tests.report.own_worlds import tried

SLOWER = World(threads={("", "work"): 0.5})
SAME = "sum-of-work"


def said(results: Results) -> str:
    """The answer, with its figures left out."""
    return re.sub(r"[\d.]+x \[[\d., ]+\]", "R", answer(results, results.works[0]))


def test_one_sentence_says_where_each_strategy_helps():
    assert said(results_of(*tried())) == (
        "2 threads speed `work` up R on cpython-3.13t, not on cpython-3.13; "
        "2 processes speed it up R on cpython-3.13 and R on cpython-3.13t."
    )


def test_what_threads_slow_down_is_said_to_be_slower():
    assert said(results_of(*tried(SLOWER))).startswith(
        "2 threads slow `work` down R on cpython-3.13 and R on cpython-3.13t;"
    )


def test_nothing_is_decided_without_an_interval():
    assert said(results_of(*tried(blocks=1))) == (
        "Whether 2 threads speed `work` up is unclear on cpython-3.13 and 3.13t; "
        "whether 2 processes speed it up is unclear on cpython-3.13, 3.13t and jython-2.7."
    ).replace(", 3.13t and jython-2.7", " and 3.13t")


def test_no_gain_is_decided_only_where_the_machine_could_give_one():
    results = results_of(*tried())
    threads = results.cells["cpython-3.13", "work", results.configurations[0]]
    assert decided(threads) is Reading.LEVEL
    assert decided(replace(threads, capacity=Estimate(1.0, 0.9, 1.3))) is Reading.UNCLEAR
    assert decided(replace(threads, noise=1.5, speedup=Estimate(1.1, 0.9, 1.3))) is Reading.UNCLEAR


def test_a_report_begins_with_it():
    results = results_of(*tried())
    assert headlines(results) == own_answer(results)


def test_other_values_are_said_beside_the_times():
    results = results_of(*tried(threads="00000001"))
    assert (
        "`work` returned other values than with one thread of cpython-3.13: cpython-3.13t (2 threads)."
    ) in own_answer(results)


def test_values_that_change_are_said_to_change():
    results = results_of(*tried(threads=f"00000001/{SAME}"))
    assert "`work` did not return the same values each time: cpython-3.13t (2 threads)." in own_answer(
        results
    )


def test_equal_values_are_not_mentioned():
    assert not [one for one in own_answer(results_of(*tried())) if "return" in one]
