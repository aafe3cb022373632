from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.analysis import analyse
from gilometer.analysis.timeline import COLUMNS, timeline
from gilometer.model import Cell, Finished, Outcome, Role, Slot
from tests.records import SERIAL, THREADS, World, failed, interpreter, manifest, plan, run, sample, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Sample

TURNS = Cell("cpython-3.13", "", "turns", THREADS, 2)
IN_TURN = ((1, 0.005, 0.01), (0, 0.0, 0.005), (0, 0.01, 0.015))
"""List the worker, start and end of spans."""


def told(
    shares: Sequence[float],
    block: int = 0,
    cell: Cell = TURNS,
    spans: Sequence[tuple[int, float, float]] = IN_TURN,
) -> Sample:
    """Make an invocation that observed these shares at once, one for each iteration."""
    seen = [
        {"what": what, "unit": "share of the time", "values": values}
        for what, values in (("at once", list(shares)), ("nobody", [0.25] * len(shares)))
    ]
    ran = [{"worker": who, "start_s": start, "end_s": end} for who, start, end in spans]
    return sample(Slot(block, cell), [0.1] * len(shares), observations=seen, spans=ran)


def test_each_span_is_a_row_by_worker_and_time():
    found = timeline([told([0.5, 0.02])])
    assert tuple(found.columns) == COLUMNS
    assert found[["worker", "start_s", "end_s"]].to_numpy().tolist() == [
        [0, 0.0, 0.005],
        [0, 0.01, 0.015],
        [1, 0.005, 0.01],
    ]
    assert set(found["nobody"]) == {0.25}
    assert set(found["at_once"]) == {0.02}, "the spans are of the last iteration, and so is the share"


@pytest.mark.parametrize(("shares", "block"), [((0.9, 0.1, 0.4), 2), ((0.9, 0.1, 0.4, 0.3), 3), ((0.7,), 0)])
def test_the_invocation_in_the_middle_stands_for_all(shares, block):
    found = timeline([told([share], number) for number, share in enumerate(shares)])
    assert set(found["block"]) == {block}


def test_the_fewest_workers_that_are_several_are_shown():
    alone, many = (replace(TURNS, workers=workers) for workers in (1, 4))
    entries = [told([0.3], cell=many), told([0.0], cell=alone), told([0.2], block=1), told([0.1], cell=many)]
    found = timeline(entries)
    assert (set(found["workers"]), set(found["at_once"])) == ({2}, {0.2})


def test_each_interpreter_and_workload_has_its_own():
    others = [replace(TURNS, variant="+gil"), replace(TURNS, interpreter="b-1"), replace(TURNS, workload="c")]
    found = timeline([told([0.1], cell=cell) for cell in (TURNS, *others)])
    assert len(found.groupby(["interpreter", "variant", "workload"])) == 4


@pytest.mark.parametrize(
    "silent",
    [
        failed(Slot(0, TURNS), Outcome.CRASHED, "SIGSEGV"),
        replace(told([0.1]), outcome=Outcome.GARBLED),
        replace(told([0.1]), slot=Slot(0, TURNS, Role.TWIN)),
        told([0.1], spans=()),
        sample(Slot(0, TURNS), [0.1], spans=[{"worker": 0, "start_s": 0.0, "end_s": 0.1}]),
        Finished(3, ""),
    ],
    ids=["crashed", "garbled", "twin", "no spans", "no share", "no sample"],
)
def test_what_tells_nothing_is_not_shown(silent):
    assert timeline([silent]).empty
    assert tuple(timeline([silent]).columns) == COLUMNS


def test_an_analysis_has_the_timeline_of_its_run():
    of = plan([interpreter("cpython-3.13")], [work("turns", "semantics", (SERIAL, THREADS))])
    shares = {("at once", "share of the time"): 0.0, ("nobody", "share of the time"): 0.0}
    world = World(observed=lambda _: shares, spans=lambda _: IN_TURN[1:2])
    found = analyse(manifest(of), run(of, world, 3)).timeline
    assert found[["workload", "workers", "at_once", "end_s"]].to_numpy().tolist() == [
        ["turns", 2, 0.0, 0.005]
    ]
