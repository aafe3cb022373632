from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.analysis import Analysis, analyse
from gilometer.model import Cell, Outcome, Role, Sample, Slot
from tests.records import SERIAL, THREADS, failed, interpreter, manifest, plan, sample, work

PLAN = plan([interpreter("cpython-3.13")], [work("http_api", "io")])
ALONE = Cell("cpython-3.13", "", "http_api", SERIAL, 1)
THREADED = Cell("cpython-3.13", "", "http_api", THREADS, 2)


def served(slot: Slot, services_cpu_s: float) -> Sample:
    """Make a sample whose iterations took 0.4 s in all."""
    return replace(sample(slot, [0.1, 0.1, 0.2]), services_cpu_s=services_cpu_s)


def found(*samples: Sample) -> Analysis:
    return analyse(manifest(PLAN), samples)


def test_servers_are_busy_that_used_more_than_half_of_a_core_while_work_was_timed():
    busy = found(served(Slot(0, ALONE), 0.19), served(Slot(0, THREADED), 0.3)).busy_services
    (row,) = busy.to_dict("records")
    assert (row["interpreter"], row["workload"], row["strategy"]) == ("cpython-3.13", "http_api", "threads")
    assert row["cores"] == pytest.approx(0.75)


def test_what_counts_is_the_median_of_a_cell_s_own_invocations_that_were_ok():
    used = [0.0, 0.3, 0.32]
    samples = [served(Slot(block, THREADED), each) for block, each in enumerate(used)]
    samples += [served(Slot(block, ALONE, Role.CAPACITY, 2), 0.8) for block in range(3)]
    samples += [replace(failed(Slot(3, THREADED), Outcome.CRASHED, "gone"), services_cpu_s=9.0)]
    busy = found(*samples).busy_services
    assert busy["cores"].to_list() == pytest.approx([0.75])


def test_the_busiest_comes_first():
    busy = found(served(Slot(0, ALONE), 0.24), served(Slot(0, THREADED), 0.4)).busy_services
    assert busy["strategy"].to_list() == ["threads", "serial"]


def test_work_without_servers_has_none_that_are_busy():
    assert found(sample(Slot(0, ALONE), [0.1])).busy_services.empty


def test_the_summary_has_what_they_used_in_an_invocation():
    summary = found(*(served(Slot(block, ALONE), 0.1 * block) for block in range(3))).summary
    assert summary.set_index("strategy").loc["serial", "services_cpu_s"] == pytest.approx(0.1)
