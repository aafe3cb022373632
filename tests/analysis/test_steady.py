from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilometer.analysis.steady import FEWEST_ITERATIONS, SteadyState, classify, state_of_cell
from gilometer.stats.ragged import Ragged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TICK_S = 1e-7
PROOF = Path(__file__).parents[2] / "benchmarks" / "proof_steady_state.py"


def one(walls: Sequence[float], tick_s: float = TICK_S) -> tuple[str, int]:
    """Classify an invocation; give its class, and the first iteration that counts."""
    classified = classify(
        Ragged(np.asarray([len(walls)]), np.asarray(walls, dtype=float)), np.asarray([tick_s])
    )
    return classified.states[0], int(classified.starts[0])


def noisy(levels: Iterable[float]) -> list[float]:
    """Add 1% of noise."""
    draw = random.Random(7)  # noqa: S311  for noise, not for secrets
    return [level * draw.lognormvariate(0, 0.01) for level in levels]


def test_the_same_time_over_and_over_is_flat():
    assert one(noisy([1.0] * 30)) == ("flat", 0)


def test_what_gets_faster_and_stays_so_has_warmed_up():
    assert one(noisy([5.0] * 3 + [1.0] * 27)) == ("warmup", 3)


def test_each_stage_of_a_warm_up_is_left_out():
    assert one(noisy([5.0] * 3 + [2.0] * 5 + [1.3] * 4 + [1.0] * 18)) == ("warmup", 12)


def test_a_slow_first_iteration_is_a_warm_up():
    assert one(noisy([2.0] + [1.0] * 29)) == ("warmup", 1)


def test_what_was_faster_once_has_slowed_down():
    assert one(noisy([1.0] * 10 + [1.3] * 20)) == ("slowdown", 10)


def test_a_warm_up_that_is_lost_again_is_a_slowdown():
    assert one(noisy([5.0] + [1.0] * 10 + [1.3] * 19)) == ("slowdown", 11)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_change_in_the_last_quarter_leaves_no_steady_state(factor):
    assert one(noisy([1.0] * 24 + [factor] * 6)) == ("no steady state", 30)


def test_a_steady_state_must_hold_for_a_quarter():
    assert one([2.0] * 14 + [1.0] * 6) == ("warmup", 14)
    assert one([2.0] * 15 + [1.0] * 5) == ("no steady state", 20)


@pytest.mark.parametrize("factor", [1 / 3, 3.0])
@pytest.mark.parametrize("length", [20, 30, 120])
def test_a_slope_has_no_steady_state(factor, length):
    assert one(noisy(np.geomspace(1.0, factor, length))) == ("no steady state", length)


def test_what_falls_by_ever_less_warms_up():
    state, start = one(noisy(1 + 4 * np.exp(-np.arange(40) / 4)))
    assert state == "warmup"
    assert 10 < start < 25


def test_turns_of_fast_and_slow_have_no_steady_state():
    assert one(noisy([1.0, 1.0, 1.0, 1.0, 1.5, 1.5, 1.5, 1.5] * 5))[0] == "no steady state"


def test_a_difference_within_the_margin_is_none():
    assert one([1.04] * 15 + [1.0] * 15) == ("flat", 0)
    assert one([1.06] * 15 + [1.0] * 15) == ("warmup", 15)


@pytest.mark.parametrize("at", [1, 2, 9, 20, 28, 29])
def test_one_slow_iteration_is_an_outlier(at):
    walls = noisy([1.0] * 30)
    walls[at] *= 4
    assert one(walls) == ("flat", 0)


@pytest.mark.parametrize("at", [5, 14, 28])
def test_two_slow_iterations_are_outliers(at):
    walls = noisy([1.0] * 30)
    walls[at] *= 4
    walls[at + 1] *= 3
    assert one(walls) == ("flat", 0)


def test_pauses_of_a_collector_are_outliers():
    walls = noisy([1.0] * 40)
    walls[4::6] = [wall * 1.6 for wall in walls[4::6]]
    assert one(walls) == ("flat", 0)


def test_a_slow_iteration_in_a_warm_up_changes_nothing():
    walls = noisy([5.0] * 4 + [1.0] * 26)
    walls[15] *= 3
    assert one(walls) == ("warmup", 4)


def test_too_few_iterations_are_not_classed():
    walls = [5.0] * 2 + [1.0] * (FEWEST_ITERATIONS - 2)
    assert one(walls) == ("warmup", 2)
    assert one(walls[:-1]) == ("", (FEWEST_ITERATIONS - 1) // 2)
    assert one([]) == ("", 0)


def test_all_equal_times_are_flat():
    assert one([0.25] * 20) == ("flat", 0)


def test_times_of_nothing_are_flat():
    assert one([0.0] * 20) == ("flat", 0)
    assert one([0.0] * 20, tick_s=0.0) == ("flat", 0)


def test_what_differs_by_a_tick_does_not_differ():
    coarse = [0.02] * 12 + [0.03] * 12
    assert one(coarse, tick_s=0.015) == ("flat", 0)
    assert one(coarse, tick_s=0.001) == ("slowdown", 12)


def test_times_that_a_coarse_clock_rounds_are_flat():
    draw = random.Random(3)  # noqa: S311  for noise, not for secrets
    assert one([draw.choice([0.0, 0.015]) for _ in range(40)], tick_s=0.015) == ("flat", 0)


def test_invocations_of_any_length_are_judged_on_their_own():
    runs = [[5.0] * 4 + [1.0] * 20, [1.0] * 3, [1.0] * 30, [], [2.0] * 12 + [1.0] * 12]
    joined = Ragged(np.asarray([len(run) for run in runs]), np.concatenate([np.asarray(run) for run in runs]))
    classified = classify(joined, np.full(len(runs), TICK_S))
    assert classified.states.tolist() == ["warmup", "", "flat", "", "warmup"]
    assert classified.starts.tolist() == [4, 1, 0, 0, 12]


times = st.lists(st.floats(0, 1e6), min_size=FEWEST_ITERATIONS, max_size=40)


@given(times, st.floats(0, 1e3))
def test_any_durations_have_a_class_and_a_start(walls, tick_s):
    state, start = one(walls, tick_s)
    assert state in {"flat", "warmup", "slowdown", "no steady state"}
    assert (start == 0) == (state == "flat")
    assert (start == len(walls)) == (state == "no steady state")


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e3])
def test_the_unit_of_time_is_of_no_account(unit):
    walls = noisy([3.0] * 5 + [1.0] * 25)
    assert one([wall * unit for wall in walls], TICK_S * unit) == ("warmup", 5)


@pytest.mark.parametrize(
    ("states", "of_all"),
    [
        ([], ""),
        (["", ""], ""),
        (["flat", "", "flat"], "flat"),
        (["warmup", "flat"], "inconsistent"),
        (["no steady state", "warmup", "warmup"], "inconsistent"),
        (["no steady state", "warmup"], "no steady state"),
        (["no steady state", "", "", "flat", "no steady state"], "no steady state"),
    ],
)
def test_a_cell_is_what_its_invocations_agree_on(states, of_all):
    assert state_of_cell(states) is SteadyState(of_all)


def test_synthetic_series_of_every_class_are_classed_right(monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location(PROOF.stem, PROOF)
    assert spec is not None
    assert spec.loader is not None
    proof = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, PROOF.stem, proof)
    spec.loader.exec_module(proof)
    assert proof.main(60)
    assert "is met" in capsys.readouterr().out
