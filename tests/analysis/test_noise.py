from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from gilometer.analysis import analyse
from gilometer.model import Cell, Group, Outcome, Role, Slot
from tests.records import SERIAL, failed, interpreter, manifest, of_schema_2, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis.noise import Noise
    from gilometer.model import Entry, Sample

PLAN = plan([interpreter("cpython-3.13")], [work("fib"), work("sleep", "io")])
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
SLEEP = Cell("cpython-3.13", "", "sleep", SERIAL, 1)


def pairs(cell: Cell, *walls: float) -> list[Sample]:
    """Make blocks of one second each, and of ``wall`` seconds for its twin."""
    found: list[Sample] = []
    for block, wall in enumerate(walls):
        found += [sample(Slot(block, cell), [1.0]), sample(Slot(block, cell, Role.TWIN), [wall])]
    return found


def noise(entries: Sequence[Entry]) -> Noise:
    return analyse(manifest(PLAN), entries).noise


def test_a_pair_is_compared_within_its_block():
    found = noise(pairs(FIB, 2.0, 2.0, 2.0))
    row = found.pairs.iloc[0]
    assert row[["interpreter", "variant", "workload"]].to_list() == ["cpython-3.13", "", "fib"]
    assert row["pairs"] == 3
    assert row[["ratio", "ratio_low", "ratio_high"]].to_list() == pytest.approx([0.5, 0.5, 0.5])


def test_the_band_is_the_furthest_from_1_that_the_interval_reaches():
    found = noise(pairs(FIB, 1.0, 1.0, 1.25) + pairs(SLEEP, 1.0, 0.9, 0.9))
    assert found.pairs["workload"].to_list() == ["fib", "sleep"]
    fib, sleep = found.pairs.to_dict("records")
    assert fib["band"] == pytest.approx(1 / fib["ratio_low"])
    assert sleep["band"] == pytest.approx(sleep["ratio_high"])


def test_too_few_blocks_for_an_interval_leave_the_ratio_as_the_band():
    found = noise(pairs(FIB, 1.1))
    assert math.isnan(found.pairs.iloc[0]["ratio_low"])
    assert found.pairs.iloc[0]["band"] == pytest.approx(1.1)


def test_a_twin_that_failed_is_no_pair():
    entries = [sample(Slot(0, FIB), [1.0]), failed(Slot(0, FIB, Role.TWIN), Outcome.CRASHED, "")]
    found = noise(entries)
    assert found.pairs.empty
    assert found.pairs["band"].empty


def test_each_interpreter_has_a_band_of_its_own():
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work("fib")])
    pypy = Cell("pypy-3.11", "", "fib", SERIAL, 1)
    entries = pairs(FIB, 1.1) + pairs(pypy, 1.5)
    found = analyse(manifest(of), entries).noise
    assert found.pairs["interpreter"].to_list() == ["cpython-3.13", "pypy-3.11"]
    assert [found.band(cell.group) for cell in (FIB, pypy)] == pytest.approx([1.1, 1.5])
    assert math.isnan(found.band(SLEEP.group))


def test_where_the_baseline_alone_has_pairs_its_bands_are_those_of_all():
    """As in runs of schema 2."""
    of = of_schema_2(plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work("fib")]))
    found = analyse(manifest(of), pairs(FIB, 1.1)).noise
    assert found.band(Group("pypy-3.11", "", "fib")) == pytest.approx(1.1)
    assert found.bands([Group("pypy-3.11", "", "fib"), Group("pypy-3.11", "", "sleep")]) == {
        Group("pypy-3.11", "", "fib"): pytest.approx(1.1)
    }
