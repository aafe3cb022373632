from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass, field

import pytest

from gilometer.errors import InterruptedRunError, ProvisionError
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.interpreters.provision.several import FetchResult, exit_status, fetch_all
from gilometer.interpreters.provision.stopping import stop_if_asked
from tests.interpreters.provisioning import Listener, Snake


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))


@dataclass
class Board:
    """A view that keeps what it is told."""

    listener: Listener = field(default_factory=Listener)
    endings: list[FetchResult] = field(default_factory=list)

    def progress(self, name: str):
        return self.listener

    def ended(self, ending: FetchResult) -> None:
        self.endings.append(ending)


def errors(endings) -> dict[str, str]:
    return {ending.name: ending.error for ending in endings}


def test_all_are_fetched_at_once():
    together = threading.Barrier(2, timeout=60)
    snakes = [Snake("adder", meanwhile=together.wait), Snake("boa", meanwhile=together.wait)]
    board = Board()
    endings = fetch_all(snakes, board)
    assert errors(endings) == errors(board.endings) == {"adder": "", "boa": ""}
    assert sorted(board.listener.told, key=str) == [10, 10, 10, 10, "eggs", "eggs"]


def test_one_that_fails_does_not_stop_the_others():
    board = Board()
    snakes = [Snake("adder", error=ProvisionError("no eggs")), Snake("boa")]
    endings = fetch_all(snakes, board)
    assert errors(endings) == {"adder": "no eggs", "boa": ""}
    assert exit_status(endings) == 1


def test_if_none_fails_the_status_is_0():
    assert exit_status(fetch_all([Snake("adder"), Snake("boa")], Board())) == 0


def test_a_mistake_of_the_programs_own_comes_out():
    def stumble() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fetch_all([Snake("adder", meanwhile=stumble)], Board())


def test_what_was_out_of_reach_lately_is_not_tried():
    away = Snake("adder", error=UnreachableError("no answer"))
    fetch_all([away], Board())
    (ending,) = fetch_all([away], Board())
    assert ending.error.startswith("the source of adder was out of reach")
    assert away.asked == 1


def test_ctrl_c_ends_downloads_and_says_how_to_go_on():
    def download() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        with contextlib.suppress(ProvisionError):
            while True:
                stop_if_asked()
                time.sleep(0.01)

    board = Board()
    with pytest.raises(InterruptedRunError) as caught:
        fetch_all([Snake("adder", meanwhile=download)], board)
    assert str(caught.value) == "interrupted; what is whole is kept. Go on with: gilometer provision adder"
    assert board.listener.told == ["eggs", 10]  # not the bytes that came afterwards
    assert board.endings == []
