from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.analysis import analyse
from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import Estimate, Strategy
from gilometer.report.results import results_of
from gilometer.report.results.comparisons import RelativeSpeed
from gilometer.report.results.configurations import Configuration
from gilometer.report.sentences.answer import answers
from gilometer.report.sentences.headlines import by_workload, comparison, curve, headline, headlines, speeds
from gilometer.report.sweep import sweep
from tests.records import World, interpreter, manifest, plan, run, work
from tests.report.worlds import alone, changed, crowd, doubtful, matrix, ruins, serial_only, usual

if TYPE_CHECKING:
    from gilometer.report.results import Results

TWO_THREADS = Configuration(Strategy.THREADS, 2)


def test_the_headline_sets_kinds_of_work_against_each_other():
    assert headline(results_of(*usual()), Strategy.THREADS) == (
        "Threads speed up I/O on all 5 interpreters; CPU-bound work on cpython-3.13t and jython-2.7 only; "
        "native code on all 4 interpreters"
    )


def test_kinds_that_gain_in_the_same_places_share_a_clause():
    said = headline(results_of(*crowd()), Strategy.THREADS)
    assert said == (
        "Threads speed up I/O and native code on all 20 interpreters;"
        " CPU-bound work on no interpreter (can't tell on 7 interpreters)"
    )


def test_many_interpreters_are_counted():
    names = [f"cpython-3.{minor}" for minor in range(6)]
    gains = {(name, "fib"): 1.9 for name in names[:5]}
    of = manifest(plan([interpreter(name) for name in names], [work("fib")]))
    shown = results_of(of, analyse(of, run(of.plan, World(threads=gains), 4)))
    assert headline(shown, Strategy.THREADS) == "Threads speed up CPU-bound work on 5 of 6 interpreters"


def without_intervals(label: str, *workloads: str) -> Results:
    """The usual run, had these workloads of one interpreter been measured in one block alone."""
    summary = usual()[1].summary.copy()
    few = (summary["interpreter"] == label) & summary["workload"].isin(workloads)
    summary.loc[few, ["speedup_low", "speedup_high", "speedup_q"]] = float("nan")
    return changed(usual(), summary=summary)


def test_what_one_block_gave_is_told_neither_as_a_gain_nor_as_none():
    said = headline(without_intervals("jython-2.7", "fib"), Strategy.THREADS)
    assert "CPU-bound work on cpython-3.13t only (can't tell on jython-2.7)" in said


def test_of_many_each_group_is_counted():
    said = headline(results_of(*matrix()), Strategy.THREADS)
    assert said == (
        "Threads speed up I/O and native code on all 14 interpreters;"
        " CPU-bound work on none of 8 with a GIL and all 6 without a GIL"
    )


def test_the_answers_come_first_and_then_the_strongest_evidence():
    *first, last, costs = headlines(results_of(*matrix()))
    ratios = r"(\d\.\d\d)-(\d\.\d\d)x"
    found = re.fullmatch(
        rf"Same binary, GIL off against on: 2 threads give CPU-bound work"
        rf" {ratios} against {ratios} \(cpython-3\.13t\) and {ratios} against {ratios} \(cpython-3\.14t\),"
        rf" where independent processes reach {ratios};"
        rf" switched off, it makes one thread take {ratios} as long\.",
        last,
    )
    assert found
    ends = [float(end) for end in found.groups()]
    truths = (1.85, 1.0, 1.92, 1.0, 2 / 1.05, 1.07)
    for low, truth, high in zip(ends[::2], truths, ends[1::2], strict=True):
        assert low - 0.05 < truth < high + 0.05
    assert first == list(answers(matrix()[1].verdicts))
    assert costs.startswith("Against one thread of cpython-3.")


def test_what_is_not_established_of_the_same_binary_is_not_told():
    doubtful = tuple(
        msgspec.structs.replace(one, verdict=Verdict.NOT_ESTABLISHED) if one.claim == "C7" else one
        for one in usual()[1].verdicts
    )
    *answered, costs = headlines(changed(usual(), verdicts=doubtful))
    assert answered == list(answers(doubtful))
    assert costs.startswith("Against one thread of ")


def test_without_a_price_none_is_told():
    free = changed(usual(), overheads=usual()[1].overheads.iloc[:0])
    said = headlines(free)[-2]
    assert said.partition(" reach ")[2].startswith("1.")
    assert "one thread" not in said


def test_one_interpreter_alone_is_named():
    said = headline(results_of(*alone()), Strategy.THREADS)
    assert said == (
        "On cpython-3.13, threads speed up I/O and native code; they give no clear gain on CPU-bound work"
        " (1 block: not established)"
    )


def test_other_kinds_speak_where_the_usual_ones_are_not_measured():
    of = manifest(plan([interpreter("cpython-3.13")], [work("counter", "contention")]))
    shown = results_of(of, analyse(of, run(of.plan, World(), 3)))
    said = headline(shown, Strategy.THREADS)
    assert said == "On cpython-3.13, threads give no clear gain on work under contention"


@pytest.mark.parametrize("world", [ruins, serial_only])
def test_nothing_measured_is_nothing_claimed(world):
    assert headline(results_of(*world()), Strategy.THREADS) == "No speedup of threads was measured"


def compared(results: Results) -> str:
    return comparison(results, results.works[:1])


def test_strategies_are_compared_by_how_many_gain():
    said = compared(results_of(*usual()))
    assert said == "CPU-bound work gains from threads on 2 and from processes on 4 of 5 interpreters"
    said = compared(results_of(*alone()))
    assert said.startswith("CPU-bound work on cpython-3.13: gains from processes; no clear gain from threads")
    assert said.endswith(" (1 block: not established)")
    assert ": no clear gain from threads and processes (" in compared(results_of(*ruins()))


def test_the_fastest_and_the_slowest_are_named():
    said = speeds(results_of(*usual()).speeds, "cpython-3.13")
    assert said.startswith("On one thread cpython-3.13t")
    assert re.search(r"x the speed of cpython-3\.13, jython-2\.7 at 0\.\d+x to 0\.4\dx$", said)


def test_one_that_is_faster_in_one_workload_and_slower_in_another_is_told_by_both():
    """The mean of a fourfold and of a quarter would be as fast."""
    speed = [
        RelativeSpeed("pypy-3.11", work, Estimate(ratio)) for work, ratio in (("fib", 4.0), ("sha256", 0.25))
    ]
    baseline = [RelativeSpeed("cpython-3.13", work, Estimate(1.0)) for work in ("fib", "sha256")]
    assert (
        speeds([*baseline, *speed], "cpython-3.13")
        == "On one thread pypy-3.11 runs at 0.25x to 4.00x the speed of cpython-3.13"
    )


def test_one_other_interpreter_is_named_once():
    of = manifest(plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work("fib")]))
    results = results_of(of, analyse(of, run(of.plan, World({"pypy-3.11": 5.0}, spread=0), 3)))
    assert (
        speeds(results.speeds, "cpython-3.13")
        == "On one thread pypy-3.11 runs at 5.00x the speed of cpython-3.13"
    )


def test_an_interpreter_that_ran_less_is_not_averaged_with_the_rest():
    some = usual()[1].relative.query("interpreter == 'cpython-3.13' or workload == 'fib'")
    assert (
        speeds(changed(usual(), relative=some).speeds, "cpython-3.13")
        == "No other interpreter ran all that cpython-3.13 ran"
    )


def test_a_curve_is_told_by_its_ends():
    shown = results_of(*usual(blocks=8))
    said = curve(shown, sweep(shown), "0% to 100% CPU")
    assert said.startswith("From 0% to 100% CPU, the gain from threads goes from 1.9")
    assert " with a GIL and from 1.9" in said
    assert said.endswith(" without a GIL")


@pytest.mark.parametrize("world", [ruins, serial_only])
def test_a_curve_without_ends_claims_nothing(world):
    shown = results_of(*world())
    assert curve(shown, sweep(shown), "0% to 100% CPU") == "No curve of threads was measured at both its ends"


def test_each_workload_has_a_sentence():
    sentences = by_workload(results_of(*usual()), TWO_THREADS, "mixed")
    assert [sentence.partition(": ")[0] for sentence in sentences] == [
        "mixed:cpu=0",
        "mixed:cpu=0.5",
        "mixed:cpu=1",
    ]
    (fib,) = by_workload(results_of(*usual()), TWO_THREADS, "cpu")
    assert "slower on cpython-2.7 (0.6" in fib
    assert "no faster on cpython-3.13 (" in fib
    (sleep,) = by_workload(results_of(*usual()), TWO_THREADS, "io")
    assert sleep.startswith("sleep: faster on 5 interpreters (1.9")


def test_what_can_not_be_is_called_so_and_is_no_gain():
    shown = results_of(*doubtful())
    assert "more than its workers can give on jython-2.7 (" in by_workload(shown, TWO_THREADS, "cpu")[0]
    said = headline(shown, Strategy.THREADS)
    assert said == (
        "Threads speed up I/O and native code on no interpreter;"
        " CPU-bound work on no interpreter (can't tell on jython-2.7)"
    )


def test_a_workload_that_nothing_measured_has_none():
    assert by_workload(results_of(*ruins()), TWO_THREADS, "cpu") == []
