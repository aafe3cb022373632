"""The workloads that observe: what they tell, and that it comes out as it must where the truth is known."""

from __future__ import annotations

import gc
import statistics
import sys
import threading
from typing import Any

import pytest

from gilometer.model import Outcome
from tests import required
from tests.workloads.loading import load
from tests.workloads.running import HOST, SERVICES, run, workload

pytestmark = pytest.mark.usefixtures("shared_code")

SPEED = "share of its speed alone"
LETS_GO = ("sleep", "socket", "file", "sqlite", "sha256 of 1 MiB", "zlib.compress of 1 MiB")
KEEPS = ("pure Python loop", "re.search", "json.dumps")
DELAYS = tuple(
    f"wake-up delay {where} {which}"
    for where in ("alone", "beside a CPU-bound thread")
    for which in ("p50", "p95", "max")
)
TELLS = {
    "lost_updates": {
        "counter lost": "share",
        "dict item lost": "share",
        "append lost": "share",
        "setdefault lost": "share",
    },
    "convoy": dict.fromkeys(DELAYS, "ms"),
    "gil_release": dict.fromkeys(LETS_GO + KEEPS, SPEED),
    "lifetimes": {
        "at del": "share run",
        "in a cycle, at del": "share run",
        "in a cycle, after gc.collect()": "share run",
        "when the thread has ended": "share run",
    },
    "turns": {"at once": "share of the time", "nobody": "share of the time", "usual turn": "ms"},
}
"""By script: the units of what it observes on CPython."""


@pytest.fixture(autouse=True)
def no_database(monkeypatch) -> None:
    """As on a machine whose user has named none."""
    monkeypatch.delenv("GILOMETER_POSTGRES", raising=False)


def observed(name, *words, python=HOST, cwd) -> dict[str, tuple[float, ...]]:
    """What a script tells, by what it is: a value for each iteration."""
    line = run(workload(name), *words, python=python, cwd=cwd).line
    assert line.outcome is Outcome.OK, line.reason
    assert {len(one.values) for one in line.observations} == {len(line.iterations)}
    return {one.what: one.values for one in line.observations}


# --- what they tell -------------------------------------------------------------------------


@pytest.mark.parametrize("name", TELLS)
def test_tells_each_thing_with_its_unit(name, tmp_path):
    line = run(workload(name), "--iterations", "2", cwd=tmp_path).line
    assert {one.what: one.unit for one in line.observations} == TELLS[name]
    assert {len(one.values) for one in line.observations} == {2}


@pytest.mark.parametrize("name", TELLS)
def test_does_its_work_serially_or_shares_it_with_threads(name, tmp_path):
    card = run(workload(name), "--describe", cwd=tmp_path).card
    assert card.kind == "semantics"
    assert card.strategies == (("serial", "threads") if name in {"lost_updates", "turns"} else ("serial",))


# --- lost_updates ---------------------------------------------------------------------------


def two_units(module) -> Any:
    """A workload whose two units, of ten updates each, have been done."""
    one = module.LostUpdates({"updates": 10}, 2)
    for index in range(2):
        assert one.run_unit(index, 1) == index
    return one


def values(seen) -> dict[str, float]:
    return {what: round(value, 6) for what, _, value in seen}


def test_lost_updates_loses_none_serially(tmp_path):
    seen = observed("lost_updates", cwd=tmp_path)
    assert {value for values in seen.values() for value in values} == {0.0}


def test_lost_updates_tells_the_share_that_is_missing_and_begins_anew():
    module = load("lost_updates")
    one = two_units(module)
    one.shared.count -= 5
    one.shared.item["count"] = 10
    one.shared.items.pop()
    assert values(one.observe()) == {
        "counter lost": 0.25,
        "dict item lost": 0.5,
        "append lost": 0.5,
        "setdefault lost": 0.0,
    }
    for index in range(2):
        one.run_unit(index, 3)
    assert set(values(one.observe()).values()) == {0.0}


def test_lost_updates_tells_of_a_key_that_two_units_were_the_first_to_set():
    class Racing(dict[int, int]):
        """Sets what is set already, as where a thread comes between looking and setting."""

        def setdefault(self, key, value):
            self[key] = value
            return value

    module = load("lost_updates")
    one = module.LostUpdates({"updates": 10}, 2)
    one.shared.firsts = Racing()
    for index in range(2):
        one.run_unit(index, 1)
    assert values(one.observe())["setdefault lost"] == 0.5


def test_lost_updates_shares_among_all_workers_of_a_process(tmp_path):
    seen = observed("lost_updates", "--strategy", "threads", "--workers", "5", cwd=tmp_path)
    assert all(0 <= value < 1 for values in seen.values() for value in values)
    assert set(seen["append lost"] + seen["setdefault lost"]) == {0.0}


def test_lost_updates_makes_nothing_grow_where_that_is_not_safe(monkeypatch):
    module = load("lost_updates")
    monkeypatch.setattr(module, "GROWS_SAFELY", False)
    assert set(values(two_units(module).observe())) == {"counter lost", "dict item lost"}


# --- convoy ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.001, 1), (1, 100)])
def test_convoy_gives_percentiles_that_were_seen(share, expected):
    assert load("convoy").percentile(range(100, 0, -1), share) == expected


def test_convoy_orders_its_percentiles(tmp_path):
    seen = observed("convoy", cwd=tmp_path)
    for where in (DELAYS[:3], DELAYS[3:]):
        for p50, p95, latest in zip(*(seen[what] for what in where), strict=True):
            assert p50 <= p95 <= latest


def test_convoy_gives_the_switch_interval_back():
    before = sys.getswitchinterval()
    one = load("convoy").Convoy({"ms": 1, "switch_ms": 2.0}, 24)
    one.open()
    assert sys.getswitchinterval() == pytest.approx(0.002)
    one.close()
    assert sys.getswitchinterval() == before


def test_convoy_is_unsupported_where_no_interval_can_be_set(monkeypatch):
    module = load("convoy")
    monkeypatch.delattr(sys, "setswitchinterval")
    module.Convoy({"ms": 1, "switch_ms": 0.0}, 24).open()
    with pytest.raises(module._contract.Unsupported, match=r"has no sys\.setswitchinterval"):
        module.Convoy({"ms": 1, "switch_ms": 2.0}, 24).open()


def test_convoy_is_unsupported_where_no_thread_can_be_started(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    module = load("convoy")
    one = module.Convoy({"ms": 1, "switch_ms": 0.0}, 24)
    one.open()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(module._contract.Unsupported, match="can't start a thread: can't start new thread"):
        one.run_unit(0, 1)


def test_convoy_ends_its_thread_when_a_wait_fails(monkeypatch):
    module = load("convoy")
    one = module.Convoy({"ms": 1, "switch_ms": 0.0}, 24)
    one.open()
    threads = threading.active_count()
    waits = iter([None])
    monkeypatch.setattr(module.time, "sleep", lambda _: next(waits))
    with pytest.raises(StopIteration):
        one.run_unit(0, 1)
    assert threading.active_count() == threads


# --- gil_release ----------------------------------------------------------------------------


class FakeCall:
    """A call that does nothing."""

    what = "nothing"

    def __init__(self, workload):
        self.workload = workload

    def open(self):
        pass

    def call(self):
        pass

    def close(self):
        pass


@pytest.fixture
def release(monkeypatch):
    """Make the workload with a few calls alone."""

    def make(module, *calls):
        monkeypatch.setattr(module._calls, "CALLS", calls)
        return opened(module)

    return make


def opened(module) -> Any:
    one = module.GilRelease({"folder": ".", "dsn": ""}, 24)
    one.open()
    return one


def test_gil_release_leaves_out_what_an_interpreter_lacks(release):
    module = load("gil_release")

    class Frob(FakeCall):
        def open(self):
            raise ImportError

    one = release(module, Frob, module._calls.Loop, module._calls.Database)
    one.unit(0)
    assert [what for what, _, _ in one.observe()] == ["pure Python loop"]
    one.close()


def test_gil_release_tells_nothing_of_a_call_that_no_unit_made(release):
    module = load("gil_release")
    one = release(module, module._calls.Loop, module._calls.Sleep)
    one.unit(0)
    assert [what for what, _, _ in one.observe()] == ["pure Python loop"]
    one.unit(0)
    one.unit(1)
    assert [what for what, _, _ in one.observe()] == ["pure Python loop", "sleep"]


def test_gil_release_tells_no_share_if_the_thread_got_no_turn_alone(release):
    module = load("gil_release")
    one = release(module, module._calls.Loop)
    one.unit(1)
    assert one.tallies[0].seconds
    assert one.observe() == []
    one.close()


def test_gil_release_ends_its_thread_when_a_call_fails(release):
    module = load("gil_release")

    class Broken(FakeCall):
        def call(self):
            raise ZeroDivisionError

    one = release(module, Broken)
    threads = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        one.unit(0)
    assert threading.active_count() == threads


def test_gil_release_removes_its_file(tmp_path):
    run(workload("gil_release"), "--iterations", "1", cwd=tmp_path)
    unreachable = run(
        workload("gil_release"), "--param", "dsn=postgresql://nobody@127.0.0.1:1/none", cwd=tmp_path
    )
    assert unreachable.status == 1
    assert "the PostgreSQL server at 127.0.0.1:1 can't be reached" in unreachable.stderr
    assert list(tmp_path.iterdir()) == []


def test_gil_release_asks_a_database_that_it_is_given(tmp_path):
    dsn = SERVICES.environment(("postgres",))["GILOMETER_POSTGRES"]
    assert "database" in observed("gil_release", "--param", f"dsn={dsn}", cwd=tmp_path)


# --- lifetimes ------------------------------------------------------------------------------


def test_lifetimes_leaves_out_threads_where_there_are_none(monkeypatch):
    module = load("lifetimes")

    def refuse(*_):
        raise module._contract.Unsupported("can't start a thread")

    monkeypatch.setattr(module, "start_thread", refuse)
    one = module.Lifetimes({"objects": 3}, 24)
    one.open()
    one.unit(0)
    assert [what for what, _, _ in one.observe()] == list(TELLS["lifetimes"])[:3]


def test_lifetimes_counts_each_iteration_by_itself():
    module = load("lifetimes")
    one = module.Lifetimes({"objects": 3}, 24)
    one.open()
    for units in (1, 2):
        for index in range(units):
            one.unit(index)
        assert values(one.observe())["at del"] == 1


def test_lifetimes_frees_what_cpython_2_keeps():
    module = load("lifetimes")
    ended: list[bool] = []
    mortal = module.Mortal(ended)
    mortal.itself = mortal
    gc.garbage.append(mortal)
    del mortal
    module.free_garbage()
    assert (ended, gc.garbage) == ([True], [])


# --- turns ----------------------------------------------------------------------------------


def steps(*pieces: tuple[int, int]) -> list[float]:
    """What a clock said at each step, of a tenth of a millisecond, in the pieces from one ms to another."""
    return [tick / 10000 for start, end in pieces for tick in range(10 * start, 10 * end + 1)]


def in_ms(spans) -> list[tuple[int, int]]:
    return [(round(1000 * start), round(1000 * end)) for start, end in spans]


def test_turns_ends_a_span_where_a_step_took_much_longer():
    module = load("turns")
    assert in_ms(module.spans_of(steps((0, 3), (5, 9)), 0.00001)) == [(0, 3), (5, 9)]
    assert in_ms(module.spans_of(steps((0, 3), (5, 9)), 0.0025)) == [(0, 9)], "a parameter says how much"
    assert module.spans_of([0.0, 0.005], 0.00001) == [(0.0, 0.005)], "one slow step is the usual step"


def test_turns_counts_no_moment_as_a_span():
    found = [*steps((0, 3)), 0.004, *steps((5, 9))]
    assert in_ms(load("turns").spans_of(found, 0.00001)) == [(0, 3), (5, 9)]


@pytest.mark.parametrize(
    ("lanes", "at_once", "nobody"),
    [
        ([[(0.0, 5.0), (10.0, 15.0)], [(5.0, 10.0)]], 0.0, 0.0),
        ([[(0.0, 10.0)], [(0.0, 10.0)]], 1.0, 0.0),
        ([[(0.0, 6.0)], [(4.0, 10.0)]], 0.2, 0.0),
        ([[(0.0, 2.0)], [(6.0, 8.0)]], 0.0, 0.5),
        ([[(0.0, 8.0)], [(0.0, 4.0)], [(2.0, 6.0)]], 0.75, 0.0),
        ([[(1.0, 4.0), (5.0, 5.5)]], 0.0, 1 / 4.5),
        ([], 0.0, 0.0),
        ([[]], 0.0, 0.0),
    ],
)
def test_turns_adds_up_who_ran(lanes, at_once, nobody):
    tally = load("turns").Tally(lanes)
    assert (tally.at_once(), tally.nobody()) == pytest.approx((at_once, nobody))


def test_turns_joins_to_one_turn_what_no_other_worker_came_between():
    module = load("turns")
    lanes = [[(0.0, 2.0), (3.0, 6.0), (12.0, 13.0)], [(6.0, 12.0)]]
    assert sorted(module.turns_of(lanes)) == [1.0, 5.0, 6.0]
    assert module.usual_turn(lanes) == 6.0
    assert module.usual_turn([[(0.0, 5.0), (10.0, 15.0)], [(5.0, 10.0), (15.0, 15.1)]]) == 5.0
    assert module.usual_turn([]) == 0.0


def test_turns_tells_spans_of_every_worker_within_the_last_iteration(tmp_path):
    words = ("--strategy", "threads", "--workers", "3", "--param", "ms=20", "--iterations", "2")
    line = run(workload("turns"), *words, cwd=tmp_path).line
    assert {span.worker for span in line.spans} == {0, 1, 2}
    assert all(0 <= span.start_s < span.end_s <= line.iterations[-1].wall_s for span in line.spans)
    assert [span.start_s for span in line.spans] == sorted(span.start_s for span in line.spans)


def test_turns_alone_is_never_at_once(tmp_path):
    seen = observed("turns", "--param", "ms=20", cwd=tmp_path)
    assert set(seen["at once"]) == {0.0}


def test_turns_computes_once_in_an_iteration_whatever_its_units(monkeypatch):
    module = load("turns")
    computed: list[float] = []

    def note(seconds):
        computed.append(seconds)
        return [0.0, 0.5, 1.0]

    monkeypatch.setattr(module, "readings", note)
    one, other = (module.Turns({"ms": 20, "gap_us": 10}, 24) for _ in range(2))
    for _ in range(2):
        for index in range(24):
            assert (one, other)[index % 2].unit(index) == index
        one.observe()
        assert {worker for worker, _, _ in one.spans()} == {0, 1}
    assert computed == [0.02] * 4


def test_turns_warms_a_jit_up_and_nothing_else(monkeypatch):
    module = load("turns")
    warmed: list[float] = []
    monkeypatch.setattr(module, "readings", warmed.append)
    for jit in ("none", "off", "on"):
        monkeypatch.setattr(module._runtime, "jit", lambda jit=jit: jit)
        module.Turns({"ms": 20, "gap_us": 10}, 24).open()
    assert warmed == [module.WARM_UP_S]


# --- what is known of interpreters ----------------------------------------------------------


@pytest.mark.interpreters
@pytest.mark.parametrize(
    ("interpreter", "at_once", "collected"),
    [
        ("cpython-2.7", True, False),  # it never frees a cycle in which something has a finaliser
        ("cpython-3.13", True, True),
        ("pypy-3.9", False, True),
    ],
)
def test_lifetimes_knows_when_finalisers_run(interpreter, at_once, collected, tmp_path):
    seen = observed("lifetimes", python=required.interpreter(interpreter), cwd=tmp_path)
    means = {what: statistics.fmean(values) for what, values in seen.items()}
    assert (means["at del"] > 0.99) is at_once
    assert (means["when the thread has ended"] > 0.9) is at_once
    assert (means["in a cycle, after gc.collect()"] > 0.9) is collected
    assert means["in a cycle, at del"] < 0.1


@pytest.mark.interpreters
def test_lifetimes_sees_that_jython_runs_finalisers_later(tmp_path):
    seen = observed("lifetimes", python=required.interpreter("jython-2.7"), cwd=tmp_path)
    assert statistics.fmean(seen["at del"]) < 0.1


@pytest.mark.interpreters
@pytest.mark.parametrize(
    ("interpreter", "loses"),
    [
        ("cpython-2.7", True),
        ("cpython-3.9", True),
        ("cpython-3.10", False),
        ("cpython-3.13", False),
        ("jython-2.7", True),
    ],
)
def test_lost_updates_knows_which_interpreters_lose_some(interpreter, loses, tmp_path):
    words = ("--strategy", "threads", "--workers", "2", "--iterations", "10")
    seen = observed("lost_updates", *words, python=required.interpreter(interpreter), cwd=tmp_path)
    lost = statistics.fmean(seen["counter lost"])
    assert lost > 0.001 if loses else lost < 0.001
    assert set(seen["append lost"] + seen["setdefault lost"]) == {0.0}


@pytest.mark.interpreters
def test_convoy_shows_the_switch_interval_and_its_change(tmp_path):
    python = required.interpreter("cpython-3.13")
    words: tuple[str, ...] = ("--iterations", "8")
    usual = min(observed("convoy", *words, python=python, cwd=tmp_path)[DELAYS[3]])
    words += ("--param", "switch_ms=1")
    short = min(observed("convoy", *words, python=python, cwd=tmp_path)[DELAYS[3]])
    # A busy machine only makes delays longer, so the shortest median is the one to look at.
    assert usual > 4
    assert short < 0.75 * usual


@pytest.mark.interpreters
def test_convoy_shows_no_delay_where_there_is_no_gil(tmp_path):
    python = required.interpreter("jython-2.7")
    assert min(observed("convoy", "--iterations", "8", python=python, cwd=tmp_path)[DELAYS[3]]) < 4


@pytest.mark.interpreters
def test_gil_release_knows_which_calls_let_go(tmp_path):
    dsn = SERVICES.environment(("postgres",))["GILOMETER_POSTGRES"]
    words = ("--iterations", "10", "--param", f"dsn={dsn}")
    seen = observed("gil_release", *words, python=required.interpreter("cpython-3.13"), cwd=tmp_path)
    shares = {what: statistics.median(values) for what, values in seen.items()}
    kept = max(shares[what] for what in KEEPS)
    assert kept < 0.5  # of two that take turns none has more than half
    assert min(shares[what] for what in (*LETS_GO, "database")) > kept


TAKING_TURNS = ("--strategy", "threads", "--workers", "2", "--iterations", "5")


@pytest.mark.interpreters
@pytest.mark.parametrize("interpreter", ["cpython-2.7", "cpython-3.6", "cpython-3.13", "pypy-3.9"])
def test_turns_sees_that_threads_take_turns_at_a_gil(interpreter, tmp_path):
    seen = observed("turns", *TAKING_TURNS, python=required.interpreter(interpreter), cwd=tmp_path)
    assert statistics.median(seen["at once"]) < 0.1


@pytest.mark.interpreters
@pytest.mark.parametrize("interpreter", ["jython-2.7", "micropython-3.4", "cpython-3.13t"])
def test_turns_sees_threads_run_at_once_without_a_gil(interpreter, tmp_path):
    python = required.interpreter(interpreter)
    # A busy machine makes it less, and nothing makes it more, so the most is the one to look at.
    words = (*TAKING_TURNS[:-1], "40")
    tries = (max(observed("turns", *words, python=python, cwd=tmp_path)["at once"]) for _ in range(4))
    assert any(most >= 0.05 for most in tries)
