from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from gilometer.analysis import analyse
from gilometer.analysis.diff import Run, diff
from gilometer.analysis.observations import (
    COLUMNS,
    SPEED,
    TIME,
    ObservedValues,
    Range,
    estimates,
    observations,
    observed_by_cell,
    p_of_all_or_none,
)
from gilometer.model import Cell, Finished, Outcome, Role, Slot
from tests.records import SERIAL, THREADS, World, failed, interpreter, manifest, plan, run, sample, work

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from gilometer.model import Entry, Sample

CONVOY = Cell("cpython-3.13", "", "convoy", SERIAL, 1)
LOST = Cell("cpython-3.13", "", "lost_updates", THREADS, 2)


def told(cell: Cell, block: int, *seen: tuple[str, str, Sequence[float]]) -> Sample:
    """Make an invocation of two iterations, of 2 passes of 64 units each."""
    things = [{"what": what, "unit": unit, "values": list(values)} for what, unit, values in seen]
    return sample(Slot(block, cell), [0.1, 0.1], observations=things)


def row(entries: Sequence[Entry], cell: Cell) -> dict[Hashable, Any]:
    (found,) = observations((cell,), observed_by_cell(entries)).to_dict("records")
    return found


def test_an_invocation_counts_as_one_value_the_mean_over_its_iterations():
    values = ([4.0, 6.0], [5.0, 7.0], [3.0, 5.0])
    found = row([told(CONVOY, block, ("delay", "ms", own)) for block, own in enumerate(values)], CONVOY)
    assert list(found) == list(COLUMNS)
    assert (found["value"], found["unit"]) == (5.0, "ms")
    assert (found["invocations"], found["iterations"]) == (3, 6)
    assert found["low"] == pytest.approx(5 - 4.303 / math.sqrt(3), abs=1e-3)
    assert found["high"] == pytest.approx(5 + 4.303 / math.sqrt(3), abs=1e-3)


def test_under_three_invocations_there_is_no_interval():
    found = row([told(CONVOY, block, ("delay", "ms", [5.0])) for block in range(2)], CONVOY)
    assert found["value"] == 5.0
    assert np.isnan([found["low"], found["high"]]).all()


def test_things_keep_the_order_in_which_a_workload_tells_them():
    entries = [told(CONVOY, 0, ("b", "ms", [1.0]), ("a", "ms", [2.0]))]
    assert observations((CONVOY,), observed_by_cell(entries))["what"].to_list() == ["b", "a"]


@pytest.mark.parametrize(
    ("unit", "value", "low", "high"),
    [
        # 768 units were done, each with finalisers of its own: 1 - 0.025 ** (1 / 768) is 0.0048.
        ("share run", 0.0, 0.0, 0.0048),
        ("share run", 1.0, 0.9952, 1.0),
        # Updates are lost by process, and there were three: 1 - 0.025 ** (1 / 3) is 0.7076.
        ("share", 0.0, 0.0, 0.7076),
        ("share", 1.0, 0.2924, 1.0),
    ],
)
def test_what_happened_always_or_never_is_bounded_by_how_often_it_could_have_been_otherwise(
    unit, value, low, high
):
    entries = [told(LOST, block, ("counter lost", unit, [value] * 2)) for block in range(3)]
    found = row(entries, LOST)
    assert (found["low"], found["high"]) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_is_from_0_to_1_and_so_is_its_interval():
    entries = [
        told(LOST, block, ("counter lost", "share", [share])) for block, share in enumerate((0, 0.5, 1))
    ]
    assert (row(entries, LOST)["low"], row(entries, LOST)["high"]) == (0.0, 1.0)


def test_a_time_is_not_below_0():
    entries = [told(CONVOY, block, ("delay", "ms", [value])) for block, value in enumerate((0.1, 0.2, 20.0))]
    assert row(entries, CONVOY)["low"] == 0.0


def test_a_speed_may_be_above_1_but_not_below_0():
    entries = [told(LOST, block, ("sleep", SPEED, [share])) for block, share in enumerate((0.1, 0.5, 1.4))]
    found = row(entries, LOST)
    assert found["low"] == 0.0
    assert found["high"] > 1.4


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_the_time_is_no_count_either(share):
    entries = [told(LOST, block, ("at once", TIME, [share])) for block in range(3)]
    found = row(entries, LOST)
    assert (found["low"], found["high"]) == (share, share)


def test_a_share_of_the_time_ends_at_0_and_1():
    entries = [told(LOST, block, ("at once", TIME, [share])) for block, share in enumerate((0.1, 0.5, 1.0))]
    found = row(entries, LOST)
    assert (found["low"], found["high"]) == (0.0, 1.0)


def test_a_speed_of_nothing_at_all_is_no_count():
    entries = [told(LOST, block, ("json", SPEED, [0.0])) for block in range(3)]
    assert (row(entries, LOST)["low"], row(entries, LOST)["high"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    "silent",
    [
        failed(Slot(3, CONVOY), Outcome.CRASHED, "SIGSEGV"),
        replace(told(CONVOY, 3, ("delay", "ms", [9.0])), outcome=Outcome.GARBLED),
        replace(told(CONVOY, 3, ("delay", "ms", [9.0])), slot=Slot(3, CONVOY, Role.TWIN)),
        told(CONVOY, 3),
        told(CONVOY, 3, ("delay", "ms", [])),
        Finished(3, ""),
    ],
    ids=["crashed", "garbled", "twin", "silent", "empty", "no sample"],
)
def test_what_tells_nothing_counts_for_nothing(silent):
    entries = [told(CONVOY, block, ("delay", "ms", [5.0])) for block in range(3)]
    assert row([*entries, silent], CONVOY)["invocations"] == 3


def test_what_no_iteration_told_is_not_there():
    assert observations((CONVOY,), observed_by_cell([told(CONVOY, 0, ("delay", "ms", []))])).empty


def test_a_run_without_observations_has_the_columns():
    assert list(observations((), observed_by_cell([])).columns) == list(COLUMNS)
    assert estimates([]).mean.size == 0


def test_a_difference_is_taken_within_invocations_and_may_be_negative():
    entries = [
        told(CONVOY, block, ("beside", "ms", [alone + 1]), ("alone", "ms", [alone]))
        for block, alone in enumerate((0.1, 3.0, 70.0))
    ]
    own = observed_by_cell(entries)[CONVOY]
    more, less = own["beside"].minus(own["alone"]), own["alone"].minus(own["beside"])
    assert more.means == pytest.approx([1.0] * 3)
    assert less.means == pytest.approx([-1.0] * 3)
    assert less.within == Range()


def seen(value: float, trials: int) -> ObservedValues:
    return ObservedValues("lost", "share", np.full(3, value), 3, trials, Range(0.0, 1.0))


def test_how_surprising_it_is_to_see_none_or_all():
    assert p_of_all_or_none(seen(0.0, 300), 0.01, "less") == pytest.approx(0.99**300)
    assert p_of_all_or_none(seen(0.0, 300), 0.01, "greater") == 1.0
    assert p_of_all_or_none(seen(1.0, 300), 0.99, "greater") == pytest.approx(0.99**300)
    assert p_of_all_or_none(seen(0.0, 300), 7.0, "less") == 0.0


OF = plan(
    [interpreter("cpython-3.13"), interpreter("pypy-3.11")],
    [work("fib"), work("lost_updates", "semantics", (SERIAL, THREADS))],
)


def test_the_exact_bound_holds_where_it_says_so():
    draw = np.random.default_rng(1)
    share, trials = 0.004, 600
    never = draw.binomial(trials, share, size=4000) == 0
    high = float(estimates([seen(0.0, trials)]).high[0])
    assert high > share
    assert never.mean() > 0.05, "a share that is seen in none of the trials often enough is within the bound"
    far = 0.0065
    assert high < far
    assert (draw.binomial(trials, far, size=4000) == 0).mean() < 0.025


def test_no_time_is_asked_of_what_is_observed():
    analysis = analyse(manifest(OF), run(OF, World(observed=lambda _: {("lost", "share"): 0.2}), 3))
    rows = analysis.summary.query("workload == 'lost_updates'")
    assert rows["outcome"].unique().tolist() == ["ok"]
    assert rows[["wall_s", "speedup", "capacity", "efficiency", "effective_cores"]].isna().to_numpy()[1].all()
    assert "semantics" not in set(analysis.means["kind"])
    assert len(analysis.observations.query("workload == 'lost_updates'")) == 4


def test_two_runs_are_not_compared_by_the_times_of_what_is_observed():
    one, other = (Run(manifest(replace(OF, seed=seed)), list(run(OF, World(), 3))) for seed in (1, 2))
    found = diff(one, other)
    assert set(found.figures["workload"]) == {"fib"}
    assert found.refused.empty
