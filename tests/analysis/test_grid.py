from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gilometer.analysis.frames import gather
from gilometer.analysis.grid import grid, mean_table
from gilometer.model import Cell, Outcome, Role, Slot
from tests.records import SERIAL, THREADS, failed, interpreter, plan, sample, work

PLAN = plan([interpreter("cpython-3.13"), interpreter("pypy-3.11")], [work("fib")])
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13", "", "fib", THREADS, 2)
PYPY = Cell("pypy-3.11", "", "fib", SERIAL, 1)


def test_a_row_a_block_and_a_column_a_cell():
    entries = [sample(Slot(7, FIB), [2.0]), sample(Slot(3, THREADED), [4.0])]
    found = grid(gather(PLAN.cells, entries), Role.MEASURE)
    assert found.blocks.tolist() == [3, 7]
    assert found.cells == PLAN.cells
    assert np.exp(found.logs[1, found.cells.index(FIB)]) == pytest.approx(1.0), "two passes"
    assert np.exp(found.logs[0, found.cells.index(THREADED)]) == pytest.approx(2.0)
    assert np.isnan(found.logs).sum() == found.logs.size - 2


def test_only_what_was_ok_in_that_role():
    entries = [
        failed(Slot(0, FIB), Outcome.CRASHED, "boom"),
        sample(Slot(0, FIB, Role.TWIN), [2.0]),
        sample(Slot(0, PYPY), [2.0], iterations=()),
    ]
    evidence = gather(PLAN.cells, entries)
    assert np.isnan(grid(evidence, Role.MEASURE).logs).all()
    assert (~np.isnan(grid(evidence, Role.TWIN).logs)).sum() == 1


def test_a_column_s_serial_and_that_of_another_interpreter_in_the_same_block():
    found = grid(
        gather(PLAN.cells, [sample(Slot(0, FIB), [2.0]), sample(Slot(0, PYPY), [8.0])]), Role.MEASURE
    )
    serials = np.exp(found.serial_logs()[0])
    of = dict(zip(found.cells, serials.tolist(), strict=True))
    assert (of[FIB], of[THREADED], of[PYPY]) == pytest.approx((1, 1, 4))
    other = interpreter("pypy-3.11")
    assert np.exp(found.reference_logs(other)) == pytest.approx(np.full((1, len(found.cells)), 4.0))
    assert np.isnan(found.reference_logs(interpreter("pypy-3.11", "+jit"))).all(), "nobody ran that"


def test_what_was_measured_beside_a_group_stands_for_that_group():
    beside = [Slot(block, FIB, Role.REFERENCE, beside="pypy-3.11") for block in range(2)]
    entries = [
        sample(Slot(0, FIB), [2.0]),
        sample(Slot(1, FIB), [2.0]),
        sample(beside[0], [6.0]),
        failed(beside[1], Outcome.CRASHED, "boom"),
    ]
    found = grid(gather(PLAN.cells, entries), Role.MEASURE)
    times = dict(
        zip(found.cells, np.exp(found.reference_logs(interpreter("cpython-3.13"))).T.tolist(), strict=True)
    )
    assert times[PYPY] == pytest.approx([3, np.nan], nan_ok=True), "not what stood elsewhere in the block"
    assert times[FIB] == times[THREADED] == pytest.approx([1, 1])
    kept = found.of([PYPY])
    assert np.exp(kept.reference_logs(interpreter("cpython-3.13")))[0].tolist() == pytest.approx([3])


def test_no_entries_make_an_empty_grid():
    found = grid(gather(PLAN.cells, []), Role.MEASURE)
    assert found.logs.shape == found.serial_logs().shape == (0, len(PLAN.cells))


def test_a_time_too_small_to_be_divided_has_no_logarithm():
    least = float(np.nextafter(0, 1))
    evidence = gather(PLAN.cells, [sample(Slot(0, FIB), [], iterations=[{"wall_s": least, "cpu_s": None}])])
    assert np.isnan(grid(evidence, Role.MEASURE).logs).all()


VALUES = st.floats(-10, 10) | st.just(float("nan"))


@given(
    arrays.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)), elements=VALUES)
)
def test_means_are_of_what_is_there(cube):
    rows, columns, _ = np.indices(cube.shape)
    found = mean_table(rows.ravel(), columns.ravel(), cube.ravel(), cube.shape[:2])
    for place in np.ndindex(*cube.shape[:2]):
        there = cube[place][~np.isnan(cube[place])]
        assert found[place] == pytest.approx(there.mean() if len(there) else np.nan, nan_ok=True, abs=1e-9)
