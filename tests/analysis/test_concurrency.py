from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.analysis import analyse
from gilometer.model import Cell, Role, Sample, Slot
from gilometer.stats.intervals import FEWEST_FOR_AN_INTERVAL
from tests.plan.taken import turns
from tests.records import SERIAL, THREADS, interpreter, manifest, plan, sample, work

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAN = plan([interpreter("cpython-3.13")], [work("fib"), work("sleep", "io")], workers=(2,))
BLOCKS = FEWEST_FOR_AN_INTERVAL + 1


def block(number: int, cores: float | None, workload: str = "fib", of_copies: float = 1.0) -> list[Sample]:
    """Make a block in which threads had so many cores, and two copies so much of one each."""
    alone, both = (
        Cell("cpython-3.13", "", workload, strategy, workers)
        for strategy, workers in ((SERIAL, 1), (THREADS, 2))
    )
    copies = Slot(number, alone, Role.CAPACITY, 2)
    return [
        turns(Slot(number, alone), [1.0] * 4, cores=0.98),
        turns(Slot(number, both), [1.0] * 4, cores=cores),
        *(turns(copies, [1.0] * 4, copy, cores=of_copies) for copy in (0, 1)),
    ]


def concurrency(blocks: Iterable[list[Sample]], workload: str = "fib") -> list[float]:
    """Give the concurrency of threads in a summary, with both ends of its interval."""
    summary = analyse(manifest(PLAN), [one for each in blocks for one in each]).summary
    row = summary[(summary["strategy"] == THREADS.value) & (summary["workload"] == workload)].iloc[0]
    return [row["concurrency_low"], row["concurrency"], row["concurrency_high"]]


def test_it_is_the_cores_of_threads_over_those_of_serial():
    low, value, high = concurrency(block(number, 1.47 + 0.01 * (number % 2)) for number in range(BLOCKS))
    assert low < value < high
    assert value == pytest.approx(1.505, abs=0.005)


def test_blocks_with_too_few_cores_do_not_count():
    blocks = [block(number, 1.96) for number in range(BLOCKS)] + [block(BLOCKS, 0.98, of_copies=0.5)]
    assert concurrency(blocks) == pytest.approx([2.0] * 3)


def test_work_that_waits_has_none():
    assert all(
        map(math.isnan, concurrency((block(number, 1.96, "sleep") for number in range(BLOCKS)), "sleep"))
    )


@pytest.mark.parametrize("cores", [None, 0.0, math.nan])
def test_without_cpu_times_there_is_none(cores):
    assert all(map(math.isnan, concurrency(block(number, cores) for number in range(BLOCKS))))


def test_without_turns_there_is_none():
    """Processes that ran one after the other had the machine at other times."""
    alone = [sample(replace(one.slot), [1.0] * 4) for one in block(0, 1.96)[:2]]
    assert all(map(math.isnan, concurrency([alone])))
