"""How speedups go on with more workers, in words: the curves of a run, and the law fitted to them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.analysis.scaling import Terms
from gilometer.model import Strategy
from gilometer.report.document import Code, Section, Words, detail, paragraph, table
from gilometer.report.order import rank
from gilometer.report.results import KINDS, Group, Reading, Spread, label_of
from gilometer.report.sentences.text import NAMED_AFTER_WORKERS, listed, noun, number, plural

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from typing import Any

    import pandas as pd

    from gilometer.model import Work
    from gilometer.report.results import Board, Result, Subject

FEWEST_LEVELS = 3
"""Counts of workers, serial among them, that make a curve."""
WELL = 1.1
"""How far a level may be from the law, as a ratio, for the law to be said to fit."""


@dataclass(frozen=True)
class ScalingCurve:
    """The speedups of one strategy of a workload on an interpreter, by rising workers."""

    subject: Subject
    work: Work
    strategy: Strategy
    results: tuple[Result, ...]
    """Those that were measured and can be speedups, beyond one worker."""


def curves(shown: Board) -> list[ScalingCurve]:
    """List what has speedups with enough counts of workers, in the order of the board."""
    found = [
        _curve(shown, subject, work, strategy)
        for work in shown.works
        for strategy in dict.fromkeys(spread.strategy for spread in shown.spreads)
        for subject in shown.present
    ]
    return [one for one in found if len(one.results) + 1 >= FEWEST_LEVELS]


def _curve(shown: Board, subject: Subject, work: Work, strategy: Strategy) -> ScalingCurve:
    workers = sorted({spread.workers for spread in shown.spreads if spread.strategy is strategy} - {1})
    spreads = [Spread(strategy, count) for count in workers]
    results = [
        result
        for spread in spreads
        if shown.reading(subject, work, spread) not in {Reading.NOTHING, Reading.DOUBTFUL}
        and (result := shown.at(subject, work, spread))
    ]
    return ScalingCurve(subject, work, strategy, tuple(results))


def finding(shown: Board, found: Sequence[ScalingCurve]) -> str:
    """Say how far the first strategy takes the first kind of work that has curves: CPU-bound, if any has.

    The best of each group of interpreters, beside the most that the machine gave.
    """
    strategy = next(one for one in Strategy if any(curve.strategy is one for curve in found))
    own = [one for one in found if one.strategy is strategy]
    kind = min((one.work.kind for one in own), key=lambda kind: rank(kind, KINDS))
    own = [one for one in own if one.work.kind == kind]
    bests = [_best(one for one in own if one.subject.group is group) for group in Group]
    clauses = [
        f"{number(best.speedup)}x {group.value} ({best.workers} workers)"
        for group, best in zip(Group, bests, strict=True)
        if best
    ]
    capacities = [result.capacity for one in own for result in one.results]
    most = max((one for one in capacities if not math.isnan(one)), default=math.nan)
    verb = "take" if strategy in NAMED_AFTER_WORKERS else "takes"
    limit = "" if math.isnan(most) else f"; the machine gave up to {number(most)}x"
    return (
        f"{strategy.value.capitalize()} {verb} {noun(kind)} to at most {listed(clauses)}{limit}{shown.caveat}"
    )


def _best(found: Iterable[ScalingCurve]) -> Result | None:
    results = [result for one in found for result in one.results]
    return max(results, key=lambda result: result.speedup, default=None)


def terms_of(row: Mapping[Hashable, Any]) -> Terms:
    """Read the terms of the law back from a row of ``Analysis.scaling``."""
    return Terms(row["contention"], row["coherence"])


def section(found: pd.DataFrame) -> Section | None:
    """Tabulate the terms of the law; None where nothing was fitted."""
    if found.empty:
        return None
    said = (
        "Speedup of N workers as N / (1 + alpha (N - 1) + beta N (N - 1)), Gunther's Universal Scalability "
        "Law: alpha is contention, the share of the work that is done one at a time; beta is coherence, what "
        "each pair of workers costs. Beyond the number of cores both tell of the machine as well. The misfit "
        f"is the most that a level is off the law: above {WELL:g}x the law does not describe the curve."
    )
    head = ["interpreter", "workload", "strategy", "levels", "contention", "coherence", "peak", "misfit"]
    rows = [_row(row) for row in found.to_dict("records")]
    return detail("The law behind the curves", paragraph(said), table(head, rows))


def _row(row: Mapping[Hashable, Any]) -> list[Words]:
    fits = row["misfit"] <= WELL
    return [
        Code(label_of(row)),
        Code(row["workload"]),
        row["strategy"],
        f"{row['levels']}, to {row['workers']}",
        *([_term(row, "contention"), _term(row, "coherence"), _peak(row)] if fits else ["-", "-", "-"]),
        f"{number(row['misfit'])}x",
    ]


def _term(row: Mapping[Hashable, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:.2g}" + ("" if math.isnan(low) else f" [{low:.2g}, {high:.2g}]")


def _peak(row: Mapping[Hashable, Any]) -> str:
    """With how many workers the law is greatest, as far as was measured."""
    peak = row["peak"]
    return plural(round(peak), "worker") if peak <= row["workers"] else f"beyond {row['workers']}"
