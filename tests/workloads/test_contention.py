"""The workloads whose threads share something: nothing is lost, nobody waits for ever."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gilometer.model import Outcome, Strategy
from tests.workloads.loading import load
from tests.workloads.running import run, workload

pytestmark = pytest.mark.usefixtures("shared_code")

NAMES = ("handover", "lock", "shared_dict")


def in_threads(one, units: int) -> list[object]:
    """The values of the units, which four threads do."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one.unit, range(units)))


@pytest.mark.parametrize("name", NAMES)
def test_has_no_strategy_that_shares_nothing(name, tmp_path) -> None:
    card = run(workload(name), "--describe", cwd=tmp_path).card
    assert (card.kind, card.strategies) == ("contention", (Strategy.SERIAL, Strategy.THREADS))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("workers", [1, 2, 5, 16])
@pytest.mark.parametrize("units", [7, 24])
def test_comes_to_an_end_with_any_number_of_workers(name, workers, units, tmp_path) -> None:
    words = ("--units", str(units), "--loops", "3")
    alone = run(workload(name), *words, cwd=tmp_path).line
    line = run(workload(name), "--strategy", "threads", "--workers", str(workers), *words, cwd=tmp_path).line
    assert (line.outcome, line.checksum) == (Outcome.OK, alone.checksum)


def test_lock_loses_no_payment() -> None:
    lock = load("lock")
    assert in_threads(lock.Lock({"payments": 50}, 24), 24) == [50] * 24
    paid = 0
    for index in range(24):
        amount = index + 1
        for _ in range(50):
            amount = amount * 48271 % lock.PRIME
            paid += amount
    assert lock.ACCOUNT.balance == paid % lock.PRIME


def test_lock_sees_a_payment_that_was_disturbed() -> None:
    account = load("lock").Account()

    class Intruder(int):
        """A balance that somebody else changes while it is added to."""

        def __add__(self, amount):
            account.payer = "somebody else"
            return int(self) + amount

    assert account.pay(1, "me") is True
    account.balance = Intruder(account.balance)
    assert account.pay(1, "me") is False


def test_handover_takes_turns_and_leaves_nothing_on_the_belt() -> None:
    handover = load("handover")
    assert in_threads(handover.Handover({"parcels": 30}, 24), 24) == [30] * 24
    assert handover.BELT.parcels.empty()
    assert [handover.BELT.next_sends() for _ in range(4)] == [True, False, True, False]


def test_handover_waits_for_what_is_being_sent() -> None:
    belt = load("handover").Belt()
    with ThreadPoolExecutor(1) as pool:
        received = pool.submit(belt.receive, 3)
        belt.send(2)
        assert not received.done()
        belt.send(1)
        assert received.result(timeout=60) == 3


def test_handover_without_threads_is_unsupported(write_workload, tmp_path) -> None:
    script = write_workload("").with_name("handover.py")
    script.write_text("import sys; sys.modules['threading'] = None\n" + workload("handover").read_text())
    line = run(script, cwd=tmp_path).line
    assert (line.outcome, line.iterations) == (Outcome.UNSUPPORTED, ())
    assert line.reason.startswith("lacks what it needs: ")


def test_lock_takes_what_micropython_has_for_one(monkeypatch) -> None:
    with monkeypatch.context() as micropython:
        micropython.setitem(sys.modules, "threading", None)
        lock = load("lock")
    assert isinstance(lock.ACCOUNT.lock, type(threading.Lock()))


def test_shared_dict_loses_no_count() -> None:
    shared_dict = load("shared_dict")
    assert in_threads(shared_dict.SharedDict({"turns": 50}, 24), 24) == [[50, 50]] * 24
    assert dict.fromkeys(range(24), 50) == shared_dict.COUNTS


def test_shared_dict_is_unsupported_where_a_dict_bears_no_two_threads(monkeypatch) -> None:
    shared_dict = load("shared_dict")
    monkeypatch.setattr(shared_dict._runtime, "implementation", lambda: "micropython")
    one = shared_dict.SharedDict({"turns": 1}, 24)
    one.open()
    monkeypatch.setattr(shared_dict._runtime, "gil", lambda: False)
    with pytest.raises(shared_dict._contract.Unsupported, match="no dict that two threads may change"):
        one.open()
