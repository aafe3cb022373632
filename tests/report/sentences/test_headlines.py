from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.analysis import analyse
from gilometer.analysis.claims.verdict import Verdict
from gilometer.model import Strategy
from gilometer.report.results import Spread, board
from gilometer.report.sentences.answer import answers
from gilometer.report.sentences.headlines import by_workload, comparison, curve, headline, headlines, speeds
from gilometer.report.sweep import sweep
from tests.records import World, interpreter, manifest, plan, run, work
from tests.report.worlds import alone, crowd, doubtful, matrix, ruins, serial_only, usual

if TYPE_CHECKING:
    from gilometer.analysis import Analysis

TWO_THREADS = Spread(Strategy.THREADS, 2)


def test_the_headline_sets_kinds_of_work_against_each_other():
    assert headline(board(usual()[1]), Strategy.THREADS) == (
        "Threads speed up I/O on all 5 interpreters; CPU-bound work on cpython-3.13t and jython-2.7 only; "
        "native code on all 4 interpreters"
    )


def test_kinds_that_gain_in_the_same_places_share_a_clause():
    said = headline(board(crowd()[1]), Strategy.THREADS)
    assert (
        said
        == "Threads speed up I/O and native code on all 20 interpreters; CPU-bound work on no interpreter"
    )


def test_many_interpreters_are_counted():
    names = [f"cpython-3.{minor}" for minor in range(6)]
    gains = {(name, "fib"): 1.9 for name in names[:5]}
    of = manifest(plan([interpreter(name) for name in names], [work("fib")]))
    shown = board(analyse(of, run(of.plan, World(threads=gains), 4)))
    assert headline(shown, Strategy.THREADS) == "Threads speed up CPU-bound work on 5 of 6 interpreters"


def test_of_many_each_group_is_counted():
    said = headline(board(matrix()[1]), Strategy.THREADS)
    assert said == (
        "Threads speed up I/O and native code on all 14 interpreters;"
        " CPU-bound work on none of 8 with a GIL and all 6 without a GIL"
    )


def test_the_answers_come_first_and_then_the_strongest_evidence():
    analysis = matrix()[1]
    *first, last = headlines(analysis, board(analysis))
    ratios = r"(\d\.\d\d)-(\d\.\d\d)x"
    found = re.fullmatch(
        rf"Same binary, GIL off against on: 2 threads give CPU-bound work"
        rf" {ratios} against {ratios} \(cpython-3\.13t\) and {ratios} against {ratios} \(cpython-3\.14t\),"
        rf" where independent processes reach {ratios}; without the GIL, one thread takes {ratios} as long\.",
        last,
    )
    assert found
    ends = [float(end) for end in found.groups()]
    truths = (1.85, 1.0, 1.92, 1.0, 2 / 1.05, 1.07)
    for low, truth, high in zip(ends[::2], truths, ends[1::2], strict=True):
        assert low - 0.05 < truth < high + 0.05
    assert first == list(answers(analysis.verdicts))


def test_what_is_not_established_of_the_same_binary_is_not_told():
    analysis = usual()[1]
    doubtful = tuple(
        msgspec.structs.replace(one, verdict=Verdict.NOT_ESTABLISHED) if one.claim == "C7" else one
        for one in analysis.verdicts
    )
    analysis = replace(analysis, verdicts=doubtful)
    assert headlines(analysis, board(analysis)) == list(answers(doubtful))


def test_without_a_price_none_is_told():
    analysis = usual()[1]
    analysis = replace(analysis, overheads=analysis.overheads.iloc[:0])
    assert headlines(analysis, board(analysis))[-1].partition(" reach ")[2].startswith("1.")
    assert "one thread" not in headlines(analysis, board(analysis))[-1]


def test_one_interpreter_alone_is_named():
    said = headline(board(alone()[1]), Strategy.THREADS)
    assert said == (
        "On cpython-3.13, threads speed up I/O and native code; they give no clear gain on CPU-bound work"
        " (1 block: not established)"
    )


def test_other_kinds_speak_where_the_usual_ones_are_not_measured():
    of = manifest(plan([interpreter("cpython-3.13")], [work("counter", "contention")]))
    shown = board(analyse(of, run(of.plan, World(), 3)))
    said = headline(shown, Strategy.THREADS)
    assert said == "On cpython-3.13, threads give no clear gain on work under contention"


@pytest.mark.parametrize("world", [ruins, serial_only])
def test_nothing_measured_is_nothing_claimed(world):
    assert headline(board(world()[1]), Strategy.THREADS) == "No speedup of threads was measured"


def compared(analysis: Analysis) -> str:
    shown = board(analysis)
    return comparison(shown, shown.works[:1])


def test_strategies_are_compared_by_how_many_gain():
    said = compared(usual()[1])
    assert said == "CPU-bound work gains from threads on 2 and from processes on 4 of 5 interpreters"
    said = compared(alone()[1])
    assert said.startswith("CPU-bound work on cpython-3.13: gains from processes; no clear gain from threads")
    assert said.endswith(" (1 block: not established)")
    assert ": no clear gain from threads and processes (" in compared(ruins()[1])


def test_the_fastest_and_the_slowest_are_named():
    of, analysis = usual()
    said = speeds(analysis.relative, of.plan.baseline)
    assert said.startswith("On one thread cpython-3.13t")
    assert said.endswith("x the speed of cpython-3.13, jython-2.7 at 0.40x")


def test_one_other_interpreter_is_named_once():
    of = manifest(plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work("fib")]))
    relative = analyse(of, run(of.plan, World({"pypy-3.11": 5.0}, spread=0), 3)).relative
    assert (
        speeds(relative, "cpython-3.13") == "On one thread pypy-3.11 runs at 5.00x the speed of cpython-3.13"
    )


def test_an_interpreter_that_ran_less_is_not_averaged_with_the_rest():
    of, analysis = usual()
    some = analysis.relative.query("interpreter == 'cpython-3.13' or workload == 'fib'")
    assert speeds(some, of.plan.baseline) == "No other interpreter ran all that cpython-3.13 ran"


def test_a_curve_is_told_by_its_ends():
    shown = board(usual(blocks=8)[1])
    said = curve(shown, sweep(shown), "0% to 100% CPU")
    assert said.startswith("From 0% to 100% CPU, the gain from threads goes from 1.9")
    assert " with a GIL and from 1.9" in said
    assert said.endswith(" without a GIL")


@pytest.mark.parametrize("world", [ruins, serial_only])
def test_a_curve_without_ends_claims_nothing(world):
    shown = board(world()[1])
    assert curve(shown, sweep(shown), "0% to 100% CPU") == "No curve of threads was measured at both its ends"


def test_each_workload_has_a_sentence():
    sentences = by_workload(board(usual()[1]), TWO_THREADS, "mixed")
    assert [sentence.partition(": ")[0] for sentence in sentences] == [
        "mixed:cpu=0",
        "mixed:cpu=0.5",
        "mixed:cpu=1",
    ]
    (fib,) = by_workload(board(usual()[1]), TWO_THREADS, "cpu")
    assert "slower on cpython-2.7 (0.6" in fib
    assert "no clear change on cpython-3.13 (" in fib
    (sleep,) = by_workload(board(usual()[1]), TWO_THREADS, "io")
    assert sleep.startswith("sleep: faster on 5 interpreters (1.9")


def test_what_can_not_be_is_called_so_and_is_no_gain():
    shown = board(doubtful()[1])
    assert "more than its workers can give on jython-2.7 (" in by_workload(shown, TWO_THREADS, "cpu")[0]
    said = headline(shown, Strategy.THREADS)
    assert said == "Threads speed up I/O, CPU-bound work and native code on no interpreter"


def test_a_workload_that_nothing_measured_has_none():
    assert by_workload(board(ruins()[1]), TWO_THREADS, "cpu") == []
