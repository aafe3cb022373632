from __future__ import annotations

import pytest

from gilometer.analysis.frames import gather
from gilometer.analysis.warmup import first_iterations
from gilometer.model import Cell, Outcome, Role, Slot
from tests.records import SERIAL, failed, sample

FIB = Cell("jython-2.7", "", "fib", SERIAL, 1)


def fall(first: float, slow: int = 2, steady: float = 0.1) -> list[float]:
    return [first] * slow + [steady] * 20


def test_each_iteration_is_over_the_steady_time_of_its_invocation():
    entries = [
        sample(Slot(0, FIB), fall(1.0)),
        sample(Slot(1, FIB), fall(4.0, steady=0.2)),
        sample(Slot(2, FIB), fall(0.3)),
    ]
    found = first_iterations(gather((FIB,), entries))
    assert found["iteration"].to_list() == list(range(1, 23))
    first = found.iloc[0]
    assert first[["interpreter", "workload", "strategy", "workers"]].to_list() == [
        "jython-2.7",
        "fib",
        SERIAL,
        1,
    ]
    assert first["relative"] == pytest.approx(10)
    assert first["relative_low"] == pytest.approx(6.5)
    assert first["relative_high"] == pytest.approx(15)
    assert found["relative"].iloc[-1] == pytest.approx(1)


def test_it_says_how_many_have_reached_their_steady_state():
    entries = [sample(Slot(block, FIB), fall(1.0, slow)) for block, slow in enumerate((1, 1, 2, 3))]
    assert first_iterations(gather((FIB,), entries))["steady"].to_list()[:4] == [0.0, 0.5, 0.75, 1.0]


def test_without_a_steady_state_it_is_over_the_time_of_the_second_half():
    cooling = [0.1] * 14 + [0.2] * 4 + [0.4] * 6
    found = first_iterations(gather((FIB,), [sample(Slot(0, FIB), cooling)]))
    assert found["relative"].iloc[0] == pytest.approx(0.1 / 0.3)
    assert not found["steady"].any()


def test_only_measured_invocations_with_enough_iterations_count():
    entries = [
        sample(Slot(0, FIB), [1.0, 0.1, 0.1]),
        sample(Slot(0, FIB, Role.TWIN), fall(1.0)),
        failed(Slot(1, FIB), Outcome.CRASHED, "exit status 3"),
        sample(Slot(2, FIB), [0.0] * 22),
    ]
    found = first_iterations(gather((FIB,), entries))
    assert found.empty
    assert "relative" in found.columns
