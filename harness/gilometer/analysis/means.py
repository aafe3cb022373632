"""Geometric means of ratios over workloads: one number for an interpreter and a kind of work.

Workloads have equal weights, however many blocks each of them was measured in. Their ratios are taken within
blocks, at different times, so they are independent; the interval of the mean is made of theirs by the
"method of variance estimates recovery": G. Y. Zou, A. Donner, "Construction of confidence limits about effect
measures" (Statistics in Medicine 27, 2008), for a sum of k logarithms instead of a difference of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gilometer.model import Outcome, Strategy
from gilometer.plan.groups import COMPARABLE_KINDS, baseline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gilometer.model import Plan

SPEED = "speed"
"""The speed of serial over the baseline's."""
SPEEDUP = "speedup"
"""The speedup over serial of the same interpreter."""
COLUMNS = (
    "figure",
    "interpreter",
    "variant",
    "kind",
    "strategy",
    "workers",
    "workloads",
    "mean",
    "mean_low",
    "mean_high",
    "missing",
)
KEYS = COLUMNS[:6]
FEWEST_WORKLOADS = 2
"""The fewest workloads that have a mean."""
_CELL = ["interpreter", "variant", "workload"]
_OK = Outcome.OK.value


def means(plan: Plan, summary: pd.DataFrame, relative: pd.DataFrame) -> pd.DataFrame:
    """Average the speedups by kind, and the speeds over all work that doesn't wait.

    Columns: figure (``SPEED`` or ``SPEEDUP``), interpreter, variant, kind (empty for a speed), strategy,
    workers, workloads (how many), mean, mean_low, mean_high, and missing: the workloads, parted by spaces,
    that were not ok or have no number there. Where it isn't empty there is no mean, for one over fewer
    workloads would not compare. Interpreters that could not run at all have no row.
    """
    present = [(one.name, one.variant) for one in plan.interpreters]
    rows = summary[pd.MultiIndex.from_frame(summary[["interpreter", "variant"]]).isin(present)]
    parts = pd.concat([_speeds(plan, rows, relative), _speedups(rows)], ignore_index=True)
    groups = parts.groupby(list(KEYS), sort=False)
    found = [_mean(key, part) for key, part in groups if len(part) >= FEWEST_WORKLOADS]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _speeds(plan: Plan, rows: pd.DataFrame, relative: pd.DataFrame) -> pd.DataFrame:
    """Take the speed over the baseline of each serial cell of work that never waits, if both were ok."""
    serial = rows[(rows["strategy"] == Strategy.SERIAL.value) & rows["kind"].isin(COMPARABLE_KINDS)]
    baseline = baseline_of(plan)
    reference = serial.assign(interpreter=baseline.name, variant=baseline.variant)
    numbers = serial[_CELL].merge(relative, on=_CELL, how="left")[["speed", "speed_low", "speed_high"]]
    is_good = (serial["outcome"] == _OK).to_numpy() & _ok_serially(reference, rows)
    return _parts(serial.assign(kind=""), SPEED, numbers.to_numpy(dtype=float), is_good)


def _speedups(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the speedup of each other cell, if it and its serial cell were ok."""
    spread = rows[rows["strategy"] != Strategy.SERIAL.value]
    numbers = spread[["speedup", "speedup_low", "speedup_high"]].to_numpy(dtype=float)
    return _parts(
        spread, SPEEDUP, numbers, (spread["outcome"] == _OK).to_numpy() & _ok_serially(spread, rows)
    )


def _ok_serially(wanted: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell for each row of ``wanted`` whether the serial cell of its interpreter and workload was ok."""
    good = rows[(rows["strategy"] == Strategy.SERIAL.value) & (rows["outcome"] == _OK)]
    return pd.MultiIndex.from_frame(wanted[_CELL]).isin(pd.MultiIndex.from_frame(good[_CELL]))


def _parts(
    rows: pd.DataFrame, figure: str, numbers: NDArray[np.float64], is_good: NDArray[np.bool_]
) -> pd.DataFrame:
    """Tabulate the logarithm of each ratio (NaN: missing), and how far its interval reaches from it."""
    log, low, high = np.log(numbers).T
    names = rows[["interpreter", "variant", "kind", "strategy", "workers", "workload"]]
    return names.assign(figure=figure, log=np.where(is_good, log, np.nan), below=log - low, above=high - log)


def _mean(key: Sequence[object], part: pd.DataFrame) -> tuple[object, ...]:
    """Make one row of the table; a NaN among the ratios makes its numbers NaN."""
    count = len(part)
    mean = float(part["log"].to_numpy().mean())
    below, above = (float(np.linalg.norm(part[side].to_numpy()) / count) for side in ("below", "above"))
    missing = " ".join(part.loc[part["log"].isna(), "workload"])
    return (*key, count, *np.exp([mean, mean - below, mean + above]).tolist(), missing)
