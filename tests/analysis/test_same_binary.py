from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from harness.analysis import analyse
from harness.analysis.same_binary import COLUMNS
from harness.model import Cell, Slot
from harness.plan.pairs import pairs
from tests.records import SERIAL, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    import pandas as pd

    from harness.model import Plan, Sample

OFF = interpreter("cpython-3.13t", gil=False)
ON = interpreter("cpython-3.13t", "+gil")
WORKS = [work("fib"), work("sha256", "native"), work("sleep", "io")]


def labels(of: Plan) -> list[tuple[str, str]]:
    return [(pair.on.label, pair.off.label) for pair in pairs(of.interpreters)]


def serial(variant: str, workload: str, *walls: float) -> list[Sample]:
    cell = Cell("cpython-3.13t", variant, workload, SERIAL, 1)
    return [sample(Slot(block, cell), [wall]) for block, wall in enumerate(walls)]


def prices(entries: list[Sample]) -> pd.DataFrame:
    return analyse(manifest(plan([OFF, ON], WORKS)), entries).prices


def test_a_binary_is_paired_with_itself():
    assert labels(plan([interpreter("cpython-3.13"), OFF, ON], WORKS)) == [
        ("cpython-3.13t+gil", "cpython-3.13t")
    ]


def test_there_may_be_several():
    newer = [interpreter("cpython-3.14t", gil=False), interpreter("cpython-3.14t", "+gil")]
    assert labels(plan([*newer, OFF, ON], WORKS)) == [
        ("cpython-3.14t+gil", "cpython-3.14t"),
        ("cpython-3.13t+gil", "cpython-3.13t"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(ON, command=("/elsewhere/python",)),
        replace(ON, image="sha256:0"),
        replace(ON, facts=replace(ON.facts, jit="on")),
        replace(OFF, variant="+other"),
    ],
    ids=["another binary", "another image", "another JIT", "no GIL either"],
)
def test_what_differs_in_more_or_not_in_that_is_no_pair(other):
    assert pairs(plan([OFF, other], WORKS)) == ()


def test_the_price_is_the_serial_time_without_over_that_with_within_blocks():
    found = prices(serial("", "fib", 3, 6, 12) + serial("+gil", "fib", 2, 4, 8))
    assert tuple(found.columns) == COLUMNS
    assert found[["on", "off", "workload"]].to_numpy().tolist() == [
        ["cpython-3.13t+gil", "cpython-3.13t", "fib"]
    ]
    assert found[["price", "price_low", "price_high"]].to_numpy()[0] == pytest.approx([1.5, 1.5, 1.5])


def test_work_that_waits_and_what_one_side_lacks_has_no_price():
    entries = serial("", "sleep", 1) + serial("+gil", "sleep", 1) + serial("", "sha256", 1)
    assert prices(entries).empty


def test_without_a_pair_there_are_no_prices():
    of = plan([interpreter("cpython-3.13")], WORKS)
    found = analyse(manifest(of), []).prices
    assert found.empty
    assert tuple(found.columns) == COLUMNS
