from __future__ import annotations

import math

import pytest

from harness.plan.cores import ENOUGH, Blocks, is_short
from harness.plan.decisions import FEWEST
from harness.plan.precision import Running


@pytest.mark.parametrize("copies", [1, 2, 8])
def test_processes_are_short_of_cores_that_had_clearly_less_than_one_each(copies):
    assert is_short(0.8 * copies, copies)
    assert not is_short(ENOUGH * copies, copies)
    assert not is_short(1.1 * copies, copies), "the clock of CPU time is coarse, and a JIT has threads"


def test_what_is_unknown_is_not_short():
    assert not is_short(math.nan, 2)


def test_short_blocks_count_until_there_are_enough_others():
    blocks = Blocks(Running())
    blocks.add_short(1.0)
    for number in range(FEWEST):
        assert blocks.counted.mean == pytest.approx(1 / (1 + number))
        blocks.add(0.0)
    assert (blocks.counted.count, blocks.counted.mean) == (FEWEST, 0.0)
    blocks.add_short(1.0)
    assert (blocks.counted.count, blocks.counted.mean) == (FEWEST, 0.0)


def test_without_short_blocks_all_count():
    blocks = Blocks(Running())
    for number in range(5):
        blocks.add(float(number))
    assert (blocks.counted.count, blocks.counted.mean) == (5, 2.0)
