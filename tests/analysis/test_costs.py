from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gilometer.analysis import analyse
from gilometer.analysis.costs import COLUMNS
from gilometer.model import Cell, Role, Slot
from tests.records import PROCESSES, SERIAL, THREADS, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Sample, Strategy

WORKS = [work("fib"), work("sha256", "native"), work("sleep", "io")]
PLAN = plan([interpreter("cpython-3.13"), interpreter("cpython-3.13t", gil=False)], WORKS)


def times(name: str, workload: str, strategy: Strategy, *walls: float) -> list[Sample]:
    cell = Cell(name, "", workload, strategy, 1 if strategy is SERIAL else 2)
    return [sample(Slot(block, cell), [wall]) for block, wall in enumerate(walls)]


def costs(entries: list[Sample]) -> pd.DataFrame:
    return analyse(manifest(PLAN), entries).costs


def test_a_cost_is_over_one_thread_of_the_baseline_in_the_same_block():
    found = costs(
        times("cpython-3.13", "fib", SERIAL, 1, 2, 4)
        + times("cpython-3.13t", "fib", SERIAL, 2, 4, 8)
        + times("cpython-3.13t", "fib", THREADS, 1, 2, 4)
        + times("cpython-3.13t", "fib", PROCESSES, 3, 6, 12)
    )
    assert tuple(found.columns) == COLUMNS
    of = found[found["interpreter"] == "cpython-3.13t"].set_index("strategy")["cost"]
    assert of.to_dict() == pytest.approx({"serial": 2, "threads": 1, "processes": 3})


def test_the_baseline_s_own_thread_costs_1_by_definition():
    found = costs(
        times("cpython-3.13", "fib", SERIAL, 1, 2, 3) + times("cpython-3.13", "fib", THREADS, 1, 2, 3)
    )
    assert found["cost"].to_list() == [1, 1]
    assert np.isnan(found["cost_low"]).to_list() == [True, False]


def test_a_cost_is_over_the_baseline_that_was_measured_beside():
    """The machine was slower elsewhere in the block."""
    baseline = Cell("cpython-3.13", "", "fib", SERIAL, 1)
    beside = [
        sample(Slot(block, baseline, Role.REFERENCE, beside="cpython-3.13t"), [4.0]) for block in range(3)
    ]
    found = costs(
        times("cpython-3.13", "fib", SERIAL, 9, 9, 9)
        + times("cpython-3.13t", "fib", THREADS, 2, 2, 2)
        + beside
    )
    assert found["cost"].to_list() == pytest.approx([1, 0.5])


def test_work_that_waits_and_what_has_no_baseline_beside_it_is_left_out():
    found = costs(times("cpython-3.13", "sleep", SERIAL, 1) + times("cpython-3.13t", "sha256", SERIAL, 1))
    assert found.empty
