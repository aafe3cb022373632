from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest

from gilometer.analysis import analyse
from gilometer.analysis.disturbances import THRESHOLD
from gilometer.model import Cell, Outcome, Role, Slot
from tests.records import SERIAL, World, failed, interpreter, manifest, plan, run, sample, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from gilometer.model import Entry, Sample

PLAN = plan(
    [interpreter("cpython-3.13"), interpreter("pypy-3.11")],
    [work("fib"), work("sha256", "native"), work("sleep", "io")],
)
ALL = ("fib", "sha256", "sleep")


def found(entries: Iterable[Entry]) -> pd.DataFrame:
    return analyse(manifest(PLAN), entries).disturbances


def controls(
    block: int, slow: Mapping[str, float], crowded: Mapping[str, float] | None = None
) -> list[Sample]:
    """Make a block of ``slow``, with factors on the serial time and on the times of two copies."""
    samples = []
    for label, factor in slow.items():
        cell = Cell("cpython-3.13", "", label, SERIAL, 1)
        together = factor * (crowded or {}).get(label, 1.0)
        samples += [sample(Slot(block, cell, role), [0.1 * factor]) for role in (Role.MEASURE, Role.TWIN)]
        samples += [sample(Slot(block, cell, Role.CAPACITY, 2), [0.1 * together], copy) for copy in (0, 1)]
    return samples


def quiet(blocks: Iterable[int], labels: Sequence[str] = ALL) -> list[Sample]:
    return [one for block in blocks for one in controls(block, dict.fromkeys(labels, 1.0))]


def test_a_slow_block_is_marked():
    got = found(quiet([0, 1, 2]) + controls(3, dict.fromkeys(ALL, 1.5)))
    assert got["block"].to_list() == [0, 1, 2, 3]
    assert got["speed"].to_list() == pytest.approx([1, 1, 1, 1 / 1.5])
    assert got["capacity"].to_list() == pytest.approx([1, 1, 1, 1])
    assert got["disturbed"].to_list() == [False, False, False, True]


def test_a_block_in_which_copies_got_in_each_other_s_way_is_marked():
    got = found(quiet([0, 1, 2]) + controls(3, dict.fromkeys(ALL, 1.0), dict.fromkeys(ALL, 1.5)))
    assert got["speed"].to_list() == pytest.approx([1, 1, 1, 1])
    assert got["capacity"].to_list() == pytest.approx([1, 1, 1, 1 / 1.5])
    assert got["disturbed"].to_list() == [False, False, False, True]


def test_a_fast_block_is_none():
    assert not found(quiet([0, 1, 2]) + controls(3, dict.fromkeys(ALL, 0.5)))["disturbed"].any()


def test_workloads_are_held_against_themselves_and_averaged():
    """A block may hold some workloads only, and these may be slower than those of other blocks."""
    entries = [*quiet([0, 1, 2]), *controls(3, {"fib": 1.0}), *controls(4, {"fib": 1.21, "sha256": 1.0})]
    assert found(entries)["speed"].to_list() == pytest.approx([1, 1, 1, 1, 1 / 1.1])


def test_work_that_waits_tells_nothing():
    assert not found(quiet([0, 1, 2]) + controls(3, {"fib": 1.0, "sleep": 3.0}))["disturbed"].any()


def test_only_the_baseline_is_looked_at():
    slow = Cell("pypy-3.11", "", "fib", SERIAL, 1)
    entries = quiet([0, 1, 2]) + [sample(Slot(block, slow), [0.1 + block]) for block in range(3)]
    assert found(entries)["speed"].to_list() == pytest.approx([1, 1, 1])


def test_one_of_the_pair_will_do():
    cell = Cell("cpython-3.13", "", "fib", SERIAL, 1)
    entries = [
        *quiet([0, 1, 2]),
        failed(Slot(3, cell), Outcome.CRASHED, "boom"),
        sample(Slot(3, cell, Role.TWIN), [0.2]),
    ]
    got = found(entries)
    assert got["speed"].to_list() == pytest.approx([1, 1, 1, 0.5])
    assert math.isnan(got["capacity"].iloc[3])
    assert got["disturbed"].iloc[3]


def test_what_is_measured_beside_others_is_looked_at_too():
    cell = Cell("cpython-3.13", "", "fib", SERIAL, 1)
    beside = [
        sample(Slot(block, cell, Role.REFERENCE, beside="pypy-3.11"), [0.1 if block < 3 else 0.8])
        for block in range(4)
    ]
    got = found([*quiet([0, 1, 2, 3], ["fib"]), *beside])
    assert got["speed"].to_list() == pytest.approx([1, 1, 1, 0.5])


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_under_three_blocks_nothing_is_typical(blocks):
    got = found(quiet(range(blocks)))
    assert got["speed"].isna().all()
    assert got["capacity"].isna().all()
    assert not got["disturbed"].any()
    assert len(got) == blocks


def test_a_run_of_waiting_alone_can_not_tell():
    got = found(quiet(range(5), ["sleep"]))
    assert got["speed"].isna().all()
    assert not got["disturbed"].any()


def test_the_usual_noise_marks_nothing():
    """The noise is 3% of a time, which is more than on quiet machines."""
    got = found(run(PLAN, World(spread=0.03), 60))
    assert not got["disturbed"].any()


def test_neighbours_that_come_and_go_are_found():
    """In one block of four the machine runs at 0.7 of its speed."""
    draw = random.Random(3)  # noqa: S311  for noise, not for secrets
    slow = [block % 4 == 3 for block in range(40)]
    entries = [
        one
        for block, is_slow in enumerate(slow)
        for one in controls(
            block, {label: draw.lognormvariate(0, 0.02) / (0.7 if is_slow else 1.0) for label in ALL}
        )
    ]
    got = found(entries)
    assert got["disturbed"].to_list() == slow
    assert (got.loc[got["disturbed"], "speed"] < THRESHOLD).all()
