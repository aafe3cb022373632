"""The helpers of the contract, by themselves."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("shared_code")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (7, "7"),
        (10**30, "1" + "0" * 30),
        ("abc", "abc"),
        (1 / 3, "0.333333"),
        (2.0, "2.0"),
        (-0.169074954, "-0.169075"),
        (-1e-9, "-0.0"),
        (1e-05, "0.00001"),
        (1e300 * 1e300, "inf"),
        ([1, (2.5, "x")], "[1,[2.5,x]]"),
        ([], "[]"),
    ],
)
def test_a_value_has_the_same_words_on_every_python(value, words) -> None:
    contract = import_module("_contract")
    assert contract.text(value) == words
    assert contract.checksum([value]) == f"{crc32(f'[{words}]'.encode()):08x}"


def test_shares_are_put_back_in_unit_order() -> None:
    contract = import_module("_contract")
    assert contract.in_unit_order([["a", "d"], ["b", "e"], ["c"]], 5) == list("abcde")


def test_what_was_observed_is_told_for_each_thing() -> None:
    contract = import_module("_contract")
    after_each_iteration = [
        [("lost", "updates", 3), ("late", "s", 0.5)],
        [("lost", "updates", 0), ("late", "s", 2)],
    ]
    assert contract.by_what(after_each_iteration) == [
        {"what": "lost", "unit": "updates", "values": [3.0, 0.0]},
        {"what": "late", "unit": "s", "values": [0.5, 2.0]},
    ]
    assert contract.by_what([(), ()]) == contract.by_what([]) == []


def test_a_clock_that_steps_coarsely_shows_it(monkeypatch) -> None:
    runtime = import_module("_runtime")
    steps = iter([0.0, 0.0, 0.5, 0.5, 0.75, 2.0])
    monkeypatch.setattr(runtime, "clock", lambda: next(steps))
    assert runtime.tick(wanted=3) == 0.25


def test_a_clock_that_stands_still_is_not_waited_for(monkeypatch) -> None:
    runtime = import_module("_runtime")
    monkeypatch.setattr(runtime, "clock", lambda: 1.0)
    assert runtime.tick() == 1.0


class ScriptedJob:
    """A job whose iterations take the seconds that a function of the loops gives."""

    def __init__(self, seconds: Callable[[int, int], float], warm_up_s: float) -> None:
        self.workload = SimpleNamespace(calibration_target=lambda seconds: seconds)
        self.arguments = SimpleNamespace(calibrate=0.1, seconds=warm_up_s)
        self.seconds = seconds
        self.loops = 1
        self.iterations: list[dict[str, float]] = []
        self.reason = ""
        self.now = 0.0
        self.turns = 0

    def start_over(self, loops: int) -> None:
        self.loops = loops
        self.iterations.clear()

    def iterate(self, _strategy) -> float:
        self.turns += 1
        wall_s = self.seconds(self.loops, self.turns)
        self.now += wall_s
        self.iterations.append({"wall_s": wall_s})
        return wall_s


def calibrated(monkeypatch, seconds, warm_up_s=0.0) -> ScriptedJob:
    calibration = import_module("_calibration")
    job = ScriptedJob(seconds, warm_up_s)
    monkeypatch.setattr(calibration, "clock", lambda: job.now)
    calibration.calibrate(job, None)
    return job


def test_calibration_of_a_steady_interpreter_comes_just_above_the_target(monkeypatch) -> None:
    job = calibrated(monkeypatch, lambda loops, _turn: loops * 0.0007)
    assert 0.1 <= job.loops * 0.0007 < 0.115
    assert (len(job.iterations), job.reason) == (2, "")


def test_calibration_leaves_a_slow_interpreter_at_one_loop(monkeypatch) -> None:
    job = calibrated(monkeypatch, lambda loops, _turn: loops * 0.4)
    assert (job.loops, job.turns) == (1, 2)


def test_calibration_waits_for_a_jit_that_is_slow_at_first(monkeypatch) -> None:
    def warms_up(loops: int, turn: int) -> float:
        return loops * {1: 5.7, 2: 0.27}.get(turn, 0.01)

    assert calibrated(monkeypatch, warms_up).loops >= 10


def test_calibration_gives_a_jit_the_seconds_it_is_granted(monkeypatch) -> None:
    job = calibrated(monkeypatch, lambda loops, _turn: loops * 0.11, warm_up_s=1.0)
    assert job.now >= 1.0


def test_calibration_gives_up_on_what_never_settles(monkeypatch) -> None:
    job = calibrated(monkeypatch, lambda loops, turn: loops * 0.5 ** (turn / 2) * 30)
    assert job.reason == "calibration ended before the time of an iteration had settled"
    assert job.iterations


def test_calibration_gives_up_on_what_is_always_too_short(monkeypatch) -> None:
    job = calibrated(monkeypatch, lambda _loops, _turn: 0.09)
    assert "settled" in job.reason
    assert job.iterations


def test_what_was_not_observed_after_every_iteration_is_left_out() -> None:
    contract = import_module("_contract")
    both, one = [("a", "share", 1), ("b", "ms", 2)], [("b", "ms", 3)]
    told = [{"what": "b", "unit": "ms", "values": [2.0, 3.0]}]
    assert contract.by_what([both, one]) == told
    assert contract.by_what([both, []]) == []
