"""Test claims on synthetic runs: each test is a world, and the verdict that it must give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from gilometer.analysis.claims.evaluate import basis, evaluate
from gilometer.analysis.claims.verdicts import Basis, Reason, Verdict
from gilometer.claims.reading import claims
from gilometer.model import Alternative, Build, Outcome, Role, Sample
from tests.analysis.claims.synthetic_runs import (
    claim,
    on_cores,
    run_data,
    slowed,
    verdict,
    verdict_on,
    without,
    world,
)
from tests.records import PROCESSES, SERIAL, THREADS, failed, interpreter, plan, sample, work

if TYPE_CHECKING:
    from gilometer.model import Entry

CPYTHON = interpreter("cpython-3.13")
FREE = interpreter("cpython-3.13t", gil=False)
LOCKED = interpreter("cpython-3.13t", "+gil")
JYTHON = interpreter("jython-2.7", gil=False)
PYPY = interpreter("pypy-3.11")
FIB = work("fib")
SLEEP = work("sleep", "io")
SWEEP = tuple(work(f"mixed:cpu={share}", "mixed", cpu=share) for share in ("0", "0.5", "1"))
LABEL = "cpython-3.13"


def threads(gain: float, script: str = "fib") -> dict[str, Any]:
    return {"threads": {("", script): gain}}


@pytest.mark.parametrize(
    ("gain", "expected", "stands"),
    [
        (1.0, Verdict.HOLDS, Alternative.NOT_ABOVE),
        (0.6, Verdict.HOLDS, Alternative.BELOW),
        (1.9, Verdict.REFUTED, Alternative.ABOVE),
        (1.1, Verdict.NOT_ESTABLISHED, None),
    ],
)
def test_with_a_gil_threads_make_cpu_work_no_faster(gain, expected, stands):
    of = plan([CPYTHON], [FIB])
    found = verdict("C2", of, world(of, **threads(gain)))
    assert (found.verdict, found.deciding.stands) == (expected, stands)
    assert found.deciding.workload == "fib"
    assert found.deciding.ratio == pytest.approx(gain, rel=0.03)
    assert found.deciding.low < found.deciding.ratio < found.deciding.high
    assert found.deciding.edge == pytest.approx(1.1)
    assert found.deciding.blocks == 8


def test_what_is_about_others_does_not_apply():
    of = plan([FREE], [FIB])
    found = verdict("C2", of, world(of))
    assert (found.verdict, found.rule_results, found.deciding.why) == (
        Verdict.NOT_APPLICABLE,
        (),
        Reason.OTHERS,
    )


def test_what_an_interpreter_lacks_does_not_apply():
    of = plan([CPYTHON, JYTHON], [FIB, work("sha256", "native")])
    lacking = {("jython-2.7", one, PROCESSES): (Outcome.UNSUPPORTED, "no fork") for one in ("fib", "sha256")}
    found = verdict("C4", of, world(of, endings=lacking), "jython-2.7")
    assert (found.verdict, found.deciding.why, found.deciding.detail) == (
        Verdict.NOT_APPLICABLE,
        Reason.LACKING,
        "no fork",
    )
    assert verdict("C4", of, world(of, endings=lacking)).verdict is Verdict.HOLDS


def test_a_workload_that_an_interpreter_lacks_is_no_evidence():
    of = plan([CPYTHON], [SLEEP, work("sqlite", "io")])
    lacking = {(LABEL, "sqlite", SERIAL): (Outcome.UNSUPPORTED, "no sqlite3")}
    assert verdict("C1", of, world(of, endings=lacking, **threads(1.9, "sleep"))).verdict is Verdict.HOLDS


def test_where_all_must_hold_the_weakest_decides():
    of = plan([CPYTHON], [FIB, work("nbody"), work("json")])
    found = verdict("C2", of, world(of, threads={("", "fib"): 0.6, ("", "nbody"): 0.98, ("", "json"): 0.7}))
    assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "nbody")


def test_where_all_must_hold_the_strongest_refutes():
    of = plan([CPYTHON], [FIB, work("nbody"), work("json")])
    found = verdict("C2", of, world(of, threads={("", "fib"): 1.2, ("", "nbody"): 1.9}))
    assert (found.verdict, found.deciding.workload) == (Verdict.REFUTED, "nbody")


def test_where_all_must_hold_one_that_is_open_leaves_it_open():
    of = plan([CPYTHON], [FIB, work("nbody")])
    found = verdict("C2", of, world(of, threads={("", "nbody"): 1.1}))
    assert (found.verdict, found.deciding.workload) == (Verdict.NOT_ESTABLISHED, "nbody")


def test_one_workload_that_scales_shows_that_there_is_no_gil():
    of = plan([CPYTHON, JYTHON], [FIB, work("nbody")])
    found = verdict("C7", of, world(of, threads={("jython-2.7", "nbody"): 1.9}), "jython-2.7")
    assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "nbody")
    assert verdict("C7", of, world(of), "jython-2.7").verdict is Verdict.REFUTED


def test_pypy_has_a_gil_and_a_collector_that_traces():
    of = plan([PYPY], [FIB])
    found = verdict("C6", of, world(of))
    assert found.verdict is Verdict.HOLDS
    assert [rule_result.verdict for rule_result in found.rule_results] == [Verdict.HOLDS, Verdict.HOLDS]
    assert found.deciding.workload == "fib"
    counting = interpreter("cpython-3.13")
    fact = claim('type = "fact"\nfact = "gc"\nvalue = "tracing"')
    of = plan([counting], [FIB])
    assert verdict_on(fact, of, world(of)).verdict is Verdict.REFUTED


def test_the_gain_from_threads_falls_along_the_sweep():
    of = plan([CPYTHON], SWEEP)
    found = verdict("C3", of, world(of))
    assert found.verdict is Verdict.HOLDS
    (rule_result,) = found.rule_results
    assert [one.workload for one in rule_result.results] == ["mixed:cpu=0", "mixed:cpu=1"]
    # The world's speedups are 1.95, 1.32 and 1; between the last two a straight line passes 1.1 at 0.84.
    assert rule_result.crossing == pytest.approx(0.84, abs=0.05)


def test_a_gain_that_stays_refutes_the_decline():
    of = plan([CPYTHON], SWEEP)
    found = verdict("C3", of, world(of, **threads(1.9, "mixed")))
    assert found.verdict is Verdict.REFUTED
    assert math.isnan(found.rule_results[0].crossing)


def test_a_sweep_without_its_ends_tests_nothing():
    of = plan([CPYTHON], SWEEP[:2])
    found = verdict("C3", of, world(of))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.UNMEASURED)


def test_a_point_that_failed_is_no_part_of_the_curve():
    of = plan([CPYTHON], SWEEP)
    entries = [
        one
        for one in world(of)
        if not (isinstance(one, Sample) and one.slot.cell.workload == "mixed:cpu=0.5")
    ]
    assert verdict("C3", of, entries).verdict is Verdict.HOLDS


@pytest.mark.parametrize(("speed", "expected"), [(0.7, Verdict.HOLDS), (1.0, Verdict.REFUTED)])
def test_what_the_missing_gil_costs_is_asked_of_the_same_binary(speed, expected):
    of = plan([CPYTHON, FREE, LOCKED, JYTHON], [FIB])
    entries = world(of, speed={"cpython-3.13t": speed, "cpython-3.13t+gil": 1.0})
    found = verdict("C9", of, entries, "cpython-3.13t")
    assert found.verdict is expected
    assert found.deciding.ratio == pytest.approx(1 / speed, rel=0.03)
    alone = verdict("C9", of, entries, "jython-2.7")
    assert (alone.verdict, alone.deciding.why) == (Verdict.NOT_APPLICABLE, Reason.ONE_HALF)
    assert verdict("C9", of, entries, "cpython-3.13t+gil").deciding.why is Reason.OTHERS


def test_without_a_gil_threads_may_still_fall_short_of_the_machine():
    of = plan([CPYTHON, JYTHON], [FIB])
    found = verdict("C15", of, world(of, threads={("jython-2.7", "fib"): 1.3}), "jython-2.7")
    assert found.verdict is Verdict.HOLDS
    assert found.deciding.ratio == pytest.approx(1.3 / (2 / 1.05), rel=0.03)


def test_that_something_falls_short_is_not_refuted_before_what_is_named_was_measured():
    gains = {("jython-2.7", script): 1.9 for script in ("fib", "objects")}
    of = plan([CPYTHON, JYTHON], [FIB])
    found = verdict("C15", of, world(of, threads=gains), "jython-2.7")
    assert (found.verdict, found.deciding.workload) == (Verdict.NOT_ESTABLISHED, "objects")
    of = plan([CPYTHON, JYTHON], [FIB, work("objects")])
    assert verdict("C15", of, world(of, threads=gains), "jython-2.7").verdict is Verdict.REFUTED


def test_what_nothing_measures_is_not_established():
    of = plan([CPYTHON], [FIB, SLEEP])
    for id_ in ("C5", "C10", "C11", "C12", "C13", "C14"):
        found = verdict(id_, of, world(of))
        assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.UNMEASURED), id_


@pytest.mark.parametrize(("blocks", "ratio"), [(2, 1.0), (1, 1.0)])
def test_too_few_blocks_for_an_interval_establish_nothing(blocks, ratio):
    of = plan([CPYTHON], [FIB])
    found = verdict("C2", of, world(of, blocks=blocks))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.FEW_BLOCKS)
    assert found.deciding.ratio == pytest.approx(ratio, rel=0.05)


def test_without_an_a_a_pair_nothing_is_established():
    of = plan([CPYTHON], [FIB])
    found = verdict("C2", of, without(world(of, **threads(0.6)), Role.TWIN))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NO_TWIN)


@pytest.mark.parametrize("gain", [0.98, 1.2])
def test_a_difference_within_the_noise_is_none(gain):
    of = plan([CPYTHON], [FIB])
    noisy = slowed(world(of, **threads(gain)), Role.TWIN, (1.25, 1.26))
    found = verdict("C2", of, noisy)
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NOISE)
    assert found.deciding.edge == found.deciding.band > 1.25


def test_a_difference_beyond_the_noise_is_one():
    of = plan([CPYTHON], [FIB])
    noisy = list(slowed(world(of, **threads(1.9)), Role.TWIN, (1.25, 1.26)))
    assert verdict("C2", of, noisy).verdict is Verdict.REFUTED


def test_more_than_the_workers_can_give_is_not_believed():
    of = plan([CPYTHON, JYTHON], [FIB])
    found = verdict("C7", of, world(of, threads={("jython-2.7", "fib"): 9.0}), "jython-2.7")
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.DOUBTFUL)


@pytest.mark.parametrize(
    ("gain", "expected"), [(1.0, Reason.NO_CAPACITY), (0.6, Reason.FIGURE)], ids=["no faster", "slower"]
)
def test_on_a_machine_that_gives_no_more_being_no_faster_says_nothing(gain, expected):
    of = plan([CPYTHON], [FIB])
    full = list(slowed(world(of, **threads(gain)), Role.CAPACITY, (2.0,)))
    assert verdict("C2", of, full).deciding.why is expected
    assert verdict("C2", of, without(full, Role.CAPACITY)).deciding.why is expected


@pytest.mark.parametrize(
    ("gain", "cores", "expected", "why"),
    [
        (1.0, 1.0, Verdict.HOLDS, Reason.FIGURE),
        (1.0, 1.9, Verdict.NOT_ESTABLISHED, Reason.WIDE),
        (1.9, 1.0, Verdict.NOT_ESTABLISHED, Reason.NO_CONCURRENCY),
        (1.9, 1.9, Verdict.REFUTED, Reason.FIGURE),
    ],
    ids=["noise on one core", "noise on two", "a gain on one core", "a gain on two"],
)
def test_what_had_the_cores_of_one_gained_nothing_by_running_at_once(gain, cores, expected, why):
    of = plan([CPYTHON], [FIB])
    noisy = on_cores(world(of, spread=0.2, **threads(gain)), cores)
    found = verdict("C2", of, noisy)
    assert (found.verdict, found.deciding.why) == (expected, why)
    assert found.deciding.concurrency.value == pytest.approx(cores / 0.99)


def test_where_it_is_unknown_what_the_machine_gives_the_cores_say_nothing_either():
    of = plan([CPYTHON], [FIB])
    noisy = on_cores(world(of, spread=0.2, **threads(1.0)), 1.0)
    assert verdict("C2", of, without(noisy, Role.CAPACITY)).deciding.why is Reason.NO_CAPACITY


def test_nor_does_it_refute_a_gain():
    of = plan([CPYTHON], [SLEEP])
    full = slowed(world(of), Role.CAPACITY, (2.0,))
    assert verdict("C1", of, full).deciding.why is Reason.NO_CAPACITY


def test_one_crash_is_enough_to_leave_it_open():
    of = plan([CPYTHON], [FIB])
    entries = world(of)
    last = next(one for one in reversed(entries) if isinstance(one, Sample) and one.slot.cell.workers == 2)
    entries[entries.index(last)] = failed(last.slot, Outcome.CRASHED, "SIGSEGV")
    for id_, strategy in (("C2", THREADS), ("C4", PROCESSES)):
        found = verdict(id_, of, entries)
        if strategy is last.slot.cell.strategy:
            assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.FAILED)
            assert found.deciding.detail.startswith("crashed: in 1 of 8 invocations: SIGSEGV")
        else:
            assert found.verdict is Verdict.HOLDS


def test_a_cell_that_no_block_reached_says_why():
    of = plan([CPYTHON], [FIB])
    entries = [
        one for one in world(of) if not (isinstance(one, Sample) and one.slot.cell.strategy is THREADS)
    ]
    found = verdict("C2", of, entries)
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NOT_REACHED)


def unreached(entries: list[Entry], *workloads: str, after: int = 0) -> list[Entry]:
    """Leave out the blocks of these workloads from ``after`` on, as if the budget had been spent."""
    return [
        one
        for one in entries
        if not (isinstance(one, Sample) and one.slot.cell.workload in workloads and one.slot.block >= after)
    ]


@pytest.mark.parametrize(("after", "why"), [(0, Reason.NOT_REACHED), (2, Reason.FEW_BLOCKS)])
def test_workloads_that_had_too_little_time_leave_a_verdict_to_the_others(after, why):
    of = plan([CPYTHON], [FIB, work("nbody"), work("json")])
    found = verdict("C2", of, unreached(world(of), "fib", "json", after=after))
    assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "nbody")
    (rule_result,) = found.rule_results
    assert [one.why for one in rule_result.results] == [why, Reason.FIGURE, why]


@pytest.mark.parametrize(("after", "why"), [(0, Reason.NOT_REACHED), (2, Reason.FEW_BLOCKS)])
def test_where_all_had_too_little_time_nothing_is_established(after, why):
    of = plan([CPYTHON], [FIB, work("nbody")])
    found = verdict("C2", of, unreached(world(of), "fib", "nbody", after=after))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, why)


def test_what_is_open_after_fewer_blocks_than_an_interval_counts_in_had_too_little_time():
    of = plan([CPYTHON], [FIB, work("nbody")])
    few = of.effort.fewest_blocks - 1
    entries = unreached(world(of, threads={(LABEL, "fib"): 1.1}), "fib", after=few)
    found = verdict("C2", of, entries)
    assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "nbody")
    assert [one.why for one in found.rule_results[0].results] == [Reason.EARLY, Reason.FIGURE]


def test_where_one_is_enough_the_others_need_no_time():
    of = plan([CPYTHON, JYTHON], [FIB, work("nbody")])
    entries = unreached(world(of), "nbody")
    assert verdict("C7", of, entries, "jython-2.7").verdict is Verdict.REFUTED


def test_what_a_claim_names_must_be_reached_before_it_is_refuted():
    """C15 names ``objects``, which allocates; ``fib`` scales without it."""
    of = plan([CPYTHON, JYTHON], [FIB, work("objects")])
    gains = {("jython-2.7", script): 1.9 for script in ("fib", "objects")}
    found = verdict("C15", of, unreached(world(of, threads=gains), "objects"), "jython-2.7")
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NOT_REACHED)


def test_a_fall_needs_both_ends_of_its_sweep():
    of = plan([CPYTHON], SWEEP)
    found = verdict("C3", of, unreached(world(of), "mixed:cpu=1"))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NOT_REACHED)


def test_a_failure_is_no_lack_of_time():
    of = plan([CPYTHON], [FIB, work("nbody")])
    crashing = {(LABEL, "nbody", THREADS): (Outcome.CRASHED, "boom")}
    found = verdict("C2", of, world(of, endings=crashing))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.FAILED)


def test_the_overhead_is_taken_beside_the_group_without_its_gil():
    """The group with its GIL was not reached, so only its reference was measured."""
    of = plan([CPYTHON, FREE, LOCKED], [FIB])
    entries = [
        one
        for one in world(of, speed={"cpython-3.13t": 0.7, "cpython-3.13t+gil": 1.0})
        if not (isinstance(one, Sample) and one.slot.cell.variant == "+gil" and not one.slot.beside)
    ]
    found = verdict("C9", of, entries, "cpython-3.13t")
    assert found.verdict is Verdict.HOLDS
    assert found.deciding.ratio == pytest.approx(1 / 0.7, rel=0.03)


def test_what_never_settles_has_no_ratio():
    of = plan([CPYTHON], [FIB])
    growing = [0.1 * 1.1**number for number in range(30)]
    entries = [
        sample(one.slot, growing) if isinstance(one, Sample) and one.slot.cell.strategy is THREADS else one
        for one in world(of)
    ]
    found = verdict("C2", of, entries)
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.UNSTEADY)


def test_cells_that_never_stood_in_one_block_have_no_ratio():
    of = plan([CPYTHON], [FIB])
    entries = [
        one
        for one in world(of)
        if not (
            isinstance(one, Sample)
            and one.slot.role is Role.MEASURE
            and (one.slot.cell.strategy is THREADS) == (one.slot.block % 2 == 0)
        )
    ]
    found = verdict("C2", of, entries)
    assert (found.deciding.why, found.deciding.blocks) == (Reason.FEW_BLOCKS, 0)


def test_the_most_workers_count():
    of = plan([CPYTHON], [FIB], workers=(2, 4))
    assert verdict("C4", of, world(of)).deciding.workers == 4


EQUAL = 'type = "speedup"\nstrategy = "threads"\nover = "processes"\nkinds = ["cpu"]\nexpected = "equal"'


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(1.9, Verdict.HOLDS), (1.0, Verdict.REFUTED), (1.81, Verdict.NOT_ESTABLISHED)],
)
def test_one_strategy_is_compared_with_another(gain, expected):
    of = plan([CPYTHON], [FIB])
    found = verdict_on(claim(EQUAL), of, world(of, **threads(gain)))
    assert found.verdict is expected
    assert found.deciding.ratio == pytest.approx(gain / 1.9, rel=0.03)


def test_strategies_without_workers_in_common_are_not_compared():
    of = plan([CPYTHON], [FIB])
    absent = claim(EQUAL.replace("processes", "hybrid"))
    assert verdict_on(absent, of, world(of)).deciding.why is Reason.UNMEASURED


def test_how_fast_workers_start_is_compared():
    of = plan([CPYTHON], [FIB])
    entries = [
        sample(one.slot, [0.1], pool_start_s=0.02 if one.slot.cell.strategy is PROCESSES else 0.001)
        if isinstance(one, Sample)
        else one
        for one in world(of)
    ]
    starts = claim(
        'type = "start"\nstrategy = "threads"\nover = "processes"\nkinds = ["cpu"]\nexpected = "above"'
    )
    found = verdict_on(starts, of, entries)
    assert found.verdict is Verdict.HOLDS
    assert found.deciding.ratio == pytest.approx(20)


def test_among_many_questions_one_may_look_so_by_chance():
    many = [interpreter(f"cpython-3.{minor}") for minor in range(40)]
    of = plan(many, [FIB])
    calm = {(one.label, "fib"): 1.1 for one in many}
    found = evaluate(
        [one for one in claims() if one.id == "C2"], run_data(of, world(of, blocks=6, threads=calm))
    )
    said = {one.deciding.why for one in found}
    assert Reason.CHANCE in said
    assert {one.verdict for one in found} == {Verdict.NOT_ESTABLISHED}


def test_every_claim_and_interpreter_has_a_verdict_in_one_order():
    of = plan([CPYTHON, JYTHON], [FIB])
    found = evaluate(claims(), run_data(of, world(of)))
    expected = [(one.id, label) for one in claims() for label in ("cpython-3.13", "jython-2.7")]
    assert [(one.claim, one.interpreter) for one in found] == expected


def test_a_run_of_nothing_has_verdicts_too():
    of = plan([CPYTHON], [])
    assert {one.verdict for one in evaluate(claims(), run_data(of, []))} == {
        Verdict.NOT_ESTABLISHED,
        Verdict.NOT_APPLICABLE,
    }


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([FREE, LOCKED], {"cpython-3.13": Basis.SAME_VERSION, "cpython-3.13t": Basis.SAME_BINARY}),
        ([FREE], {"cpython-3.13": Basis.SAME_VERSION, "cpython-3.13t": Basis.SAME_VERSION}),
        ([JYTHON], {"cpython-3.13": Basis.OTHER_BUILD, "jython-2.7": Basis.OTHER_BUILD}),
        ([PYPY], {"cpython-3.13": Basis.ONE_BUILD, "pypy-3.11": Basis.ONE_BUILD}),
    ],
)
def test_what_the_gil_is_compared_with(others, expected):
    of = plan([CPYTHON, *others], [FIB])
    own = claim('type = "speedup"\nstrategy = "threads"\nkinds = ["cpu"]\nexpected = "above"')
    found = {one.label: basis(own, one, of) for one in of.interpreters}
    assert {label: found[label] for label in expected} == expected


def test_two_builds_of_a_version_are_compared_as_they_were_built():
    unlike = replace(FREE, facts=replace(FREE.facts, build=Build(pgo=False)))
    own = claim('type = "free_threading"\nkinds = ["cpu"]\nexpected = "above"')
    found = [basis(own, one, plan([CPYTHON, LOCKED, one], [FIB])) for one in (FREE, unlike)]
    assert found == [Basis.SAME_VERSION, Basis.OTHER_BUILD]


@pytest.mark.parametrize(("speed", "expected"), [(0.7, Verdict.HOLDS), (1.0, Verdict.REFUTED)])
def test_what_free_threading_costs_is_asked_of_the_ordinary_build(speed, expected):
    of = plan([CPYTHON, FREE, LOCKED, JYTHON], [FIB])
    entries = world(of, speed={"cpython-3.13t": speed, "cpython-3.13t+gil": 0.4})
    found = verdict("C17", of, entries, "cpython-3.13t")
    assert found.verdict is expected
    assert found.deciding.ratio == pytest.approx(1 / speed, rel=0.03)
    others = [verdict("C17", of, entries, label) for label in ("jython-2.7", "cpython-3.13t+gil")]
    assert [one.deciding.why for one in others] == [Reason.OTHERS, Reason.OTHERS]


def test_without_the_ordinary_build_nothing_is_said_of_its_cost():
    of = plan([PYPY, FREE], [FIB])
    found = verdict("C17", of, world(of), "cpython-3.13t")
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_APPLICABLE, Reason.NO_ORDINARY_BUILD)
