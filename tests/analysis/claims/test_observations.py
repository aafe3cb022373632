"""Test claims about observations on synthetic runs: each is a world, and the verdict that it must give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from gilometer.analysis.claims.evaluate import evaluate
from gilometer.analysis.claims.verdicts import Reason, Verdict
from gilometer.cards import read_cards
from gilometer.claims.reading import claims
from gilometer.locations import workloads_folder
from gilometer.model import Alternative, Outcome, Sample, Strategy
from tests.analysis.claims.synthetic_runs import claim, run_data, verdict, verdict_on, world
from tests.records import SERIAL, STRATEGIES, THREADS, interpreter, plan, work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.model import Cell

    Observe = Callable[[Cell], Mapping[tuple[str, str], float]]

CPYTHON = interpreter("cpython-3.13")
JYTHON = interpreter("jython-2.7", gil=False)
PYPY = interpreter("pypy-3.11")
LOST = work("lost_updates", "semantics", (SERIAL, THREADS))
CONVOY = work("convoy", "semantics", (SERIAL,))
RELEASE = work("gil_release", "semantics", (SERIAL,))
LIFETIMES = work("lifetimes", "semantics", (SERIAL,))
SLEEP = work("sleep", "io")
SPEED = "share of its speed alone"


def everywhere(things: Mapping[tuple[str, str], float]) -> Observe:
    return lambda _: things


def lost_by_threads(share: float) -> Observe:
    return lambda cell: {("counter lost", "share"): share if cell.strategy is THREADS else 0.0}


@pytest.mark.parametrize(
    ("share", "expected", "stands"),
    [
        (0.3, Verdict.HOLDS, Alternative.ABOVE),
        (0.0001, Verdict.HOLDS, Alternative.ABOVE),
        (0.0, Verdict.NOT_ESTABLISHED, None),
    ],
)
def test_counters_lose_updates_if_any_is_lost(share, expected, stands):
    of = plan([CPYTHON], [LOST])
    found = verdict("C10", of, world(of, blocks=12, observed=lost_by_threads(share)))
    assert (found.verdict, found.deciding.stands) == (expected, stands)
    assert (found.deciding.workload, found.deciding.workers) == ("lost_updates", 2)
    assert (found.deciding.what, found.deciding.unit) == ("counter lost", "share")
    assert found.deciding.value == pytest.approx(share, rel=0.02)
    assert found.deciding.low <= found.deciding.value <= found.deciding.high
    assert (found.deciding.edge, found.deciding.blocks) == (0, 12)
    assert math.isnan(found.deciding.ratio)


def test_that_none_was_lost_refutes_nothing():
    """Losses come in clusters, by process, so 40 processes are 40 trials."""
    of = plan([CPYTHON], [LOST])
    found = verdict("C10", of, world(of, blocks=40, observed=lost_by_threads(0.0)))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NONE_SEEN)
    assert found.deciding.high == pytest.approx(1 - 0.025 ** (1 / 40))


def test_losses_in_two_processes_of_twelve_show_that_there_are_losses():
    """The interval of their mean begins at 0."""
    of = plan([CPYTHON], [LOST])
    of_block = {block: lost_by_threads(0.2 if block < 2 else 0.0) for block in range(12)}
    mixed = [
        one
        for block, lost in of_block.items()
        for one in world(of, blocks=12, observed=lost)
        if isinstance(one, Sample) and one.slot.block == block
    ]
    found = verdict("C10", of, mixed)
    assert (found.verdict, found.deciding.low) == (Verdict.HOLDS, 0.0)
    assert found.deciding.detail == "seen in 2 of 12 processes"


def test_the_most_workers_count():
    of = plan([CPYTHON], [LOST], workers=(2, 4))
    found = verdict("C10", of, world(of, observed=lost_by_threads(0.3)))
    assert found.deciding.workers == 4


def freed(at_once: float) -> Observe:
    return everywhere({("at del", "share run"): at_once})


@pytest.mark.parametrize(
    ("one", "at_once", "expected"),
    [
        (CPYTHON, 1.0, Verdict.HOLDS),
        (CPYTHON, 0.0, Verdict.REFUTED),
        (PYPY, 0.0, Verdict.HOLDS),
        (PYPY, 0.2, Verdict.HOLDS),
        (PYPY, 1.0, Verdict.REFUTED),
    ],
)
def test_each_collector_is_asked_what_is_expected_of_it(one, at_once, expected):
    of = plan([one], [LIFETIMES])
    found = verdict("C11", of, world(of, observed=freed(at_once)))
    assert found.verdict is expected
    assert len(found.rule_results) == 1


def test_a_test_that_is_about_others_is_not_asked():
    of = plan([CPYTHON], [LIFETIMES])
    other = claim(
        'type = "observation"\nworkloads = ["lifetimes"]\nwhat = "at del"\nexpected = "below"\n'
        'threshold = 0.5\nconcerns = { gc = "tracing" }'
    )
    found = verdict_on(other, of, world(of, observed=freed(1.0)))
    assert (found.verdict, found.rule_results) == (Verdict.NOT_APPLICABLE, ())


def delayed(alone: float, beside: float) -> Observe:
    return everywhere(
        {
            ("wake-up delay alone p95", "ms"): alone,
            ("wake-up delay beside a CPU-bound thread p95", "ms"): beside,
        }
    )


@pytest.mark.parametrize(
    ("alone", "beside", "expected"),
    [(0.1, 5.1, Verdict.HOLDS), (0.1, 0.2, Verdict.REFUTED), (6.0, 5.9, Verdict.REFUTED)],
)
def test_a_delay_counts_by_how_much_it_is_more_than_alone(alone, beside, expected):
    of = plan([CPYTHON], [CONVOY])
    found = verdict("C12", of, world(of, observed=delayed(alone, beside)))
    assert found.verdict is expected
    assert found.deciding.value == pytest.approx(beside - alone, abs=0.1)
    assert found.deciding.unit == "ms"


def released(**shares: float) -> Observe:
    return everywhere({(call, SPEED): share for call, share in shares.items()})


def waits(observe: Observe, gain: float = 1.9) -> ClaimResult:
    of = plan([CPYTHON], [SLEEP, RELEASE])
    return verdict("C8", of, world(of, observed=observe, threads={("", "sleep"): gain}))


def test_a_waiting_thread_has_dropped_the_gil_if_it_did_in_every_wait():
    found = waits(released(sleep=0.97, socket=0.95, file=0.8))
    assert found.verdict is Verdict.HOLDS
    assert found.deciding.workload == "sleep"
    assert len(found.rule_results) == 4


def test_one_wait_that_keeps_the_gil_refutes_it():
    found = waits(released(sleep=0.97, socket=0.95, file=0.3))
    assert (found.verdict, found.deciding.what) == (Verdict.REFUTED, "file")


def test_what_an_interpreter_can_not_be_asked_is_lacked():
    found = waits(released(sleep=0.97, socket=0.95))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_APPLICABLE, Reason.LACKING)
    assert found.deciding.detail == 'it tells nothing of "file" there'


def test_what_was_not_measured_leaves_it_open():
    of = plan([CPYTHON], [SLEEP])
    found = verdict("C8", of, world(of, threads={("", "sleep"): 1.9}))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.UNMEASURED)


@pytest.mark.parametrize(
    ("outcome", "expected", "why"),
    [
        (Outcome.UNSUPPORTED, Verdict.NOT_APPLICABLE, Reason.LACKING),
        (Outcome.CRASHED, Verdict.NOT_ESTABLISHED, Reason.FAILED),
    ],
)
def test_a_cell_that_did_not_end_well_says_so(outcome, expected, why):
    of = plan([CPYTHON], [LOST])
    endings = {("cpython-3.13", "lost_updates", THREADS): (outcome, "no threads")}
    found = verdict("C10", of, world(of, observed=lost_by_threads(0.3), endings=endings))
    assert (found.verdict, found.deciding.why) == (expected, why)


def test_what_was_not_reached_keeps_no_verdict_from_what_was():
    points = [work(f"convoy:ms={ms}", "semantics", (SERIAL,)) for ms in (1, 9)]
    of = plan([CPYTHON], points)
    whole = world(of, observed=delayed(0.1, 5.0))
    some = [one for one in whole if not (isinstance(one, Sample) and one.slot.cell.workload == "convoy:ms=9")]
    found = verdict("C12", of, some)
    assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "convoy:ms=1")
    assert [one.why for one in found.rule_results[0].results] == [Reason.FIGURE, Reason.NOT_REACHED]
    none = verdict("C12", of, [one for one in whole if not isinstance(one, Sample)])
    assert (none.verdict, none.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.NOT_REACHED)


def test_too_few_invocations_establish_nothing():
    of = plan([CPYTHON], [LOST])
    found = verdict("C10", of, world(of, blocks=2, observed=lost_by_threads(0.3)))
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.FEW_BLOCKS)


def test_among_many_questions_one_may_look_so_by_chance():
    many = [interpreter(f"cpython-3.{minor}") for minor in range(60)]
    of = plan(many, [CONVOY])
    entries = world(of, blocks=4, observed=delayed(0.0, 0.99), spread=0.3)
    found = evaluate([one for one in claims() if one.id == "C12"], run_data(of, entries))
    assert Reason.CHANCE in {one.deciding.why for one in found}
    assert {one.verdict for one in found} == {Verdict.NOT_ESTABLISHED}


def test_of_several_workloads_the_nearest_to_the_threshold_decides():
    points = [work(f"convoy:ms={ms}", "semantics", (SERIAL,)) for ms in (1, 9)]
    of = plan([CPYTHON], points)
    observe = {"convoy:ms=1": delayed(0.1, 5.0), "convoy:ms=9": delayed(0.1, 2.0)}
    found = verdict("C12", of, world(of, observed=lambda cell: observe[cell.workload](cell)))
    assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "convoy:ms=9")


class TestStrategies:
    """The claims about strategies that only some workloads have."""

    OBJECTS = work("objects", "cpu", (*STRATEGIES, Strategy.SUBINTERPRETERS))
    FETCH = work("fetch_transform", "mixed", (*STRATEGIES, Strategy.HYBRID))

    @pytest.mark.parametrize(("gain", "expected"), [(3.1, Verdict.HOLDS), (1.5, Verdict.REFUTED)])
    def test_threads_that_fetch_and_processes_that_transform_beat_either(self, gain, expected):
        of = plan([CPYTHON], [self.FETCH])
        found = verdict(
            "C5", of, world(of, others={Strategy.HYBRID: gain}, threads={("", "fetch_transform"): 1.4})
        )
        assert found.verdict is expected

    @pytest.mark.parametrize(("gain", "expected"), [(1.9, Verdict.HOLDS), (1.0, Verdict.REFUTED)])
    def test_subinterpreters_scale_like_processes(self, gain, expected):
        of = plan([CPYTHON], [self.OBJECTS, work("nbody")])
        found = verdict("C13", of, world(of, others={Strategy.SUBINTERPRETERS: gain}))
        assert found.rule_results[0].verdict is expected
        assert found.rule_results[0].deciding.workload == "objects", "nbody has no such strategy"

    @pytest.mark.parametrize(
        ("name", "kind", "gain", "expected"),
        [
            ("sleep", "io", 1.9, Verdict.HOLDS),
            ("sleep", "io", 1.0, Verdict.REFUTED),
            ("fib", "cpu", 1.0, Verdict.HOLDS),
            ("fib", "cpu", 1.9, Verdict.REFUTED),
        ],
    )
    def test_asyncio_is_held_against_threads_where_it_waits_and_serial_where_it_computes(
        self, name, kind, gain, expected
    ):
        of = plan([CPYTHON], [work(name, kind, (*STRATEGIES, Strategy.ASYNCIO))])
        entries = world(of, others={Strategy.ASYNCIO: gain}, threads={("", "sleep"): 1.9})
        (measured,) = (one for one in verdict("C14", of, entries).rule_results if one.deciding.has_number)
        assert measured.verdict is expected

    def test_objects_tell_whether_no_gil_is_scaling(self):
        of = plan([CPYTHON, JYTHON], [work("fib"), self.OBJECTS])
        gains = {("jython-2.7", "fib"): 1.9, ("jython-2.7", "objects"): 1.1}
        found = verdict("C15", of, world(of, threads=gains), "jython-2.7")
        assert (found.verdict, found.deciding.workload) == (Verdict.HOLDS, "objects")


def test_the_workloads_that_claims_name_exist():
    scripts = {card.name for card in read_cards(workloads_folder()).cards}
    named = {name for one in claims() for rule in one.tests for name in getattr(rule, "workloads", ())}
    assert named <= scripts
