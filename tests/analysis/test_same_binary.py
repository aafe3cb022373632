from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gilometer.analysis import analyse
from gilometer.analysis.same_binary import COLUMNS
from gilometer.model import Cell, Role, Slot
from tests.records import SERIAL, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Sample

OFF = interpreter("cpython-3.13t", gil=False)
ON = interpreter("cpython-3.13t", "+gil")
WORKS = [work("fib"), work("sha256", "native"), work("sleep", "io")]


def serial(variant: str, workload: str, *walls: float) -> list[Sample]:
    cell = Cell("cpython-3.13t", variant, workload, SERIAL, 1)
    return [sample(Slot(block, cell), [wall]) for block, wall in enumerate(walls)]


def overheads(entries: list[Sample]) -> pd.DataFrame:
    return analyse(manifest(plan([OFF, ON], WORKS)), entries).overheads


def test_the_price_is_the_serial_time_without_over_that_with_within_blocks():
    found = overheads(serial("", "fib", 3, 6, 12) + serial("+gil", "fib", 2, 4, 8))
    assert tuple(found.columns) == COLUMNS
    assert found[["on", "off", "workload"]].to_numpy().tolist() == [
        ["cpython-3.13t+gil", "cpython-3.13t", "fib"]
    ]
    assert found[["overhead", "overhead_low", "overhead_high"]].to_numpy()[0] == pytest.approx(
        [1.5, 1.5, 1.5]
    )


def test_the_price_is_taken_beside_the_group_without_a_gil():
    with_gil = Cell("cpython-3.13t", "+gil", "fib", SERIAL, 1)
    beside = [
        sample(Slot(block, with_gil, Role.REFERENCE, beside="cpython-3.13t"), [2.0]) for block in range(3)
    ]
    found = overheads(serial("", "fib", 3, 3, 3) + serial("+gil", "fib", 9, 9, 9) + beside)
    assert found["overhead"].to_list() == pytest.approx([1.5])


def test_work_that_waits_and_what_one_side_lacks_has_no_price():
    entries = serial("", "sleep", 1) + serial("+gil", "sleep", 1) + serial("", "sha256", 1)
    assert overheads(entries).empty


def test_without_a_pair_there_are_no_prices():
    of = plan([interpreter("cpython-3.13")], WORKS)
    found = analyse(manifest(of), []).overheads
    assert found.empty
    assert tuple(found.columns) == COLUMNS
