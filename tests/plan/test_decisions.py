"""The planner's decisions: those of the verdicts, but surer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from gilometer.analysis.claims.decision import QValues
from gilometer.analysis.claims.hypotheses import RatioHypothesis
from gilometer.analysis.claims.p_values import bounded_by_cores, p_values
from gilometer.analysis.claims.ratio_test import RatioTest
from gilometer.analysis.claims.run_data import CellSummary
from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import Aim, Alternative, Cell, Rank, Strategy
from gilometer.plan.decisions import FEWEST_TO_DECIDE, MANY, MOST, SURE, Grounds, band, blocks_missing, decide
from gilometer.stats.equivalence import MARGIN, MOST_PER_WORKER, bounds
from gilometer.stats.intervals import typical_ratios
from gilometer.stats.running import RunningMean
from gilometer.stats.significance import FALSE_DISCOVERIES

OVER = Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1)
UNDER = Cell("cpython-3.13", "", "fib", Strategy.THREADS, 2)
WORDS = {Verdict.HOLDS: True, Verdict.REFUTED: False, Verdict.NOT_ESTABLISHED: None}


def aim(
    alternative: Alternative, *, margin: float = MARGIN, is_bounded: bool = False, under: Cell = UNDER
) -> Aim:
    return Aim(Rank.HEADLINE, "C2", OVER, under, alternative, margin, is_bounded=is_bounded)


def running(logs) -> RunningMean:
    found = RunningMean()
    for log in logs:
        found.add(log)
    return found


def around(ratio: float, spread: float = 0.001, blocks: int = 5) -> RunningMean:
    """Blocks that gave a ratio, give or take so much."""
    return running(math.log(ratio) + spread * (place - (blocks - 1) / 2) for place in range(blocks))


QUIET = around(1.0, 0.0005)
AMPLE = around(1.9)
"""Capacity."""
UNKNOWN = running(())
"""The concurrency of an interpreter without a CPU clock."""
NONE_AT_ONCE, AT_ONCE = around(1.0, 0.002), around(1.8, 0.02)
"""Concurrency: cores over those of serial."""


def alternative_of(
    asked: Aim,
    ratio: RunningMean,
    noise: RunningMean = QUIET,
    capacity: RunningMean | None = AMPLE,
    concurrency: RunningMean = UNKNOWN,
):
    return decide(asked, Grounds(ratio, noise, capacity, concurrency))


@pytest.mark.parametrize(
    ("alternative", "ratio", "found"),
    [
        (Alternative.ABOVE, 2.0, Alternative.ABOVE),
        (Alternative.ABOVE, 1.0, Alternative.NOT_ABOVE),
        (Alternative.NOT_ABOVE, 1.0, Alternative.NOT_ABOVE),
        (Alternative.NOT_ABOVE, 2.0, Alternative.ABOVE),
        (Alternative.BELOW, 0.5, Alternative.BELOW),
        (Alternative.NOT_BELOW, 0.5, Alternative.BELOW),
        (Alternative.NOT_BELOW, 1.0, Alternative.NOT_BELOW),
        (Alternative.EQUAL, 1.0, Alternative.EQUAL),
        (Alternative.EQUAL, 0.5, Alternative.UNEQUAL),
        (Alternative.UNEQUAL, 2.0, Alternative.UNEQUAL),
        (Alternative.UNEQUAL, 1.0, Alternative.EQUAL),
    ],
)
def test_where_a_ratio_stands_clearly_is_decided(alternative, ratio, found):
    assert alternative_of(aim(alternative), around(ratio)) is found


@pytest.mark.parametrize("alternative", Alternative)
def test_what_lies_on_an_edge_is_not(alternative):
    for ratio in (MARGIN, 1 / MARGIN):
        edgewise = (
            {Alternative.ABOVE, Alternative.NOT_ABOVE}
            if ratio > 1
            else {Alternative.BELOW, Alternative.NOT_BELOW}
        )
        if alternative in edgewise | {Alternative.EQUAL, Alternative.UNEQUAL}:
            assert alternative_of(aim(alternative), around(ratio)) is None


@pytest.mark.parametrize("blocks", range(5))
def test_a_few_blocks_never_decide_however_much_they_agree(blocks):
    decided = alternative_of(aim(Alternative.ABOVE), running([math.log(2)] * blocks))
    assert decided is (Alternative.ABOVE if blocks >= FEWEST_TO_DECIDE else None)
    with_few_twins = alternative_of(aim(Alternative.ABOVE), around(2.0), running([0.0] * blocks))
    assert with_few_twins is (Alternative.ABOVE if blocks >= FEWEST_TO_DECIDE else None)


@pytest.mark.parametrize(("errors", "found"), [(3, None), (6, None), (12, Alternative.ABOVE)])
def test_it_is_looked_at_often_so_it_must_be_surer_than_an_interval(errors, found):
    """Of three blocks, a 95% interval reaches 4.3 standard errors, and it is sure beyond 9.9."""
    assert alternative_of(aim(Alternative.ABOVE), _errors_from_the_edge(errors)) is found


def _errors_from_the_edge(errors: float, spread: float = 0.01) -> RunningMean:
    return around(math.exp(math.log(MARGIN) + errors * spread / math.sqrt(3)), spread, blocks=3)


def test_the_noise_of_a_cell_beside_itself_moves_the_edges():
    gain = around(1.2)
    assert alternative_of(aim(Alternative.ABOVE), gain) is Alternative.ABOVE
    assert alternative_of(aim(Alternative.ABOVE), gain, noise=around(1.0, 0.2)) is None


def test_where_noise_is_beyond_the_square_of_the_margin_nothing_is_equal():
    assert alternative_of(aim(Alternative.EQUAL), around(1.0)) is Alternative.EQUAL
    assert alternative_of(aim(Alternative.EQUAL), around(1.0), noise=around(MARGIN**2.1)) is None


def test_equal_needs_both_edges():
    spread = 0.006
    assert alternative_of(aim(Alternative.EQUAL), around(1.0, spread)) is Alternative.EQUAL
    for ratio in (1.04, 1 / 1.04):
        assert alternative_of(aim(Alternative.EQUAL), around(ratio, spread)) is None


# --- what the machine could have given --------------------------------------------------------


@pytest.mark.parametrize(
    "capacity", [None, around(1.9, blocks=FEWEST_TO_DECIDE - 1), around(1.0), around(1.2, 0.2)]
)
def test_no_faster_says_nothing_where_there_was_not_shown_to_be_more(capacity):
    asked = aim(Alternative.NOT_ABOVE, is_bounded=True)
    assert alternative_of(asked, around(1.0)) is Alternative.NOT_ABOVE
    assert alternative_of(asked, around(1.0), capacity=capacity) is None


def test_slower_says_something_all_the_same():
    asked = aim(Alternative.NOT_ABOVE, is_bounded=True)
    assert alternative_of(asked, around(0.5), capacity=None) is Alternative.NOT_ABOVE


def test_capacity_bounds_nothing_but_speedups_over_serial():
    assert alternative_of(aim(Alternative.NOT_ABOVE), around(1.0), capacity=None) is Alternative.NOT_ABOVE


def test_more_than_half_as_much_again_for_each_worker_is_never_believed():
    too_much = around(2 * MOST_PER_WORKER + 0.1)
    assert alternative_of(aim(Alternative.ABOVE, is_bounded=True), too_much) is None
    assert alternative_of(aim(Alternative.NOT_ABOVE, is_bounded=True), too_much) is None
    assert alternative_of(aim(Alternative.ABOVE), too_much) is Alternative.ABOVE
    assert (
        alternative_of(aim(Alternative.ABOVE, is_bounded=True), around(2 * MOST_PER_WORKER - 0.1))
        is Alternative.ABOVE
    )


def test_a_worker_of_hybrid_is_two():
    hybrid = Cell("cpython-3.13", "", "fib", Strategy.HYBRID, 2)
    asked = aim(Alternative.ABOVE, is_bounded=True, under=hybrid)
    assert alternative_of(asked, around(2 * MOST_PER_WORKER + 0.1)) is Alternative.ABOVE


# --- cores, which bound what running at once can gain -------------------------------------------


def speedup_of(ratio: RunningMean, concurrency: RunningMean, capacity: RunningMean | None = AMPLE):
    asked = aim(Alternative.ABOVE, is_bounded=True)
    return alternative_of(asked, ratio, capacity=capacity, concurrency=concurrency)


def test_what_had_the_cores_of_serial_gained_nothing_however_noisy_its_times():
    noisy = around(1.0, 0.1)
    assert speedup_of(noisy, UNKNOWN) is None
    assert speedup_of(noisy, NONE_AT_ONCE) is Alternative.NOT_ABOVE
    assert speedup_of(noisy, AT_ONCE) is None


def test_a_gain_without_concurrency_is_no_gain_of_threads():
    gain = around(1.5)
    assert speedup_of(gain, AT_ONCE) is Alternative.ABOVE
    assert speedup_of(gain, UNKNOWN) is Alternative.ABOVE
    assert speedup_of(gain, NONE_AT_ONCE) is None


def test_concurrency_alone_is_no_gain():
    assert speedup_of(around(0.7), AT_ONCE) is Alternative.NOT_ABOVE


def test_no_concurrency_says_nothing_where_the_machine_had_no_core_more():
    assert speedup_of(around(1.0, 0.1), NONE_AT_ONCE, capacity=around(1.0)) is None
    assert speedup_of(around(1.0, 0.1), NONE_AT_ONCE, capacity=None) is None


@pytest.mark.parametrize(
    "concurrency",
    [around(1.0, 0.002, blocks=FEWEST_TO_DECIDE - 1), around(1.0, 0.1), around(MARGIN), around(1.02, 0.01)],
    ids=["few", "wide", "on the margin", "near it"],
)
def test_it_must_be_as_sure_as_a_ratio_of_times(concurrency):
    assert speedup_of(around(1.0, 0.1), concurrency) is None


def test_cores_tell_nothing_of_what_is_not_compared_with_serial():
    asked = aim(Alternative.ABOVE)
    assert alternative_of(asked, around(1.5), concurrency=NONE_AT_ONCE) is Alternative.ABOVE
    assert alternative_of(asked, around(1.0, 0.1), concurrency=NONE_AT_ONCE) is None


def test_fewer_blocks_are_missing_where_cores_tell():
    asked = aim(Alternative.NOT_ABOVE, is_bounded=True)
    noisy = around(1.0, 0.1, blocks=3)
    with_cores, without = (
        blocks_missing(asked, Grounds(noisy, QUIET, None, concurrency))
        for concurrency in (around(1.0, 0.003, blocks=3), UNKNOWN)
    )
    assert with_cores == 1
    assert without > with_cores


# --- as a report has it -----------------------------------------------------------------------


def test_the_band_is_that_of_a_report():
    for logs in ([0.02], [0.02, -0.01], [0.03, 0.01, 0.05], [0.01, -0.02, 0.03, 0.0, -0.01, 0.02, 0.3]):
        found = typical_ratios(np.asarray([logs]).T)
        ends = (found.mean[0], found.low[0], found.high[0])
        reported = math.exp(max(abs(math.log(end)) for end in ends if not math.isnan(end)))
        assert band(running(logs)) == pytest.approx(reported)


@dataclass(frozen=True)
class Seen:
    """The logarithms of some blocks, and the controls beside them."""

    ratio: list[float]
    concurrency: list[float]
    noise: RunningMean
    capacity: RunningMean


def verdict(asked: Aim, seen: Seen) -> Verdict:
    """What a report says, if all that it asks were as surprising as it must be to be sure."""
    logs, cores = (np.asarray([each]).T for each in (seen.ratio, seen.concurrency))
    capacity = seen.capacity
    chance = p_values(logs, [asked.margin])
    if Alternative.NOT_ABOVE in {asked.alternative, asked.alternative.contrary}:
        chance = bounded_by_cores(chance, cores, [asked.margin])
    p, contrary_p = (
        chance.of(alternative, 0)
        / (2 if alternative is Alternative.UNEQUAL else 1)  # a report looks at either side
        for alternative in (asked.alternative, asked.alternative.contrary)
    )
    tested = RatioTest(
        hypothesis=RatioHypothesis(
            asked.under, asked.alternative, asked.margin, np.asarray(seen.ratio), asked.is_bounded
        ),
        ratio=typical_ratios(logs).of(0),
        blocks=len(logs),
        fewest_blocks=FEWEST_TO_DECIDE,
        band=band(seen.noise),
        bounds=bounds(asked.margin, band(seen.noise)),
        p=p,
        contrary_p=contrary_p,
        concurrency=typical_ratios(cores).of(0),
        summary=CellSummary("ok", "", "flat", 0.1, math.exp(capacity.mean), math.exp(capacity.interval.low)),
    )
    stricter = FALSE_DISCOVERIES / SURE
    return tested.result(QValues(p * stricter, contrary_p * stricter)).verdict


def test_what_is_decided_is_what_a_report_would_say():
    draw = np.random.default_rng(20)
    said = set()
    for alternative, mean, spread, at_once, blocks in product(
        Alternative,
        (-0.5, -0.15, -0.03, 0.0, 0.03, 0.15, 0.5, 1.3),
        (0.005, 0.03, 0.1),
        (0.0, 0.04, 0.5),
        (3, 8),
    ):
        seen = Seen(
            ratio=draw.normal(mean, spread, blocks).tolist(),
            concurrency=draw.normal(at_once, 0.01, blocks).tolist(),
            noise=running(draw.normal(0, spread, blocks)),
            capacity=running(draw.normal(draw.choice([0.0, 0.6]), spread, blocks)),
        )
        asked = aim(alternative, is_bounded=True)
        grounds = Grounds(running(seen.ratio), seen.noise, seen.capacity, running(seen.concurrency))
        found = decide(asked, grounds)
        decided = None if found is None else found is alternative
        assert decided is WORDS[verdict(asked, seen)]
        said.add((alternative, decided))
    assert said >= set(
        product(set(Alternative) - {Alternative.EQUAL, Alternative.UNEQUAL}, (True, False, None))
    )
    assert said >= {(Alternative.EQUAL, False), (Alternative.EQUAL, None)}


# --- how many more blocks -----------------------------------------------------------------------


def missing(ratio: RunningMean) -> int:
    return blocks_missing(aim(Alternative.ABOVE), Grounds(ratio, QUIET, None, UNKNOWN))


def test_until_there_is_an_interval_one_more_than_it_takes_is_missing():
    assert [missing(running([0.1] * blocks)) for blocks in range(FEWEST_TO_DECIDE)] == [
        FEWEST_TO_DECIDE + 1 - blocks for blocks in range(FEWEST_TO_DECIDE)
    ]


def test_the_nearer_to_an_edge_and_the_wider_spread_the_more_are_missing():
    assert missing(around(2.0)) == 1
    near, nearer = missing(around(1.11, 0.03, 4)), missing(around(1.1, 0.03, 4))
    assert 1 < near < nearer
    assert near < missing(around(1.11, 0.035, 4))


@pytest.mark.parametrize("blocks", [FEWEST_TO_DECIDE, 8, MANY - 1])
def test_on_an_edge_all_are_missing_until_others_go_first(blocks):
    assert missing(around(MARGIN, 0.02, blocks)) == MANY - blocks


@pytest.mark.parametrize("blocks", [MANY, MOST, MOST + 3])
def test_and_then_all_that_it_can_have_and_always_one(blocks):
    assert missing(around(MARGIN, 0.02, blocks)) == max(1, MOST - blocks)
