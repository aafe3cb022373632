"""Fit the speedup over the number of workers: Gunther's Universal Scalability Law.

    S(N) = N / (1 + alpha (N - 1) + beta N (N - 1))

alpha is contention (the share of the work that is serialised), beta coherence (the cost of each pair of
workers):
N. J. Gunther, "Guerrilla Capacity Planning" (Springer 2007), chapters 4 and 6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.special import ndtr, stdtrit

from gilometer.model import Outcome, Strategy
from gilometer.stats.bootstrap import LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gilometer.analysis.grid import Grid

LEVELS = 6
"""The fewest numbers of workers, serial among them, that the law is fitted to: fewer can't part the terms."""
FEWEST_BLOCKS = 6
"""The fewest blocks that give the terms an interval: a bootstrap of fewer is too narrow."""
RESAMPLES = 1000
SEED = 20070
KEYS = ("interpreter", "variant", "workload", "strategy")


@dataclass(frozen=True)
class Terms:
    """The two terms of the law, neither negative."""

    contention: float
    coherence: float

    def speedup(self, workers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Compute the speedup for each number of workers."""
        extra = workers - 1
        speedup: NDArray[np.float64] = workers / (
            1 + self.contention * extra + self.coherence * workers * extra
        )
        return speedup

    @property
    def peak(self) -> float:
        """The number of workers with the greatest speedup: sqrt((1 - alpha) / beta); NaN if it always grows.

        At least 1, since there are no fewer workers.
        """
        if self.contention >= 1:
            return 1.0
        return max(1.0, math.sqrt((1 - self.contention) / self.coherence)) if self.coherence else math.nan


@dataclass(frozen=True)
class _Fit:
    """The law as fitted to one curve."""

    levels: int
    workers: int
    """The most workers."""
    terms: Terms
    low: Terms
    """The lower ends of both terms' intervals."""
    high: Terms
    misfit: float


def scaling(summary: pd.DataFrame, measured: Grid) -> pd.DataFrame:
    """Fit the law to each strategy of a workload on an interpreter that has ``LEVELS`` counts of workers.

    Columns: ``KEYS``, levels (how many), workers (the most), contention and coherence with 95% intervals
    (_low, _high; NaN with fewer than ``FEWEST_BLOCKS`` blocks), peak (``Terms.peak``), and misfit: the
    greatest factor between a measured level and the law. Levels whose cell was not ok count for nothing.

    Args:
        summary: A row a cell of the plan, which are the first columns of ``measured``.
        measured: Times of all cells.

    """
    logs = (measured.serial_logs() - measured.logs)[:, : len(summary)]
    has_some = pd.Series(~np.isnan(logs).all(axis=0), index=summary.index)
    is_good = (summary["outcome"] == Outcome.OK.value) & (summary["strategy"] != Strategy.SERIAL.value)
    cells = summary[is_good & has_some & (summary["workers"] > 1)].sort_values("workers", kind="stable")
    curves = [(key, part) for key, part in cells.groupby(list(KEYS), sort=False) if len(part) + 1 >= LEVELS]
    names = pd.DataFrame([key for key, _ in curves], columns=list(KEYS))
    fits = [_curve(part["workers"].to_numpy(dtype=float), logs[:, part.index]) for _, part in curves]
    return pd.concat([names, _columns(fits)], axis=1)


def _columns(fits: list[_Fit]) -> pd.DataFrame:
    """Tabulate the fits, in the columns after ``KEYS``."""
    return pd.DataFrame(
        {
            "levels": np.asarray([fit.levels for fit in fits], dtype=np.int64),
            "workers": np.asarray([fit.workers for fit in fits], dtype=np.int64),
            "contention": _floats(fit.terms.contention for fit in fits),
            "contention_low": _floats(fit.low.contention for fit in fits),
            "contention_high": _floats(fit.high.contention for fit in fits),
            "coherence": _floats(fit.terms.coherence for fit in fits),
            "coherence_low": _floats(fit.low.coherence for fit in fits),
            "coherence_high": _floats(fit.high.coherence for fit in fits),
            "peak": _floats(fit.terms.peak for fit in fits),
            "misfit": _floats(fit.misfit for fit in fits),
        }
    )


def _floats(values: Iterable[float]) -> NDArray[np.float64]:
    return np.fromiter(values, dtype=float)


def _curve(workers: NDArray[np.float64], logs: NDArray[np.float64]) -> _Fit:
    """Fit the log speedups (blocks x levels) of one curve; no level is without any."""
    logs = logs[~np.isnan(logs).all(axis=1)]
    means = _means(np.ones((1, len(logs))), logs)[0]
    terms = fit(workers, means)
    low, high = _ends(workers, logs, terms)
    misfit = float(np.exp(np.abs(means - np.log(terms.speedup(workers))).max()))
    return _Fit(len(workers) + 1, int(workers.max()), terms, low, high, misfit)


def fit(workers: NDArray[np.float64], logs: NDArray[np.float64]) -> Terms:
    """Fit log speedups (NaN: not measured), so that the squares of (measured / law - 1) are least.

    These relative deviations are linear in the terms, so non-negative least squares finds the one optimum.
    """
    known = ~np.isnan(logs)
    workers = workers[known]
    share = np.exp(logs[known]) / workers
    extra = workers - 1
    (contention, coherence), _ = nnls(np.column_stack([share * extra, share * workers * extra]), 1 - share)
    return Terms(float(contention), float(coherence))


def _ends(workers: NDArray[np.float64], logs: NDArray[np.float64], terms: Terms) -> tuple[Terms, Terms]:
    """Compute both ends of both terms' intervals, by the expanded percentile bootstrap over blocks."""
    blocks = len(logs)
    if blocks < FEWEST_BLOCKS:
        return Terms(math.nan, math.nan), Terms(math.nan, math.nan)
    draw = np.random.default_rng([SEED, blocks])
    weights = draw.multinomial(blocks, np.full(blocks, 1 / blocks), size=RESAMPLES).astype(float)
    again = [fit(workers, means) for means in _means(weights, logs)]
    tail = expanded_alpha(blocks)
    drawn = np.asarray([(one.contention, one.coherence) for one in again])
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    own = (terms.contention, terms.coherence)
    return Terms(*np.minimum(low, own).tolist()), Terms(*np.maximum(high, own).tolist())


def expanded_alpha(n: int) -> float:
    """Compute the tail area at which to cut the bootstrap distribution of a mean of ``n`` values.

    Phi(-sqrt(n / (n - 1)) * t), where t is the Student quantile with n - 1 degrees of freedom (Hesterberg,
    "What Teachers Should Know About the Bootstrap", 2015, section 3.3).
    """
    return float(ndtr(-np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 + LEVEL) / 2)))


def _means(weights: NDArray[np.float64], logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over blocks under each row of weights (resamples x levels); NaN where all weights are 0."""
    known = ~np.isnan(logs)
    totals = weights @ np.where(known, logs, 0.0)
    counts = weights @ known
    means: NDArray[np.float64] = np.full(totals.shape, np.nan)
    np.divide(totals, counts, out=means, where=counts > 0)
    return means
