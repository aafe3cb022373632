from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import curve_fit, least_squares

from gilometer.analysis import analyse
from gilometer.analysis.frames import cell_columns
from gilometer.analysis.grid import Grid
from gilometer.analysis.scaling import KEYS, Terms, expanded_alpha, fit, scaling
from gilometer.model import Outcome, Sample, Strategy
from tests.records import failed, interpreter, plan, work
from tests.scaled import LEVELS, MACHINE, WITH_GIL, WITHOUT, Noise, entries, scaled, six_levels, three_levels

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

WORKERS = np.asarray(LEVELS, dtype=float)
CONTENTION = st.floats(0, 1.5)
COHERENCE = st.just(0.0) | st.floats(1e-9, 0.2)


@given(CONTENTION, COHERENCE)
def test_known_terms_are_found_again(contention, coherence):
    found = fit(WORKERS, np.log(Terms(contention, coherence).speedup(WORKERS)))
    assert found.contention == pytest.approx(contention, abs=1e-9)
    assert found.coherence == pytest.approx(coherence, abs=1e-9)


def test_the_published_example_is_found_again():
    """Data of the R package usl (S. Moeding and N. Gunther, tests/coef.R): both terms are 0.02."""
    load = np.asarray([1, 2, 4, 6, 8, 10], dtype=float)
    throughput = [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557]
    found = fit(load, np.log(throughput))
    assert (found.contention, found.coherence) == pytest.approx((0.02, 0.02), rel=1e-3)
    assert found.peak == pytest.approx(7.0, rel=1e-3)


LOGS = st.lists(st.floats(-1, 2.5), min_size=5, max_size=5).map(np.asarray)


@given(LOGS)
def test_any_fit_is_as_near_as_scipy_s(logs):
    """Least squares of the same deviations, found by another way, with the same bounds."""

    def deviations(terms: NDArray[np.float64], /) -> NDArray[np.float64]:
        deviations: NDArray[np.float64] = np.exp(logs) / Terms(*terms).speedup(WORKERS) - 1
        return deviations

    found = fit(WORKERS, logs)
    other = least_squares(deviations, (0.1, 0.01), bounds=(0, np.inf), xtol=1e-12, ftol=1e-12, gtol=1e-12)
    mine = (deviations(np.asarray([found.contention, found.coherence])) ** 2).sum()
    assert found.contention >= 0
    assert found.coherence >= 0
    assert mine <= 2 * other.cost * (1 + 1e-6) + 1e-9


@given(st.floats(0.01, 0.9), st.floats(0.001, 0.1), st.integers(0, 1000))
def test_little_noise_is_fitted_as_on_a_logarithmic_scale(contention, coherence, seed):
    truth = Terms(contention, coherence).speedup(WORKERS)
    logs = np.log(truth) + np.random.default_rng(seed).normal(0, 0.003, len(WORKERS))

    def law(workers: NDArray[np.float64], *terms: float) -> NDArray[np.float64]:
        logs: NDArray[np.float64] = np.log(Terms(*terms).speedup(workers))
        return logs

    other, _ = curve_fit(law, WORKERS, logs, p0=(contention, coherence), bounds=(0, np.inf))
    found = fit(WORKERS, logs)
    assert np.log(found.speedup(WORKERS)) == pytest.approx(law(WORKERS, *other), abs=1e-3)


def test_levels_that_were_not_measured_count_for_nothing():
    logs = np.log(WITHOUT.speedup(WORKERS))
    some = np.where(WORKERS == 4, np.nan, logs)
    assert fit(WORKERS, some).coherence == pytest.approx(WITHOUT.coherence)


@given(CONTENTION, COHERENCE)
def test_the_peak_is_the_greatest_of_the_law(contention, coherence):
    terms = Terms(contention, coherence)
    workers = np.linspace(1, 200, 20_000)
    if math.isnan(terms.peak):
        assert coherence == 0
        assert (np.diff(terms.speedup(workers)) > 0).all()
    else:
        at_peak = terms.speedup(np.asarray([terms.peak]))[0]
        assert at_peak >= terms.speedup(workers).max() * (1 - 1e-9)


@pytest.mark.parametrize(
    ("terms", "peak"),
    [
        (Terms(0, 0), math.nan),
        (Terms(0.5, 0), math.nan),
        (Terms(0.19, 0.01), 9),
        (Terms(1, 0), 1),
        (Terms(2, 1), 1),
    ],
)
def test_peaks(terms, peak):
    assert terms.peak == pytest.approx(peak, nan_ok=True)


def test_every_curve_of_a_run_has_its_terms():
    _, analysis = six_levels()
    found = analysis.scaling
    assert len(found) == 12, "two strategies of three workloads on two interpreters"
    assert set(found["levels"]) == {6}
    assert set(found["workers"]) == {8}
    one = found.set_index(list(KEYS))["contention"]
    assert one["cpython-3.13", "", "fib", "threads"] == pytest.approx(WITH_GIL.contention, abs=0.03)
    assert one["cpython-3.13t", "", "fib", "threads"] == pytest.approx(WITHOUT.contention, abs=0.03)
    assert one["cpython-3.13t", "", "fib", "processes"] == pytest.approx(MACHINE.contention, abs=0.03)
    assert (found["misfit"] < 1.03).all()


def test_intervals_hold_the_estimate_and_nearly_always_the_truth():
    """Draw 100 interpreters, each with its own serial; 6 to 8 blocks are the fewest of a run."""
    found = scaling(*measured_by_many(interpreters=100, blocks=8, spread=0.02))
    for name, truth in (("contention", WITHOUT.contention), ("coherence", WITHOUT.coherence)):
        low, mean, high = (found[name + end] for end in ("_low", "", "_high"))
        assert (low <= mean).all()
        assert (mean <= high).all()
        assert 0.88 <= ((low <= truth) & (truth <= high)).mean() <= 1


def measured_by_many(interpreters: int, blocks: int, spread: float) -> tuple[pd.DataFrame, Grid]:
    """Make a summary and a grid of threads that scale as without a GIL."""
    of = plan(
        [interpreter(f"cpython-3.{number}") for number in range(interpreters)], [work("fib")], workers=LEVELS
    )
    cells = tuple(cell for cell in of.cells if cell.strategy is not Strategy.PROCESSES)
    workers = np.asarray([cell.workers for cell in cells], dtype=float)
    noise = np.random.default_rng(5).normal(0, spread, (blocks, len(cells)))
    measured = Grid(cells, np.arange(blocks), noise - np.log(WITHOUT.speedup(workers)))
    return cell_columns(cells, range(len(cells))).assign(outcome="ok"), measured


def test_with_fewer_levels_nothing_is_fitted():
    assert three_levels()[1].scaling.empty
    assert scaled(LEVELS[:4], 6, Noise(0.01))[1].scaling.empty
    assert list(three_levels()[1].scaling.columns) == list(six_levels()[1].scaling.columns)


def test_one_worker_is_the_level_that_serial_is():
    assert scaled((1, *LEVELS[:4]), 3, Noise(0.01))[1].scaling.empty
    assert set(scaled((1, *LEVELS), 3, Noise(0.01))[1].scaling["levels"]) == {6}


def test_too_few_blocks_give_terms_without_intervals():
    found = scaled(LEVELS, 5, Noise(0.01))[1].scaling
    assert found["contention"].notna().all()
    assert (
        found[["contention_low", "contention_high", "coherence_low", "coherence_high"]].isna().all(axis=None)
    )


def test_a_level_whose_cell_failed_is_none():
    of, _ = six_levels()
    bad = [
        failed(one.slot, Outcome.CRASHED, "boom")
        if isinstance(one, Sample) and (one.slot.cell.workers, one.slot.block) == (8, 0)
        else one
        for one in entries(of.plan, 6, Noise(0.01))
    ]
    assert analyse(of, bad).scaling.empty


@pytest.mark.parametrize(("n", "percent"), [(5, 0.0010), (10, 0.0085), (20, 0.0157), (100, 0.0230)])
def test_the_bootstrap_of_few_blocks_is_cut_further_out(n, percent):
    """Worked by hand: Phi(-sqrt(n / (n - 1)) t), which tends to 0.025; Hesterberg's table 6 is alike."""
    t = stats.t.ppf(0.975, n - 1)
    assert expanded_alpha(n) == pytest.approx(stats.norm.cdf(-np.sqrt(n / (n - 1)) * t))
    assert expanded_alpha(n) == pytest.approx(percent, abs=6e-4)
