from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gilometer.analysis import analyse
from gilometer.model import Cell, Role, Slot
from tests.records import SERIAL, THREADS, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gilometer.model import Plan, Sample

WORKS = [work("fib"), work("sha256", "native"), work("sleep", "io"), work("mixed:cpu=1", "mixed", cpu="1")]


def serial(name: str, workload: str, *walls: float, variant: str = "") -> list[Sample]:
    cell = Cell(name, variant, workload, SERIAL, 1)
    return [sample(Slot(block, cell), [wall]) for block, wall in enumerate(walls)]


def relative(of: Plan, entries: Sequence[Sample]) -> pd.DataFrame:
    return analyse(manifest(of), entries).relative


def test_speed_is_over_the_baseline_in_the_same_block():
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], WORKS)
    entries = serial("cpython-3.13", "fib", 4, 8, 16) + serial("pypy-3.11", "fib", 1, 2, 4)
    found = relative(of, entries).set_index("interpreter")
    for column in ("speed", "speed_low", "speed_high"):
        assert found.loc["pypy-3.11", column] == pytest.approx(4)
    assert found.loc["pypy-3.11", "speed_q"] == 0


def test_the_baseline_s_own_speed_is_1_by_definition():
    found = relative(plan([interpreter("cpython-3.13")], WORKS), serial("cpython-3.13", "fib", 4, 8, 16))
    row = found.to_dict("records")[0]
    assert row["speed"] == 1
    assert np.isnan([row["speed_low"], row["speed_high"], row["speed_q"]]).all()


def test_the_more_speeds_are_read_the_less_each_is_surprising():
    """Two of equal p: with both in the table q is p; with one that is nothing beside it, more."""
    names = ("cpython-3.13", "pypy-3.11", "graalpy-3.12")
    of = plan([interpreter(name) for name in names], WORKS)
    fast = serial(names[0], "fib", 4, 4, 4) + serial(names[1], "fib", 2.0, 2.1, 2.2)
    alone = relative(of, fast).set_index("interpreter")["speed_q"]
    level = relative(of, fast + serial(names[2], "fib", 3.9, 4, 4.1)).set_index("interpreter")["speed_q"]
    assert level[names[1]] == pytest.approx(2 * alone[names[1]])


def test_only_work_that_does_not_wait_is_compared():
    of = plan([interpreter("cpython-3.13")], WORKS)
    entries = [entry for one in WORKS for entry in serial("cpython-3.13", one.label, 1)]
    threads = sample(Slot(0, Cell("cpython-3.13", "", "fib", THREADS, 2)), [1.0])
    assert relative(of, [*entries, threads])["workload"].tolist() == ["fib", "sha256"]


def test_what_has_no_baseline_beside_it_is_left_out():
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], WORKS)
    assert relative(of, serial("pypy-3.11", "fib", 1)).empty


def test_a_baseline_may_be_a_variant():
    of = plan([interpreter("cpython-3.13t", "+gil"), interpreter("pypy-3.11")], WORKS)
    entries = serial("cpython-3.13t", "fib", 3, variant="+gil") + serial("pypy-3.11", "fib", 1)
    assert relative(of, entries)["speed"].to_list() == pytest.approx([1, 3])


def test_speed_is_over_the_baseline_that_was_measured_beside():
    """The machine was slower elsewhere in the block."""
    of = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], WORKS)
    baseline = Cell("cpython-3.13", "", "fib", SERIAL, 1)
    beside = [sample(Slot(block, baseline, Role.REFERENCE, beside="pypy-3.11"), [3.0]) for block in range(3)]
    entries = serial("cpython-3.13", "fib", 9, 9, 9) + serial("pypy-3.11", "fib", 1, 1, 1) + beside
    assert relative(of, entries)["speed"].to_list() == pytest.approx([1, 3])
