from __future__ import annotations

import msgspec
import numpy as np
import pytest

from gilometer.analysis.frames import gather
from gilometer.analysis.resolution import FEWEST_TICKS, resolved, tick_lengths, ticks
from gilometer.model import Cell, Clock, Outcome, Role, Slot
from gilometer.stats.equivalence import MARGIN
from tests.records import SERIAL, THREADS, failed, interpreter, plan, sample, work

TICK_S = 0.01
PLAN = plan([interpreter("cpython-3.13")], [work("fib")])
COARSE = msgspec.structs.replace(
    PLAN,
    interpreters=tuple(
        msgspec.structs.replace(one, facts=msgspec.structs.replace(one.facts, clock=Clock("time", TICK_S)))
        for one in PLAN.interpreters
    ),
)
FIB = Cell("cpython-3.13", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13", "", "fib", THREADS, 2)


def test_a_tick_of_the_fewest_is_the_margin_of_practical_equivalence():
    assert pytest.approx(MARGIN - 1) == 1 / FEWEST_TICKS


def test_ticks_are_of_the_median_invocation():
    walls = [3, 25, 26]
    evidence = gather(COARSE.cells, [sample(Slot(n, FIB), [TICK_S * wall]) for n, wall in enumerate(walls)])
    found = ticks(COARSE, evidence)
    assert found[0] == pytest.approx(25)
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(("wall", "kept"), [(FEWEST_TICKS - 1, False), (FEWEST_TICKS + 1, True)])
def test_a_cell_is_taken_or_left_as_a_whole(wall, kept):
    """Without the shortest alone, the rest would look slower than they are."""
    entries = [
        sample(Slot(block, FIB, role), [TICK_S * factor * wall] * 2)
        for block, factor in enumerate([0.5, 1, 2])
        for role in (Role.MEASURE, Role.TWIN)
    ]
    entries.append(sample(Slot(0, THREADED), [TICK_S * 100]))
    rows = resolved(COARSE, gather(COARSE.cells, entries)).invocations
    fib = rows[rows["strategy"] == "serial"]
    assert fib["wall_s"].notna().to_list() == fib["effective_cores"].notna().to_list() == [kept] * 6
    assert rows.loc[rows["strategy"] == "threads", "wall_s"].notna().all()


def test_what_was_not_ok_is_not_asked():
    entries = [failed(Slot(0, FIB), Outcome.CRASHED, "boom"), sample(Slot(1, FIB, Role.TWIN), [TICK_S])]
    assert np.isnan(ticks(COARSE, gather(COARSE.cells, entries))).all()


def test_a_stranger_s_clock_is_unknown_and_its_times_stay():
    stranger = Cell("elsewhere-1.0", "", "fib", SERIAL, 1)
    evidence = gather(COARSE.cells, [sample(Slot(0, stranger), [1e-9])])
    assert np.isnan(tick_lengths(COARSE, evidence)[-1])
    assert resolved(COARSE, evidence).invocations["wall_s"].notna().all()


def test_a_clock_without_ticks_resolves_everything():
    clock = Clock("made up", 0.0)
    facts = msgspec.structs.replace(PLAN.interpreters[0].facts, clock=clock)
    of = msgspec.structs.replace(
        PLAN, interpreters=(msgspec.structs.replace(PLAN.interpreters[0], facts=facts),)
    )
    evidence = gather(of.cells, [sample(Slot(0, FIB), [1e-9])])
    assert resolved(of, evidence).invocations["wall_s"].notna().all()
