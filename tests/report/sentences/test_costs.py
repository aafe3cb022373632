from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.analysis import analyse
from gilometer.model import Build, Estimate
from gilometer.report.results import results_of
from gilometer.report.sentences.costs import finding, threads_needed
from tests.records import World, interpreter, manifest, plan, run, work
from tests.report.worlds import alone, usual

if TYPE_CHECKING:
    from gilometer.report.results.costs import Costs, InterpreterCosts


def usual_costs() -> Costs:
    found = results_of(*usual()).costs
    assert found
    return found


def of(label: str) -> InterpreterCosts:
    return next(one for one in usual_costs().of if one.interpreter.label == label)


def test_the_finding_is_about_interpreters_without_a_gil():
    said = finding(results_of(*usual()), usual_costs())
    assert said.startswith("Against one thread of cpython-3.13, for fib: cpython-3.13t takes ")
    assert "as long with one thread and 0.5" in said
    assert "with 2 threads; jython-2.7 2." in said
    assert "cpython-2.7" not in said


def test_where_all_have_a_gil_it_is_about_the_others():
    interpreters = [interpreter("cpython-3.13"), interpreter("pypy-3.11")]
    of_run = manifest(plan(interpreters, [work("fib")]))
    results = results_of(of_run, analyse(of_run, run(of_run.plan, World({"pypy-3.11": 8.0}), 6)))
    assert results.costs
    assert "for fib: pypy-3.11 takes 0.12" in finding(results, results.costs)


def test_another_build_of_the_same_implementation_is_named_so():
    free = interpreter("cpython-3.13t", gil=False)
    free = msgspec.structs.replace(free, facts=msgspec.structs.replace(free.facts, build=Build(pgo=False)))
    of_run = manifest(plan([interpreter("cpython-3.13"), free], [work("fib")]))
    results = results_of(of_run, analyse(of_run, run(of_run.plan, World(), 6)))
    assert results.costs
    assert finding(results, results.costs).endswith("with 2 threads (another build)")


def test_a_run_of_one_interpreter_has_no_costs():
    assert results_of(*alone()).costs is None


@pytest.mark.parametrize(
    ("needed", "cores", "said"),
    [
        (Estimate(1.9, 1.8, 2.0), 2, "2"),
        (Estimate(2.0, 1.9, 2.1), 2, "2 to 3"),
        (Estimate(2.6, 2.5, 2.7), 2, "3: not with the 2 cores here"),
        (Estimate(2.6, 2.5, 2.7), 4, "3"),
        (Estimate(40, 30, 1000), 64, "30 or more"),
        (Estimate(500, 300, 1000), 64, "more than 99"),
        (Estimate(1.9), 2, "about 2"),
        (None, 2, "threads show no gain"),
    ],
)
def test_the_threads_that_are_needed_to_be_as_fast(needed, cores, said):
    one = replace(of("jython-2.7"), threads_needed=needed)
    assert threads_needed(one, usual_costs().baseline, cores) == said


def test_whoever_is_as_fast_needs_one_thread():
    one = of("cpython-3.13t")
    level = replace(one, serial=replace(one.serial, ratio=Estimate(1.01, 0.99, 1.03)))
    doubtful = replace(level, threads_needed=None, serial=replace(one.serial, ratio=Estimate(1.2, 1.0, 1.4)))
    baseline = usual_costs().baseline
    assert [threads_needed(each, baseline, 2) for each in (level, doubtful)] == ["1", "1 may do"]


def test_the_baseline_is_not_compared_with_itself():
    assert threads_needed(of("cpython-3.13"), usual_costs().baseline, 2) == "-"


def test_unmeasured_threads_are_no_threads_without_a_gain():
    one = replace(of("jython-2.7"), threads=None, threads_needed=None)
    assert threads_needed(one, usual_costs().baseline, 2) == "not measured"


def test_what_has_no_interval_is_not_told_beside_what_has_one():
    results = results_of(*usual())
    found = usual_costs()
    few = [
        replace(one, serial=replace(one.serial, ratio=Estimate(one.serial.ratio.value)))
        if one.interpreter.label == "jython-2.7"
        else one
        for one in found.of
    ]
    said = finding(results, replace(found, of=tuple(few)))
    assert "cpython-3.13t" in said
    assert "jython-2.7" not in said


def test_threads_without_an_interval_are_not_told_either():
    found = usual_costs()
    few = [
        replace(one, threads=replace(one.threads, ratio=Estimate(0.5))) if one.threads else one
        for one in found.of
    ]
    assert "with 2 threads" not in finding(results_of(*usual()), replace(found, of=tuple(few)))
